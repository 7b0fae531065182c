import Foundation
import MessageSchema
import ServiceKit
import TestSupport
import Testing
import Vocabulary

/// A leak in a gas line. Expected values from make.py: the rules in another language.
@Suite struct GasLeakRecordingTests {
    @Test func `warnings are those that an independent script expects, at the same times`() throws {
        let (rig, tally) = try RecordingRig.play("gas-leak")
        #expect(tally.deadLetters == 0 && tally.inputs == 240)
        let found = try rig.records(.monitoring).map { envelope in
            let drafted = envelope.type == WarningDrafted.type
            let colour = drafted ? try WarningDrafted.decode(envelope.payload).content.colour.checked().name : ""
            return "\(Instant(microseconds: envelope.decidedUs)) \(envelope.type) \(envelope.subject) \(colour)"
        }
        let expected = try RecordingRig.lines("gas-leak/expected.jsonl").map { line in
            let drafted = line["type"] as? String == WarningDrafted.type
            let words = ["time", "type", "subject"].compactMap { line[$0] as? String }
            return words.joined(separator: " ") + " " + (drafted ? line["colour"] as? String ?? "" : "")
        }
        #expect(found == expected)
    }

    @Test func `people are told what was found, in each rule's words`() throws {
        let (rig, _) = try RecordingRig.play("gas-leak")
        let documents = try rig.messages(WarningIssued.self).map { message in
            (message.content.rule, String(decoding: message.capDocument, as: UTF8.self))
        }
        for (rule, chinese, english) in [
            ("gas", "测得14.0 %", "measured 14.0 %"), ("pressure", "10分钟内下降10.0 kPa", "fell 10.0 kPa within 10 min"),
            ("silence", "已10分钟无读数", "has given no reading for 10 min"),
            ("again", "30分钟内10次不低于10.0 %", "reached 10.0 % 10 times within 30 min"),
        ] {
            let text = documents.first { $0.0 == rule }?.1 ?? ""
            #expect(text.contains(chinese) && text.contains(english), "\(rule): \(text)")
        }
    }

    @Test func `replayed, and killed at any step, the leak has the same outcome (D1, D3)`() throws {
        let (calm, _) = try RecordingRig.play("gas-leak")
        #expect(try calm.differences().isEmpty)
        let (killed, _) = try RecordingRig.play("gas-leak", seed: 7)
        #expect(killed.kills > 5)
        #expect(try killed.outcome() == calm.outcome())
        #expect(try killed.differences().isEmpty)
    }
}
