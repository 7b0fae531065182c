import Foundation
import MessageSchema
import ServiceKit
import TestSupport
import Testing
import Vocabulary

/// The season of Van Wagner and Pickett 1985 through the service. Expected values: the published Canadian indices; warnings and
/// chains by make.py from them and the rules.
@Suite struct GrasslandFireTests {
    @Test func `48 days of frames give the published indices, each at its noon`() throws {
        let (rig, _) = try RecordingRig.play("grassland-fire")
        let found = try rig.messages(ForecastComputed.self)
        let expected = try RecordingRig.lines("grassland-fire/indices.jsonl")
        #expect(expected.count == 48 && found.count == 48)
        for (message, line) in zip(found, expected) {
            #expect(Instant(microseconds: message.baseUs).description == line["base"] as? String)
            #expect(message.results.count == 7 && message.inputs.count == 4 && message.confirmed)
            for result in message.results {
                let value = Double(try result.value.checked().millionths) / 1_000_000
                let published = try #require(line[result.elementID] as? Double)
                // Four significant digits are published; four decimals are told.
                #expect(abs(value - published) <= 5.1e-4 * published + 5.1e-5, "\(message.baseUs) \(result.elementID)")
            }
        }
        let observed = try rig.messages(ObservationAccepted.self).filter { $0.elementID == "fwi" }
        #expect(observed.count == 48)
    }

    @Test func `warnings and chains are those that an independent script expects, at the same times`() throws {
        let (rig, tally) = try RecordingRig.play("grassland-fire")
        let found = try rig.records(.monitoring).filter { $0.type != ForecastComputed.type }.map(Self.summary)
        let expected = try RecordingRig.lines("grassland-fire/expected.jsonl").map(Self.expected)
        #expect(expected.count > 30)
        #expect(found == expected)
        #expect(tally.deadLetters == 0 && tally.refused == 0)
        // The frame of a clock five days ahead: told, unreliable, and not the newest of anything.
        let ahead = try rig.messages(ObservationAccepted.self).filter { $0.flags == ["AHEAD"] }
        #expect(ahead.count == 4 && ahead.allSatisfy { $0.reliability == .unreliable })
    }

    @Test func `replayed, and killed at any step, the season has the same outcome (D1, D3)`() throws {
        let (calm, _) = try RecordingRig.play("grassland-fire")
        #expect(try calm.differences().isEmpty)
        let outcome = try calm.outcome()
        for seed in 1...3 as ClosedRange<UInt64> {
            let (killed, _) = try RecordingRig.play("grassland-fire", seed: seed)
            #expect(killed.kills > 5, "seed \(seed)")
            #expect(try killed.outcome() == outcome, "seed \(seed)")
            #expect(try killed.differences().isEmpty, "seed \(seed)")
        }
    }

    /// One line a record: time, type, subject, and what the type tells.
    private static func summary(_ envelope: Envelope) throws -> String {
        var parts = [Instant(microseconds: envelope.decidedUs).description, envelope.type, envelope.subject]
        func content(_ content: WarningContent) throws {
            parts += [try content.colour.checked().name, "\(content.revision)"]
        }
        switch envelope.type {
        case WarningDrafted.type: try content(WarningDrafted.decode(envelope.payload).content)
        case WarningIssued.type: try content(WarningIssued.decode(envelope.payload).content)
        case WarningUpdated.type: try content(WarningUpdated.decode(envelope.payload).content)
        case WarningApproved.type: parts.append("\(try WarningApproved.decode(envelope.payload).revision)")
        case ForecastWithheld.type: parts.append(try ForecastWithheld.decode(envelope.payload).reason)
        case ChainUpdated.type:
            let chain = try ChainUpdated.decode(envelope.payload)
            parts += ["\(chain.revision)", chain.ended ? "ended" : "runs"]
            parts += chain.steps.map { step in
                let (from, until) = (Instant(microseconds: step.fromUs), Instant(microseconds: step.untilUs))
                return "\(step.node) \(word(step.state)) \(from) \(until) \(step.confidence)"
            }
        default: break
        }
        return parts.joined(separator: " | ")
    }

    private static func word(_ state: ChainState) -> String {
        switch state {
        case .observed: "observed"
        case .expected: "expected"
        case .possible: "possible"
        case .unspecified, .UNRECOGNIZED: "?"
        }
    }

    private static func expected(_ line: [String: Any]) throws -> String {
        var parts = ["time", "type", "subject"].compactMap { line[$0] as? String }
        if let colour = line["colour"] as? String { parts.append(colour) }
        if let revision = line["revision"] as? Int { parts.append("\(revision)") }
        if let reason = line["reason"] as? String { parts.append(reason) }
        if let ended = line["ended"] as? Bool { parts.append(ended ? "ended" : "runs") }
        for step in line["steps"] as? [[Any]] ?? [] { parts.append(step.map { "\($0)" }.joined(separator: " ")) }
        return parts.joined(separator: " | ")
    }
}
