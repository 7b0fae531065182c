import Foundation
import MessageSchema
import ServiceKit
import TestSupport
import Testing
import Vocabulary

/// What dispatch, stockpile and command-center make of the flood, against levels.jsonl and response.jsonl: the first worked out
/// by make.py from the warnings and the plan, the second by hand in acts.py.
@Suite struct ResponseTests {
    struct Row: Decodable, Hashable, CustomStringConvertible {
        var time: String?
        var type, subject, what: String

        var description: String { "\(time ?? "") \(type) \(subject) \(what)" }
    }

    struct Level: Decodable, Equatable { let time, level: String }

    static func lines<T: Decodable>(_ name: String, of type: T.Type) throws -> [T] {
        let path = Checkout.root.path + "/Tests/Recordings/flash-flood/" + name
        return try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map {
            try JSONDecoder().decode(T.self, from: Data($0.utf8))
        }
    }

    @Test func `levels, teams, supplies and sessions are those that were worked out by hand`() throws {
        let suite = try SuiteProcesses()
        let tally = try suite.play()
        suite.stop()
        let records = try [StreamName.dispatch, .stockpile, .center].flatMap(suite.outbox).map(Envelope.decode)
        #expect(try records.compactMap(Self.level) == Self.lines("levels.jsonl", of: Level.self))

        let expected = try Self.lines("response.jsonl", of: Row.self)
        let timed = Set(expected.filter { $0.time != nil }.map { "\($0.type) \($0.subject) \($0.what)" })
        let incident = try #require(expected.last).subject.split(separator: "/")[0]
        let found = try records.compactMap(Self.row).filter {
            $0.subject.hasPrefix(incident) || $0.type == TaskAssigned.type
        }
        .map { row in timed.contains("\(row.type) \(row.subject) \(row.what)") ? row : row.untimed }
        let (missing, surplus) = (expected.filter { !found.contains($0) }, found.filter { !expected.contains($0) })
        #expect(missing.isEmpty && surplus.isEmpty && found.count == expected.count, "\(missing) \(surplus)")
        // The drafter's own approval, and a closing before the response had ended.
        #expect(tally.refused == 2)
    }

    static func level(_ envelope: Envelope) throws -> Level? {
        guard envelope.type == ResponseLevelChanged.type else { return nil }
        let level = try ResponseLevelChanged.decode(envelope.payload).level.checked()?.numeral ?? "none"
        return Level(time: Instant(microseconds: envelope.decidedUs).description, level: level)
    }

    /// The records that response.jsonl speaks of, in its words; nil for others.
    static func row(_ envelope: Envelope) throws -> Row? {
        let payload = envelope.payload
        let what: String
        switch envelope.type {
        case TaskAssigned.type: what = try TaskAssigned.decode(payload).team
        case TaskOverdue.type: what = ""
        case ShortfallReported.type:
            let message = try ShortfallReported.decode(payload)
            what = "\(message.clause) \(message.reason)"
        case SuppliesReserved.type:
            what = try SuppliesReserved.decode(payload).lines.map { "\($0.lot):\($0.quantity)" }.joined(separator: " ")
        case ShortageReported.type:
            let message = try ShortageReported.decode(payload)
            what = "\(message.item) \(message.wanted) \(message.reserved)"
        case SuppliesReceived.type:
            let message = try SuppliesReceived.decode(payload)
            what = "\(message.store) \(message.complete ? "yes" : "no")"
        case ParticipantFailed.type:
            let message = try ParticipantFailed.decode(payload)
            what = "\(message.participant) \(try message.jsonName())"
        case FloorGranted.type: what = try FloorGranted.decode(payload).participant
        case ChairChanged.type: what = try ChairChanged.decode(payload).chair
        case IncidentClosed.type:
            what = try IncidentClosed.decode(payload).unmet.map { "\($0.clause):\($0.reason)" }.joined(separator: " ")
        default: return nil
        }
        let time = Instant(microseconds: envelope.decidedUs).description
        return Row(time: time, type: envelope.type, subject: envelope.subject, what: what)
    }
}

extension ResponseTests.Row {
    fileprivate var untimed: Self { Self(time: nil, type: type, subject: subject, what: what) }
}

extension ParticipantFailed {
    /// The reason as the schema spells it, without its prefix.
    fileprivate func jsonName() throws -> String {
        switch reason {
        case .declined: "DECLINED"
        case .noAnswer: "NO_ANSWER"
        case .unreachable: "UNREACHABLE"
        case .notInRoster: "NOT_IN_ROSTER"
        case .sessionEnded: "SESSION_ENDED"
        case .unspecified: "UNSPECIFIED"
        case .UNRECOGNIZED(let number): "\(number)"
        }
    }
}
