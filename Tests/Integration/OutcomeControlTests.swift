import Foundation
import MessageSchema
import MonitoringCodecs
import ServiceKit
import TestSupport
import Testing
import Vocabulary

/// What D3's comparison is worth: equal runs are equal, and one input more, fewer or elsewhere is seen.
@Suite(.serialized) struct OutcomeControlTests {
    /// The first hours of the flood, with the first two approvals.
    static let count = 60

    static func lines() throws -> [[String: Any]] {
        let text = try String(contentsOfFile: SuiteProcesses.recording, encoding: .utf8)
        return try text.split(separator: "\n").prefix(count).compactMap {
            try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
        }
    }

    struct Outcome: Equatable {
        let streams, tables: [String]
        let duplicates: UInt64
    }

    static func run(_ change: (inout [[String: Any]]) throws -> Void = { _ in }) throws -> Outcome {
        var lines = try lines()
        try change(&lines)
        let suite = try SuiteProcesses()
        let path = suite.folder.path + "/inputs.jsonl"
        let text = try lines.map { try JSONSerialization.data(withJSONObject: $0) }.map { $0 + Data("\n".utf8) }
        try text.reduce(Data(), +).write(to: URL(fileURLWithPath: path))
        let tally = try suite.play(path)
        suite.stop()
        return Outcome(streams: try suite.outcome(), tables: try suite.tables(), duplicates: tally.duplicates)
    }

    @Test func `two undisturbed runs agree, and an input dropped or swapped makes a difference`() throws {
        let calm = try Self.run()
        #expect(!calm.streams.isEmpty && calm.duplicates == 0)
        #expect(try Self.run() == calm)
        let dropped = try Self.run { $0.remove(at: 30) }
        #expect(dropped.streams != calm.streams && dropped.tables != calm.tables)
        // Two reports of one station change places; the times stay.
        let swapped = try Self.run { lines in
            for key in ["data", "sender"] {
                let first = lines[30][key]
                lines[30][key] = lines[36][key]
                lines[36][key] = first
            }
        }
        #expect(swapped.streams != calm.streams && swapped.tables != calm.tables)
    }

    /// An exact copy is no doubling: the same bytes are the same input. Nor is a report under another serial number, for monitoring
    /// takes the same value of the same instant once. A command under another id is another command.
    @Test func `an input that comes twice happens once, and the same command under another id is seen`() throws {
        let calm = try Self.run()
        let doubled = try Self.run { $0.insert($0[30], at: 31) }
        #expect(doubled.duplicates == 1 && doubled.streams == calm.streams && doubled.tables == calm.tables)
        #expect(try Self.run { try $0.insert(Self.withSerial(0xFFFE, $0[30]), at: 31) } == calm)
        let again = try Self.run { lines in
            let place = try #require(lines.firstIndex { $0["channel"] as? String == "command" })
            var line = lines[place]
            var command = try #require(line["command"] as? [String: Any])
            command["id"] = "another"
            line["command"] = command
            lines.insert(line, at: place + 1)
        }
        // It is refused, for the warning is approved: no record follows, but its answer is kept.
        #expect(again.duplicates == 0 && again.streams == calm.streams && again.tables != calm.tables)
    }

    /// The line's frame with another serial number, and the check sum that belongs to it.
    private static func withSerial(_ serial: UInt16, _ line: [String: Any]) throws -> [String: Any] {
        let hex = try #require(line["data"] as? String)
        var bytes = stride(from: 0, to: hex.utf8.count, by: 2).compactMap { index in
            UInt8(hex.dropFirst(index).prefix(2), radix: 16)
        }
        // After 7E7E, centre 1, station 5, password 2, function 1, length 2 and STX 1.
        bytes.replaceSubrange(14..<16, with: [UInt8(serial >> 8), UInt8(serial & 0xFF)])
        let sum = CRC16.modbus(bytes.dropLast(2))
        bytes.replaceSubrange((bytes.count - 2)..., with: [UInt8(sum >> 8), UInt8(sum & 0xFF)])
        var line = line
        line["data"] = bytes.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true) }.joined()
        return line
    }
}
