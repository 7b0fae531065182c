import Foundation
import GRDB
import MessageSchema
import ServiceKit
import ServiceStore
import TestSupport
import Testing
import Vocabulary

/// The recorded flood through real processes.
@Suite(.serialized) struct FlashFloodTests {
    struct Expected: Decodable, Equatable {
        let time, type, subject: String
        let colour: String?
        let revision: UInt32?
    }

    /// expected.jsonl is worked out by make.py from the measured figures and the rules: another language, no code in common.
    @Test func `the warnings are those that an independent script expects, at the same times`() throws {
        let suite = try SuiteProcesses()
        let tally = try suite.play()
        suite.stop()
        let text = try String(
            contentsOfFile: Checkout.root.path + "/Tests/Recordings/flash-flood/expected.jsonl",
            encoding: .utf8
        )
        let expected = try text.split(separator: "\n").map {
            try JSONDecoder().decode(Expected.self, from: Data($0.utf8))
        }
        let found = try suite.outbox(.monitoring).map(Self.summary)
        #expect(found == expected)
        // One frame came twice, one had a wrong check sum; two commands were refused.
        #expect(tally.duplicates == 1 && tally.deadLetters == 1 && tally.refused == 2)
    }

    static func summary(_ bytes: Data) throws -> Expected {
        let envelope = try Envelope.decode(bytes)
        var (colour, revision): (String?, UInt32?) = (nil, nil)
        func take(_ content: WarningContent) throws {
            (colour, revision) = (try content.colour.checked().name, content.revision)
        }
        switch envelope.type {
        case WarningDrafted.type: try take(WarningDrafted.decode(envelope.payload).content)
        case WarningIssued.type: try take(WarningIssued.decode(envelope.payload).content)
        case WarningUpdated.type: try take(WarningUpdated.decode(envelope.payload).content)
        case WarningApproved.type: revision = try WarningApproved.decode(envelope.payload).revision
        default: break
        }
        return Expected(
            time: Instant(microseconds: envelope.decidedUs).description,
            type: envelope.type,
            subject: envelope.subject,
            colour: colour,
            revision: revision
        )
    }

    @Test func `the response rises to level I while two stations are red, and falls again`() throws {
        let suite = try SuiteProcesses()
        _ = try suite.play()
        suite.stop()
        let levels = try suite.outbox(.dispatch).map { try Envelope.decode($0) }.filter {
            $0.type == ResponseLevelChanged.type
        }
        .map { try ResponseLevelChanged.decode($0.payload).level.checked()?.numeral ?? "none" }
        // By hand from expected.jsonl and the plan: two red warnings from 3 October 04:00:41Z on.
        #expect(levels.contains("I"))
        let rise = try #require(levels.firstIndex(of: "I"))
        #expect(levels[rise...].contains("II") && levels.first == "IV")
    }

    @Test func `played twice, nothing happens twice; D1 and D2 hold, and fail when a byte is changed`() throws {
        let suite = try SuiteProcesses()
        let first = try suite.play()
        let before = try suite.outcome()
        let second = try suite.play()
        suite.stop()
        #expect(second.inputs == first.inputs && second.duplicates == UInt64(second.inputs) && second.records == 0)
        #expect(try suite.outcome() == before)
        #expect(try suite.journaled(.monitoring, by: .dispatch) == suite.outbox(.monitoring))
        for service in SuiteProcesses.services { #expect(try suite.verify(service)) }
        // The control: one changed row is found.
        try suite.database(.dispatch).write {
            try $0.execute(sql: "UPDATE warning_link SET incident = 'other' WHERE warning LIKE '%1003.202610010100'")
        }
        #expect(try !suite.verify(.dispatch))
    }

    @Test func `two undisturbed runs agree and so does one whose services are killed (D3)`() throws {
        let (calm, killed) = (try SuiteProcesses(), try SuiteProcesses())
        _ = try calm.play()
        calm.stop()
        var random = Seeded(7)
        var left = SuiteProcesses.services.flatMap { Array(repeating: $0, count: 20) }
        var kills = 0
        _ = try killed.play { done, _ in
            guard done % 10 == 0, !left.isEmpty else { return }
            let victim = left.remove(at: Int(random.next() % UInt64(left.count)))
            #expect(throws: Never.self) { try killed.killAndRestart(victim) }
            kills += 1
        }
        killed.stop()
        #expect(kills == 100)
        #expect(try killed.outcome() == calm.outcome())
        for service in SuiteProcesses.services {
            #expect(try killed.verify(service))
            for stream in service.subscriptions {
                #expect(try killed.journaled(stream, by: service) == killed.outbox(stream))
            }
        }
    }
}
