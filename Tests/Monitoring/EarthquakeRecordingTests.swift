import Foundation
import MessageSchema
import ServiceKit
import TestSupport
import Testing
import Vocabulary

/// The earthquakes near Hualien in February 2018, entered by a duty officer. Expected values from make.py: the formula and the rules
/// in another language.
@Suite struct EarthquakeRecordingTests {
    @Test func `intensities at each place are those of the formula`() throws {
        let (rig, tally) = try RecordingRig.play("earthquake")
        #expect(tally.deadLetters == 0 && tally.refused == 0)
        let found = try rig.messages(ForecastComputed.self)
        let expected = try RecordingRig.lines("earthquake/intensities.jsonl")
        #expect(found.count == expected.count && expected.count == 60)
        for (message, line) in zip(found, expected) {
            #expect(message.station == line["place"] as? String && !message.confirmed)
            #expect(Instant(microseconds: message.baseUs).description == line["base"] as? String)
            let value = try #require(message.results.first).value.checked()
            #expect(value.millionths == Int64(((line["intensity"] as? Double ?? 0) * 10).rounded()) * 100_000)
            let metres = message.parameters.first { $0.name == "distance-metres" }?.value
            #expect(metres == (line["metres"] as? Int).map { "\($0)" })
        }
    }

    @Test func `warnings are those that an independent script expects, at the same times`() throws {
        let (rig, _) = try RecordingRig.play("earthquake")
        let found = try rig.records(.monitoring).filter { $0.type != ForecastComputed.type }.map { envelope in
            "\(Instant(microseconds: envelope.decidedUs)) \(envelope.type) \(envelope.subject)"
        }
        let expected = try RecordingRig.lines("earthquake/expected.jsonl").map { line in
            ["time", "type", "subject"].compactMap { line[$0] as? String }.joined(separator: " ")
        }
        #expect(found == expected)
        let colours = try rig.messages(WarningUpdated.self).map { try $0.content.colour.checked().name }
        let lines = try RecordingRig.lines("earthquake/expected.jsonl")
        let updated = lines.filter { $0["type"] as? String == "monitoring.warning.updated" }
        #expect(colours == updated.compactMap { $0["colour"] as? String } && colours.contains("red"))
    }

    @Test func `replayed, and killed at any step, the week has the same outcome (D1, D3)`() throws {
        let (calm, _) = try RecordingRig.play("earthquake")
        #expect(try calm.differences().isEmpty)
        let (killed, _) = try RecordingRig.play("earthquake", seed: 11)
        #expect(killed.kills > 5)
        #expect(try killed.outcome() == calm.outcome())
        #expect(try killed.differences().isEmpty)
    }
}
