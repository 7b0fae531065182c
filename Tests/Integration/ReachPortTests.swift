import Foundation
import GRDB
import MessageSchema
import ServiceStore
import TestSupport
import Testing

/// A warning on its way to people over real sockets. The gateway is a Python program that shares no code with the product: it fails, answers
/// late, sends its receipts again and again, and works out by itself who was reached.
@Suite(.serialized) struct ReachPortTests {
    static func reach(_ gateway: Int) -> String {
        """
        sources:
          - { id: vendor, key_sha256: "69ce05074ce230bcdf8790037f74eb6236dd8253437ace99e82e00a1ec55b4fd", stations: ["1522021001"] }
        reach:
          target_percent: 90
          deadlines: { blue: 6h, yellow: 3h, orange: 1h, red: 30m }
          check_percent: 50
          all_clear: 6h
          places:
            - { id: a, name: { zh: 甲, en: A }, division: "152202004", population: 1000 }
            - { id: b, name: { zh: 乙, en: B }, division: "152202004", population: 500 }
            - { id: c, name: { zh: 丙, en: C }, division: "152202100", population: 200 }
          channels:
            - { id: sms, kind: sms, address: "http://127.0.0.1:\(gateway)/sms", languages: [zh], colours: [red], people: identified,
                covers: [{ place: a, people: 900 }, { place: b, people: 400 }, { place: c, people: 150 }],
                retry: { first: 1s, most: 1s, attempts: 60 }, key_sha256: "ad609cca16c9133126cf3d611aca9c063b50e3e673bc1d7adfe6723e1f23e7ba" }
            - { id: horn, kind: loudspeaker, address: "http://127.0.0.1:\(gateway)/horn", languages: [zh], colours: [red], people: anonymous,
                covers: [{ place: a, people: 700 }, { place: b, people: 300 }, { place: c, people: 200 }],
                retry: { first: 1s, most: 1s, attempts: 60 }, key_sha256: "9b993eb8511d42f1fff4e25fb2af150bcfc06e91b0510d5cd99951e6ba409ba4" }
            - { id: siren, kind: siren, address: "http://127.0.0.1:\(gateway)/siren", languages: [zh], colours: [red], people: anonymous,
                covers: [{ place: a, people: 600 }], retry: { first: 1s, most: 1s, attempts: 60 } }

        """
    }

    /// Each key is refused once, answered late once (and so asked again), then taken. The siren's gateway refuses for good. What they say
    /// beside the status is longer than is read.
    static let gateway = """
        import hashlib, http.client, json, os, random, sys, threading, time
        from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
        place, intake, receipts = (int(x) for x in sys.argv[1:4])
        folder = sys.argv[4]
        dice, lock = random.Random(7), threading.Lock()
        seen, told, crowd, persons, home, bad = {}, {}, {}, {}, {}, []
        population = {"a": 1000, "b": 500, "c": 200}
        covers = {"sms": {"a": 900, "b": 400, "c": 150}, "horn": {"a": 700, "b": 300, "c": 200}}
        now = lambda: time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        def post(port, path, key, body):
            while True:
                try:
                    link = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
                    link.request("POST", path, json.dumps(body), {"Authorization": "Bearer " + key, "Content-Type": "application/json"})
                    answer = link.getresponse()
                    said = json.loads(answer.read())
                    link.close()
                    if answer.status == 200: return said
                    if answer.status < 500 and answer.status != 429: bad.append((path, answer.status, said)); return said
                except (OSError, ValueError, http.client.HTTPException): pass
                time.sleep(0.1)
        def report(channel, key, places):
            batches = []
            for name in places:
                if channel == "sms":
                    # Subscribers of a place, some of whom are reported at another place later: they count where they came first.
                    mine = [hashlib.sha256(("%s%d" % (name, n)).encode()).hexdigest() for n in range(dice.randrange(50, covers["sms"][name]))]
                    if name == "b": mine[5:5] = [hashlib.sha256(("a%d" % n).encode()).hexdigest() for n in range(45)]
                    for start in range(0, len(mine), 40):
                        batches.append({"place": name, "subscribers": mine[start:start + 40]})
                else: batches.append({"place": name, "people": dice.randrange(1, covers["horn"][name])})
            for number, item in enumerate(batches):
                item.update(message=key, status="delivered", at=now())
                whole = {"batch": "%s-%s-%d" % (channel, key[:8], number), "receipts": [item]}
                first = post(receipts, "/v1/receipts", "key-of-" + channel, whole)
                again = post(receipts, "/v1/receipts", "key-of-" + channel, whole)
                if first != again or first["accepted"] != 1: bad.append((item, first, again))
                with lock:
                    if channel == "sms":
                        for one in item["subscribers"]: persons.setdefault(home.setdefault(one, item["place"]), set()).add(one)
                    else: crowd[item["place"]] = max(crowd.get(item["place"], 0), item["people"])
            with lock: told[key] = True
        class Gateway(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            def log_message(self, *rest): pass
            def answer(self, status, words=b""):
                self.send_response(status)
                self.send_header("Content-Length", str(len(words)))
                self.end_headers()
                self.wfile.write(words)
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                key, channel = self.headers["Idempotency-Key"].strip('"'), self.path[1:]
                if self.headers["Authorization"] != ("Bearer secret-of-" + channel if channel != "siren" else None): bad.append(("key", channel))
                if channel == "siren": return self.answer(403, b"x" * 100_000)
                with lock:
                    tries, known = seen.get(key, (0, body))
                    seen[key] = (tries + 1, body)
                if known != body: bad.append(("another text under the key", key))
                if tries == 0: return self.answer(503)
                if tries == 1:
                    time.sleep(2)
                    self.close_connection = True
                    return
                if tries == 2: threading.Thread(target=report, args=(channel, key, [p["id"] for p in body["places"]]), daemon=True).start()
                time.sleep(0.2)
                self.answer(200, b"x" * 100_000)
        server = ThreadingHTTPServer(("127.0.0.1", place), Gateway)
        # Whoever has read enough of an answer hangs up: no word of that in the output.
        server.handle_error = lambda *rest: None
        threading.Thread(target=server.serve_forever, daemon=True).start()
        post(intake, "/v1/observations", "key-of-vendor", {"batch": "b", "observations": [
            {"station": "1522021001", "element": "stage", "value": "5.50", "unit": "m", "observed": now()}]})
        deadline = time.time() + 120
        while (len(told) < 4 or not os.path.exists(folder + "/taken")) and time.time() < deadline: time.sleep(0.1)
        reached = {p: min(population[p], max(crowd.get(p, 0), len(persons.get(p, ())))) for p in population}
        print(json.dumps({"bad": [str(b) for b in bad], "reached": reached, "texts": len(told), "people":
            {"sms": sum(len(p) for p in persons.values()), "horn": sum(crowd.values())}}))
        """

    private struct Worked: Decodable {
        let bad: [String], reached: [String: Int], texts: Int, people: [String: Int]
    }

    /// What monitoring wrote of that type.
    private func messages<M: StreamMessage>(_: M.Type, _ folder: TemporaryFolder) throws -> [M] {
        try ServiceStore.readOnly(path: folder.path + "/data/monitoring.db") { try Stored.outbox(M.stream, $0) }
            .map { try Envelope.decode($0) }.filter { $0.type == M.type }.map { try M.decode($0.payload) }
    }

    @Test func `texts arrive through failures and kills, and who is said to be reached is who was`() async throws {
        let folder = try TemporaryFolder()
        let port = FreePorts.block(of: 3)
        let keys = folder.path + "/reach.keys"
        try Data("sms: secret-of-sms\nhorn: secret-of-horn\n".utf8).write(to: URL(fileURLWithPath: keys))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: keys)
        let more = ["--http-intake", "\(port + 1)", "--receipts", "\(port + 2)", "--reach-keys", keys]
        let service = try InletProcess(Self.reach(port), more, in: folder)
        #expect(try await eventually { service.log(says: "/v1/receipts") })
        let ports = (0..<3).map { "\(port + $0)" }
        let (python, output) = try Python.start(Self.gateway, ports + [folder.path])
        // The warning is out, and its texts are on their way.
        #expect(try await eventually { try service.count("SELECT count(*) FROM reach_message") == 5 })
        try service.killAndRestart()
        #expect(try await eventually { try service.count("SELECT count(*) FROM reach_person") > 100 })
        try service.killAndRestart()
        // Its gateway answers until every text is taken, or refused.
        let ended = "SELECT count(*) FROM reach_message WHERE state > 0"
        #expect(try await eventually { try service.count(ended) == 5 })
        try Data().write(to: URL(fileURLWithPath: folder.path + "/taken"))
        let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        python.waitUntilExit()
        let worked = try JSONDecoder().decode(Worked.self, from: Data(said.utf8))
        #expect(worked.bad == [] && worked.texts == 4)
        let cancelled = try Program(
            "fengsui",
            [
                "send", "monitoring.command.warning.cancel",
                #"{"warning": "\#(try messages(WarningIssued.self, folder)[0].content.warning)"}"#, "--bus",
                folder.path + "/bus", "--person", "p-wang", "--role", "approver", "--wait", "60",
            ],
            in: folder,
            name: "send"
        ).end()
        #expect(cancelled.code == 0, "\(cancelled.errors)")
        let coverage = try #require(try messages(ReachCoverage.self, folder).last)
        #expect(coverage.stage == .final && coverage.population == 1_700)
        #expect(Dictionary(uniqueKeysWithValues: coverage.places.map { ($0.place, Int($0.reached)) }) == worked.reached)
        #expect(Int(coverage.reached) == worked.reached.values.reduce(0, +))
        #expect(coverage.channels.map(\.channel) == ["sms", "horn", "siren"])
        #expect(coverage.channels.map { Int($0.people) } == [worked.people["sms"], worked.people["horn"], 0])
        #expect(coverage.channels.map(\.sent) == [2, 2, 0] && coverage.channels.map(\.failed) == [0, 0, 1])
        #expect(try messages(ReachFailed.self, folder).map(\.reason) == ["refused-403"])
        #expect(try service.count("SELECT count(*) FROM reach_person") == 0)
        #expect(try service.count("SELECT count(*) FROM dead_letter") == 0)
        // Keys stand nowhere in the record.
        let journal = try service.count(
            "SELECT count(*) FROM journal WHERE instr(items, CAST('secret-of' AS BLOB)) > 0"
        )
        #expect(journal == 0)
        #expect(try await service.stopsAndVerifies())
    }

    @Test func `keys that others may read and receipts that others could reach are refused`() throws {
        let folder = try TemporaryFolder()
        let keys = folder.path + "/reach.keys"
        try Data("sms: secret\n".utf8).write(to: URL(fileURLWithPath: keys))
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: keys)
        let arguments = ["run", "--data", "d", "--bus", "b", "--configuration", "c"]
        let open = try Program("monitoring", arguments + ["--reach-keys", keys], in: folder, name: "keys").end()
        #expect(open.code == 1 && open.errors.contains("chmod 600"), "\(open.errors)")
        let plain = try Program("monitoring", arguments + ["--receipts", "0.0.0.0:1"], in: folder, name: "plain").end()
        #expect(plain.code == 64 && plain.errors.contains("--receipts takes keys in plain text"), "\(plain.errors)")
    }
}
