import Foundation
import TestSupport
import Testing

/// Feeds in a folder and from a server, which is Python's.
@Suite(.serialized) struct FeedPortTests {
    static let table = "station,time,temperature_c\n1522021001,2026-07-01T08:00:00+08:00,"

    private func write(_ text: String, _ path: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    }

    @Test func `a file in a folder is taken once it is whole, once, whatever happens to the service`() async throws {
        let folder = try TemporaryFolder()
        let drop = folder.path + "/drop"
        try FileManager.default.createDirectory(atPath: drop, withIntermediateDirectories: true)
        let service = try InletProcess(
            "feeds: [{ id: w, kind: weather, folder: \"\(drop)\", every: 1s, behind: 5000d }]\n",
            in: folder
        )
        try write(Self.table + "1\n", drop + "/1.csv")
        try write(Self.table + "7\n", drop + "/2.csv.part")
        try write(Self.table + "8\n", drop + "/.3.csv")
        #expect(try await eventually { try service.observations() == 1 })
        try service.killAndRestart()
        try write(Self.table.replacing("08:00:00", with: "09:00:00") + "2\n", drop + "/2.csv")
        try write("station,time,temperature_f\n", drop + "/3.csv")
        #expect(try await eventually { try service.observations() == 2 })
        #expect(
            try await eventually {
                try service.count("SELECT count(*) FROM dead_letter WHERE code = 'unknown-field'") == 1
            }
        )
        // Folder away, folder back: said once in the log.
        try FileManager.default.moveItem(atPath: drop, toPath: drop + "-away")
        #expect(try await eventually { service.log(says: "feed not reached") })
        try FileManager.default.moveItem(atPath: drop + "-away", toPath: drop)
        #expect(try await eventually { service.log(says: "feed reached again") })
        #expect(try service.observations() == 2 && service.count("SELECT count(*) FROM dead_letter") == 1)
        #expect(try await service.stopsAndVerifies())
    }

    static let server = """
        import http.server, sys
        table = b"station,time,temperature_c\\n1522021001,2026-07-01T08:00:00+08:00,%d\\n"
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                global asked
                asked += 1
                said = self.headers.get("If-None-Match")
                answers.append(said)
                if self.path == "/large": return self.send(200, b"x" * 3000)
                if asked == 3: return self.send(500, b"")
                tag = '"1"' if asked < 6 else '"2"'
                if said == tag: return self.send(304, b"")
                self.send(200, table % (1 if asked < 6 else 2), tag)
            def send(self, status, body, tag=None):
                self.send_response(status)
                if tag: self.send_header("ETag", tag)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
                print(self.path, status, flush=True)
            def log_message(self, *arguments): pass
        asked, answers = 0, []
        http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
        """

    @Test func `an address is asked with what is known, a failure is said and passes, what is too large is not taken`()
        async throws
    {
        let folder = try TemporaryFolder()
        let port = FreePorts.block(of: 1)
        let (server, _) = try Python.start(Self.server, ["\(port)"])
        defer { server.terminate() }
        let service = try InletProcess(
            """
            feeds:
              - { id: w, kind: weather, url: "http://127.0.0.1:\(port)/w", every: 1s, behind: 5000d }
            """,
            in: folder
        )
        #expect(try await eventually { service.log(says: "answers 500") })
        #expect(try await eventually { service.log(says: "feed reached again") })
        // The second table corrects the first.
        #expect(try await eventually { try service.observations() == 2 })
        #expect(try service.count("SELECT count(*) FROM silent_feed") == 0)
        #expect(try await service.stopsAndVerifies())
    }

    @Test func `a feed that stays away is silent in the record, and one that is too large is not taken`() async throws {
        let folder = try TemporaryFolder()
        let port = FreePorts.block(of: 1)
        let (server, _) = try Python.start(Self.server, ["\(port)"])
        defer { server.terminate() }
        let service = try InletProcess(
            """
            feeds:
              - { id: away, kind: cap, url: "http://127.0.0.1:1/cap", every: 1s, silent_after: 1s }
              - { id: large, kind: cap, url: "http://127.0.0.1:\(port)/large", every: 1s, maximum_kib: 1, silent_after: 1s }
            """,
            in: folder
        )
        #expect(try await eventually { try service.count("SELECT count(*) FROM silent_feed") == 2 })
        #expect(service.program.complained.components(separatedBy: "feed not reached").count == 3)
        #expect(try await service.stopsAndVerifies())
    }
}
