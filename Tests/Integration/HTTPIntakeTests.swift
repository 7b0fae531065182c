import Foundation
import TestSupport
import Testing

/// Sources over HTTP, with a client in Python's standard library.
@Suite(.serialized) struct HTTPIntakeTests {
    static let sources = """
        sources:
          - { id: vendor, key_sha256: "69ce05074ce230bcdf8790037f74eb6236dd8253437ace99e82e00a1ec55b4fd", stations: ["1522021001"], behind: 5000d }
        """

    static let client = """
        import http.client, json, socket, sys, threading, time
        port = int(sys.argv[1])
        def item(value="1.25", station="1522021001", minute=0):
            return {"station": station, "element": "stage", "value": value, "unit": "m",
                    "observed": "2026-07-01T08:%02d:00+08:00" % minute}
        def body(name, *items): return json.dumps({"batch": name, "observations": list(items)})
        def ask(method="POST", path="/v1/observations", text=b"", key="key-of-vendor", media="application/json"):
            link = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            headers = {}
            if key: headers["Authorization"] = "Bearer " + key
            if media: headers["Content-Type"] = media
            link.request(method, path, text, headers)
            answer = link.getresponse()
            said = answer.read()
            link.close()
            return answer.status, answer.getheader("Content-Type"), json.loads(said), said
        def check(name, holds, what=""):
            if not holds: print("bad", name, what)

        """

    private func run(_ script: String) async throws -> (said: String, service: InletProcess) {
        let folder = try TemporaryFolder()
        let service = try InletProcess(Self.sources, ["--http-intake", "0"], in: folder)
        let port = try await service.port("http intake open")
        return (try Python.run(Self.client + script, ["\(port)"]), service)
    }

    @Test func `a batch is answered after its commit, alike when it comes again, and every mistake says what to do`()
        async throws
    {
        let (said, service) = try await run(
            """
            first = ask(text=body("b1", item(), item(station="1522021002"), item("1.3", minute=5)))
            check("taken", first[0] == 200 and first[2]["accepted"] == 2 and first[2]["refused"] == 1, first)
            check("media", first[1] == "application/json", first)
            check("why", first[2]["observations"][1]["code"] == "station-of-another", first)
            again = ask(text=body("b1", item(), item(station="1522021002"), item("1.3", minute=5)))
            check("again", again[3] == first[3] and again[0] == 200, again)
            wanted = [("conflict", 409, dict(text=body("b1", item("2")))), ("conflict again", 409, dict(text=body("b1", item("2")))),
                ("no key", 401, dict(key=None)), ("wrong key", 401, dict(key="key-of-vendo")), ("path", 404, dict(path="/v1/other")),
                ("method", 405, dict(method="GET")), ("media", 415, dict(media="text/csv")), ("no media", 415, dict(media=None)),
                ("size", 413, dict(text=b" " * (1 << 20) + b"{}")), ("no json", 400, dict(text="{")), ("empty", 400, dict()),
                ("many", 413, dict(text=body("b2", *[item() for _ in range(1001)])))]
            for name, status, arguments in wanted:
                answer = ask(**arguments)
                check(name, answer[0] == status and answer[1] == "application/problem+json", answer)
                check(name, answer[2]["status"] == status and answer[2]["code"] and answer[2]["detail"] and answer[2]["title"], answer)
            print("end")
            """
        )
        #expect(said == "end\n")
        #expect(try service.observations() == 2)
        #expect(try service.count("SELECT count FROM refused_item WHERE code = 'station-of-another'") == 1)
        // Conflict, JSON that is none, no body, too many: those that were let in are kept aside, once each.
        #expect(try service.count("SELECT count(*) FROM dead_letter") == 4)
        #expect(try await service.stopsAndVerifies())
    }

    @Test func `who is slow is cut off, who asks too much at once is told so, and others are served meanwhile`()
        async throws
    {
        let (said, service) = try await run(
            """
            def dripping(begin):
                link = socket.create_connection(("127.0.0.1", port), timeout=40)
                link.sendall(begin)
                ended = []
                def drip():
                    start = time.time()
                    try:
                        while time.time() < start + 40:
                            link.sendall(b"a")
                            link.settimeout(0.5)
                            try:
                                if link.recv(1) == b"": break
                            except TimeoutError: pass
                    except OSError: pass
                    ended.append(time.time() - start)
                thread = threading.Thread(target=drip)
                thread.start()
                return thread, ended
            head = b"POST /v1/observations HTTP/1.1\\r\\nHost: a\\r\\nAuthorization: Bearer key-of-vendor\\r\\n"
            rest = b"Content-Type: application/json\\r\\nContent-Length: 5000\\r\\n\\r\\n"
            slow = [dripping(head + rest) for _ in range(4)] + [dripping(head)]
            time.sleep(1)
            busy = ask(text=body("b1", item()))
            check("busy", busy[0] == 429, busy)
            for thread, ended in slow:
                thread.join()
                check("cut off", 10 < ended[0] < 25, ended)
            served = ask(text=body("b1", item()))
            check("served", served[0] == 200, served)
            print("end")
            """
        )
        #expect(said == "end\n")
        #expect(try await service.stopsAndVerifies())
    }

    /// Twenty batches, each sent until it is answered, and the service killed among them.
    @Test func `what was answered is there after a kill, and what is sent again is there once`() async throws {
        let folder = try TemporaryFolder()
        let port = FreePorts.block(of: 1)
        let service = try InletProcess(Self.sources, ["--http-intake", "\(port)"], in: folder)
        _ = try await service.port("http intake open")
        let (client, output) = try Python.start(
            Self.client + """
                for number in range(40):
                    while True:
                        try:
                            answer = ask(text=body("b%d" % number, item("1.%02d" % number, minute=number)))
                            check("taken", answer[0] == 200 and answer[2]["accepted"] == 1, answer)
                            break
                        except (OSError, http.client.HTTPException): time.sleep(0.05)
                print("end")
                """,
            ["\(port)"]
        )
        for seen in [5, 20] {
            #expect(try await eventually { try service.observations() >= seen })
            try service.killAndRestart()
        }
        #expect(String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self) == "end\n")
        client.waitUntilExit()
        #expect(try service.observations() == 40)
        #expect(try await service.stopsAndVerifies())
    }

    @Test func `an address that others could reach in plain text is refused`() throws {
        let folder = try TemporaryFolder()
        let arguments = ["run", "--data", "d", "--bus", "b", "--configuration", "c", "--http-intake", "0.0.0.0:8080"]
        let ended = try Program("monitoring", arguments, in: folder, name: "refused").end()
        #expect(ended.code == 64 && ended.errors.contains("use 127.0.0.1 with a proxy before it"))
    }
}
