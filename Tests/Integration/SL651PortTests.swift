import Foundation
import GRDB
import TestSupport
import Testing

/// A station, written in Python: it shares no code with the port.
@Suite(.serialized) struct SL651PortTests {
    static let station = """
        import json, socket, sys, time
        log, recording = sys.argv[1:]
        def port():
            deadline = time.time() + 30
            while time.time() < deadline:
                for line in open(log):
                    fact = json.loads(line)
                    if fact["message"] == "device port open": return int(fact["address"].rsplit(":", 1)[1])
                time.sleep(0.05)
            sys.exit("no port")
        frame = next(bytes.fromhex(json.loads(l)["data"]) for l in open(recording) if "sl651" in l)
        link = socket.create_connection(("127.0.0.1", port()), timeout=20)
        def confirmation():
            data = b""
            while len(data) < 25: data += link.recv(25 - len(data)) or sys.exit("closed")
            return data
        link.sendall(b"noise" + frame[:9]); link.sendall(frame[9:])
        first = confirmation()
        link.sendall(frame[:-1] + bytes([frame[-1] ^ 1])); link.sendall(frame)
        second = confirmation()
        link.settimeout(0.5)
        try: extra = link.recv(1)
        except TimeoutError: extra = b""
        ok = all(a[:2] == b"~~" and a[2:7] == frame[3:8] and a[10] == frame[10] and a[14:16] == frame[14:16] and a[22] == 4
                 for a in (first, second))
        print("ok" if ok and extra == b"" else "bad %s %s %s" % (first.hex(), second.hex(), extra.hex()))
        """

    @Test func `a report is confirmed after its commit, a repeated one too, a wrong check sum never`() throws {
        let folder = try TemporaryFolder()
        let log = folder.path + "/log"
        #expect(FileManager.default.createFile(atPath: log, contents: nil))
        let service = Process()
        service.executableURL = SuiteProcesses.binaries.appendingPathComponent("monitoring")
        service.arguments = [
            "run", "--data", folder.path + "/data", "--bus", folder.path + "/bus", "--sl651", "0", "--configuration",
            Checkout.root.path + "/compose/configuration/monitoring.yaml",
        ]
        service.standardError = FileHandle(forWritingAtPath: log)
        try service.run()
        let output = Pipe()
        let client = Process()
        client.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        client.arguments = ["python3", "-c", Self.station, log, SuiteProcesses.recording]
        client.standardOutput = output
        try client.run()
        client.waitUntilExit()
        let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        service.terminate()
        service.waitUntilExit()
        #expect(said == "ok\n")
        #expect(service.terminationStatus == 0)
        let database = try DatabaseQueue(path: folder.path + "/data/monitoring.db")
        let (observations, dead, duplicates) = try database.read { db in
            (
                try Int.fetchOne(db, sql: "SELECT count(*) FROM outbox WHERE stream = 'monitoring.observation'"),
                try String.fetchAll(db, sql: "SELECT code FROM dead_letter"),
                try Int.fetchOne(db, sql: "SELECT value FROM counter WHERE name = 'inputs.duplicate'")
            )
        }
        // Rain, stage, flow and battery of one report; the same frame again; one frame kept aside.
        #expect(observations == 4 && dead == ["wrong-crc"] && duplicates == 1)
    }
}
