import MessageSchema
import ServiceKit
import TestSupport
import Testing
import Vocabulary

/// A gale: warnings by hand, a rule's colour changed, what stops, and whom texts reached. Expected values from make.py, in another language.
@Suite struct GaleRecordingTests {
    /// What a record says, in the script's words.
    static func what(_ envelope: Envelope) throws -> String {
        switch envelope.type {
        case WarningDrafted.type: try WarningDrafted.decode(envelope.payload).content.colour.checked().name
        case WarningIssued.type: try WarningIssued.decode(envelope.payload).content.colour.checked().name
        case WarningUpdated.type: try WarningUpdated.decode(envelope.payload).content.colour.checked().name
        case WarningCancelled.type:
            try WarningCancelled.decode(envelope.payload).reason == .allClear ? "all-clear" : "cleared"
        case SuspensionAdvised.type: try stops(SuspensionAdvised.decode(envelope.payload).content)
        case SuspensionUpdated.type: try stops(SuspensionUpdated.decode(envelope.payload).content)
        case SuspensionLifted.type:
            try SuspensionLifted.decode(envelope.payload).reason == .levelFell ? "level-fell" : "warning-cancelled"
        default: try reached(envelope)
        }
    }

    private static func stops(_ advice: SuspensionAdvice) throws -> String {
        let kinds = advice.kinds.map { "\($0)" }.joined(separator: ",")
        return "\(try advice.colour.checked().name) \(kinds)"
    }

    private static func reached(_ envelope: Envelope) throws -> String {
        switch envelope.type {
        case ReachSent.type:
            let message = try ReachSent.decode(envelope.payload).message
            return "\(message.channel) \(message.division)"
        case ReachFailed.type:
            let failed = try ReachFailed.decode(envelope.payload)
            return "\(failed.message.channel) \(failed.reason)"
        case ReachDelivered.type:
            let message = try ReachDelivered.decode(envelope.payload)
            return "\(message.channel) \(message.place) \(message.channelPeople) \(message.reached)"
        case ReachAcknowledged.type:
            let message = try ReachAcknowledged.decode(envelope.payload)
            return "\(message.channel) \(message.place) \(message.person) \(message.told)"
        case ReachCoverage.type:
            let message = try ReachCoverage.decode(envelope.payload)
            return "\(message.stage) \(message.reached)/\(message.population) \(message.met ? "yes" : "no")"
        case ReachShort.type:
            let message = try ReachShort.decode(envelope.payload)
            return "\(message.reached)/\(message.population)"
        default: return ""
        }
    }

    @Test func `records are those that an independent script expects, at the same times`() throws {
        let (rig, tally) = try RecordingRig.play("gale")
        #expect(tally.deadLetters == 0)
        let expected = try RecordingRig.lines("gale/expected.jsonl")
        for stream in [StreamName.monitoring, .reach] {
            let found = try rig.records(stream).map { envelope in
                "\(Instant(microseconds: envelope.decidedUs)) \(envelope.type) \(envelope.subject) \(try Self.what(envelope))"
            }
            let lines = expected.filter { $0["stream"] as? String == stream.rawValue }.map { line in
                ["time", "type", "subject", "what"].compactMap { line[$0] as? String }.joined(separator: " ")
            }
            #expect(found == lines && found.count > 20, "\(stream): \(found.difference(from: lines))")
        }
    }

    @Test func `replayed, and killed at any step, the gale has the same outcome (D1, D3)`() throws {
        let (calm, _) = try RecordingRig.play("gale")
        #expect(try calm.differences().isEmpty)
        let (killed, _) = try RecordingRig.play("gale", seed: 11)
        #expect(killed.kills > 2)
        let reach = { (rig: RecordingRig) in try rig.records(.reach).map(\.payload) }
        #expect(try killed.outcome() == calm.outcome() && reach(killed) == reach(calm))
        #expect(try killed.differences().isEmpty)
    }
}
