import Foundation
import TestSupport
import Testing

/// An index that a server of Python's publishes, with links of every kind.
@Suite(.serialized) struct FeedIndexTests {
    static let server = """
        import http.server, sys
        port, other = int(sys.argv[1]), int(sys.argv[2])
        alert = '''<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>%s</identifier><sender>w@example.cn</sender>\\
        <sent>2026-07-01T07:30:00+08:00</sent><status>Actual</status><msgType>Alert</msgType><scope>Public</scope><note>n</note>\\
        <info><language>zh-CN</language><category>Met</category><event>暴雨</event><urgency>Immediate</urgency>\\
        <severity>Severe</severity><certainty>Observed</certainty><expires>2046-07-01T12:00:00+08:00</expires>\\
        <area><areaDesc>a</areaDesc><polygon>47,119 47,121 48,121 48,119 47,119</polygon></area></info></alert>'''
        def entry(number, link): return f'<entry><id>urn:{number}</id><updated>2026-07-01T08:00:0{number}+08:00</updated>{link}</entry>'
        def index(asked):
            entries = [
                entry(1, '<link type="application/cap+xml" href="/doc/a1"/>'), entry(2, '<link href="doc/a2"/>'),
                entry(3, f'<link href="http://127.0.0.1:{other}/doc/a3"/>'), entry(4, '<link href="/gone"/>'),
                entry(5, '<link href="/moved"/>'), entry(6, '<link href="/large"/>'), entry(7, ''),
            ]
            if asked > 3: entries.insert(0, entry(8, '<link href="/doc/a8"/>'))
            return '<feed xmlns="http://www.w3.org/2005/Atom">' + ''.join(entries) + '</feed>'
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                global asked
                print(self.server.server_port, self.path, flush=True)
                if self.path == "/index":
                    asked += 1
                    return self.send(200, index(asked))
                if self.path.startswith("/doc/"): return self.send(200, alert % self.path[5:])
                if self.path == "/large": return self.send(200, "x" * 9000)
                if self.path == "/moved": return self.send(302, "")
                self.send(404, "")
            def send(self, status, body):
                body = body.encode()
                self.send_response(status)
                if status == 302: self.send_header("Location", f"http://127.0.0.1:{other}/doc/moved")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            def log_message(self, *arguments): pass
        import threading
        asked = 0
        here, there = [http.server.ThreadingHTTPServer(("127.0.0.1", number), Handler) for number in (port, other)]
        threading.Thread(target=there.serve_forever, daemon=True).start()
        print("ready", flush=True)
        here.serve_forever()
        """

    /// Starts it, and waits until it listens.
    private func start(_ port: Int, _ other: Int) throws -> (process: Process, output: Pipe) {
        let (process, output) = try Python.start(Self.server, ["\(port)", "\(other)"])
        _ = output.fileHandleForReading.availableData
        return (process, output)
    }

    private func asked(_ server: Process, _ output: Pipe) -> [String] {
        server.terminate()
        let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        return said.split(separator: "\n").map(String.init)
    }

    @Test func `an index's documents are taken once each, and what cannot be had keeps none back`() async throws {
        let folder = try TemporaryFolder()
        let (port, other) = (FreePorts.block(of: 1), FreePorts.block(of: 1))
        let (server, output) = try start(port, other)
        defer { server.terminate() }
        let service = try InletProcess(
            """
            feeds: [{ id: hub, kind: cap, url: "http://127.0.0.1:\(port)/index", every: 1s, maximum_kib: 8, index: {} }]
            """,
            in: folder
        )
        func warnings() throws -> Int { try service.count("SELECT count(*) FROM foreign_warning") }
        // Two at once, the third when the index names it.
        #expect(try await eventually { try warnings() == 3 })
        // Of what could not be had the log tells the first, the second, the fourth: what the index has last is asked for first.
        for why in ["is on another host", "has more than 8192 bytes", "answers 302", "entries link to no document"] {
            #expect(try await eventually { service.log(says: why) }, "\(why)")
        }
        #expect(!service.log(says: "feed not reached"))
        // Killed and started again it asks for all of them, and knows them.
        try service.killAndRestart()
        #expect(try await eventually { service.log(says: "answers 302") })
        #expect(try warnings() == 3 && service.count("SELECT count(*) FROM dead_letter") == 0)
        #expect(try await service.stopsAndVerifies())
        let asked = asked(server, output)
        #expect(!asked.contains { $0.hasPrefix("\(other) ") })
        for path in ["/doc/a1", "/doc/a2", "/doc/a8"] {
            // Once by each of the two processes.
            #expect(asked.count { $0 == "\(port) \(path)" } <= 2, "\(path)")
        }
        // Three looks of each process at the most.
        #expect(asked.count { $0 == "\(port) /gone" } <= 6)
    }

    @Test func `hosts that are named are followed, and more entries than agreed on are left out`() async throws {
        let folder = try TemporaryFolder()
        let (port, other) = (FreePorts.block(of: 1), FreePorts.block(of: 1))
        let (server, output) = try start(port, other)
        defer { server.terminate() }
        let service = try InletProcess(
            """
            feeds:
              - { id: hub, kind: cap, url: "http://127.0.0.1:\(port)/index", every: 1s, index: { entries: 3, hosts: ["127.0.0.1:\(other)"] } }
            """,
            in: folder
        )
        // a1, a2 and a3 at first; a8 takes the place of a3 in the index later.
        #expect(try await eventually { try service.count("SELECT count(*) FROM foreign_warning") == 4 })
        #expect(service.log(says: "more than are looked at"))
        #expect(try await service.stopsAndVerifies())
        let asked = asked(server, output)
        #expect(asked.count { $0 == "\(other) /doc/a3" } == 1 && !asked.contains("\(port) /gone"))
    }

    @Test func `an address that is no index is a feed that is not reached`() async throws {
        let folder = try TemporaryFolder()
        let (port, other) = (FreePorts.block(of: 1), FreePorts.block(of: 1))
        let (server, _) = try start(port, other)
        defer { server.terminate() }
        let service = try InletProcess(
            """
            feeds: [{ id: hub, kind: cap, url: "http://127.0.0.1:\(port)/doc/a1", every: 1s, index: {}, silent_after: 1s }]
            """,
            in: folder
        )
        #expect(try await eventually { service.log(says: "no-index") })
        #expect(try await eventually { try service.count("SELECT count(*) FROM silent_feed") == 1 })
        #expect(try service.count("SELECT count(*) FROM foreign_warning") == 0)
        #expect(try await service.stopsAndVerifies())
    }
}
