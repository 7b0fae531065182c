import Foundation
import GRDB
import TestSupport
import Testing

/// A station, written in Python: it shares no code with the port.
@Suite(.serialized) struct SL651PortTests {
    static let connect = """
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

        """

    static let station = """
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

    /// The same in ASCII coding, worked out from tables 16 and 17; then the frame of the recording on the same line.
    static let textStation = """
        def crc(data):
            value = 0xFFFF
            for byte in data:
                value ^= byte
                for _ in range(8): value = (value >> 1) ^ 0xA001 if value & 1 else value >> 1
            return b"%04X" % value
        centre, station, secret = (frame[a:b].hex().upper() for a, b in ((2, 3), (3, 8), (8, 10)))
        sent = frame[16:22].hex()
        body = f"0007{sent}ST {station} H TT {sent[:10]} Z 1.234 VT 12.50 "
        report = b"\\x01" + f"{centre}{station}{secret}320{len(body):03X}".encode() + b"\\x02" + body.encode() + b"\\x03"
        report += crc(report)
        link.sendall(b"noise" + report[:30]); link.sendall(report[30:])
        answer = b""
        while len(answer) < 45: answer += link.recv(45 - len(answer)) or sys.exit("closed")
        link.sendall(report[:-1] + (b"0" if report[-1:] != b"0" else b"1")); link.sendall(frame)
        other = confirmation()
        head = b"\\x01" + f"{station}{centre}{secret}328010".encode() + b"\\x02" + b"0007"
        ok = answer.startswith(head) and answer[40:] == b"\\x04" + crc(answer[:41]) and other[:2] == b"~~"
        print("ok" if ok else "bad %s %s" % (answer, other.hex()))
        """

    /// What the Python program says to monitoring's port, which is open while it runs.
    private func run(_ station: String, in folder: TemporaryFolder, _ more: [String] = []) throws -> String {
        let log = folder.path + "/log"
        #expect(FileManager.default.createFile(atPath: log, contents: nil))
        let service = Process()
        service.executableURL = SuiteProcesses.binaries.appendingPathComponent("monitoring")
        service.arguments =
            [
                "run", "--data", folder.path + "/data", "--bus", folder.path + "/bus", "--sl651", "0",
                "--configuration", Checkout.root.path + "/compose/configuration/monitoring.yaml",
            ] + more
        service.standardError = FileHandle(forWritingAtPath: log)
        try service.run()
        let output = Pipe()
        let client = Process()
        client.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        client.arguments = ["python3", "-c", Self.connect + station, log, SuiteProcesses.recording]
        client.standardOutput = output
        try client.run()
        client.waitUntilExit()
        service.terminate()
        service.waitUntilExit()
        #expect(service.terminationStatus == 0)
        return String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    }

    /// Half a frame, then a byte now and then; and beside it nothing at all; and a station that reports every half second.
    static let dripping = """
        def closed(link):
            link.settimeout(0.01)
            try: return link.recv(1) == b""
            except TimeoutError: return False
            except ConnectionError: return True
        address = ("127.0.0.1", port())
        dripping, silent = (socket.create_connection(address, timeout=20) for _ in range(2))
        dripping.sendall(frame[:9])
        ended, begun = {}, time.time()
        while len(ended) < 2 and time.time() < begun + 20:
            for name, other in (("dripping", dripping), ("silent", silent)):
                if name not in ended and closed(other): ended[name] = time.time() - begun
            if "dripping" not in ended:
                try: dripping.sendall(b"\\0")
                except ConnectionError: pass
            link.sendall(frame); confirmation()
            time.sleep(0.5)
        print("ok" if len(ended) == 2 and min(ended.values()) > 1.8 else "bad %s" % ended)
        """

    @Test func `a connection that brings no whole frame is closed, and one that does stays`() throws {
        let folder = try TemporaryFolder()
        #expect(try run(Self.dripping, in: folder, ["--station-silence", "2"]) == "ok\n")
        let closed = try String(contentsOfFile: folder.path + "/log", encoding: .utf8).split(separator: "\n")
            .count { $0.contains("\"silent\"") }
        #expect(closed == 2)
    }

    @Test func `a report is confirmed after its commit, a repeated one too, a wrong check sum never`() throws {
        let folder = try TemporaryFolder()
        let said = try run(Self.station, in: folder)
        #expect(said == "ok\n")
        let database = try DatabaseQueue(path: folder.path + "/data/monitoring.db")
        let (observations, dead, duplicates) = try database.read { db in
            (
                try Int.fetchOne(db, sql: "SELECT max(last) FROM outbox WHERE stream = 'monitoring.observation'"),
                try String.fetchAll(db, sql: "SELECT code FROM dead_letter"),
                try Int.fetchOne(db, sql: "SELECT value FROM counter WHERE name = 'inputs.duplicate'")
            )
        }
        // Rain, stage, flow and battery of one report; the same frame again; noise and one frame kept aside.
        #expect(observations == 4 && dead == ["too-short", "wrong-crc"] && duplicates == 1)
    }

    @Test func `a station that writes in ASCII is confirmed in ASCII, and one in bytes beside it in bytes`() throws {
        let folder = try TemporaryFolder()
        #expect(try run(Self.textStation, in: folder) == "ok\n")
        let database = try DatabaseQueue(path: folder.path + "/data/monitoring.db")
        let (observations, dead) = try database.read { db in
            (
                try Int.fetchOne(db, sql: "SELECT max(last) FROM outbox WHERE stream = 'monitoring.observation'"),
                try String.fetchAll(db, sql: "SELECT code FROM dead_letter")
            )
        }
        // Stage and battery of one, then rain, stage, flow and battery of the other; noise and one frame kept aside.
        #expect(observations == 6 && dead == ["too-short", "wrong-crc"])
    }
}
