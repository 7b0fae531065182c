import MessageSchema
import MonitoringDomain
import TestSupport
import Testing
import Vocabulary

/// What time does where no reading does, each case by hand.
@Suite struct RuleTimeTests {
    static let bands =
        #"{ colour: blue, at: "1.00 m" }, { colour: yellow, at: "2.00 m" }, { colour: red, at: "4.00 m" }"#

    @Test func `what holds for long enough is raised although no message arrives`() throws {
        let rule = RuleRig.rule("level", bands: Self.bands).replacing("duration: 0s", with: "duration: 30m")
        let rig = try RuleRig([rule])
        try rig.read("2.00", minute: 0)
        // The reading of minute 30 may be ten minutes late.
        try rig.pass(to: 39)
        #expect(try rig.story() == [])
        try rig.pass(to: 40)
        let drafted = try #require(try rig.messages(WarningDrafted.self).first?.content)
        #expect(try drafted.value.checked().millionths == 2_000_000 && drafted.evidence.count == 1)
        #expect(try rig.story() == ["yellow"])
        // What falls back in time is not raised.
        try rig.read("4.00", minute: 50)
        try rig.read("3.00", minute: 79)
        try rig.pass(to: 200)
        #expect(try rig.story() == [] && rig.holds())
    }

    @Test func `a colour that nobody demands any more is lowered step by step, and demanded again begins anew`() throws
    {
        let rig = try RuleRig([
            RuleRig.rule("level", bands: Self.bands, "deescalate_after: 2h")
                .replacing("clear_after: 0s", with: "clear_after: 30d")
        ])
        try rig.read("4.50", minute: 0)
        // Demanded once more: the two hours begin here.
        try rig.read("4.00", minute: 60)
        try rig.read("0.50", minute: 90)
        try rig.pass(to: 179)
        #expect(try rig.story() == ["red"])
        try rig.pass(to: 180)
        #expect(try rig.story() == ["yellow"])
        try rig.pass(to: 300)
        #expect(try rig.story() == ["blue"])
        try rig.pass(to: 420)
        #expect(try rig.story() == ["end:deescalated"])
        try rig.read("4.00", minute: 430)
        #expect(try rig.story() == ["red"] && rig.holds())
    }

    @Test func `a warning ends where nothing is read, and begins again with the first word`() throws {
        let rig = try RuleRig([RuleRig.rule("level", bands: Self.bands, "clear_on_silence: 3h")])
        try rig.read("2.00", minute: 0)
        try rig.read("2.10", minute: 60)
        try rig.pass(to: 239)
        #expect(try rig.story() == ["yellow"])
        try rig.pass(to: 240)
        #expect(try rig.story() == ["end:silence"])
        try rig.read("2.00", minute: 250)
        #expect(try rig.story() == ["yellow"] && rig.holds())
    }

    @Test func `what a person cancelled is drafted again after its time, or at once in a higher colour`() throws {
        let rig = try RuleRig([RuleRig.rule("level", bands: Self.bands, "realarm_after: 2h")])
        try rig.read("2.00", minute: 0)
        var cancel = CancelWarning()
        cancel.warning = try #require(try rig.messages(WarningIssued.self).first).content.warning
        #expect(try rig.order(cancel, minute: 10) == "")
        try rig.read("2.20", minute: 60)
        try rig.pass(to: 129)
        #expect(try rig.story() == ["yellow", "end:person"])
        try rig.pass(to: 130)
        #expect(try rig.story() == ["yellow"])

        let other = try RuleRig([RuleRig.rule("level", bands: Self.bands, "realarm_after: 2h")])
        try other.read("2.00", minute: 0)
        #expect(try other.order(cancel, minute: 10) == "")
        // Below the number it is over: the next crossing is another event.
        try other.read("0.50", minute: 20)
        try other.read("2.00", minute: 30)
        #expect(try other.story() == ["yellow", "end:person", "yellow"])
        cancel.warning += "-none"
        #expect(try other.order(cancel, minute: 31) == "unknown-warning")
        #expect(try rig.holds() && other.holds())
    }

    @Test func `a silence rises with time alone, and a reading ends it`() throws {
        let rig = try RuleRig([
            RuleRig.rule(
                "silence",
                bands: #"{ colour: blue, at: "3600 s" }, { colour: orange, at: "7200 s" }"#,
                hysteresis: "0 s"
            )
        ])
        try rig.read("1.00", minute: 0)
        try rig.read("1.00", minute: 10)
        try rig.pass(to: 69)
        #expect(try rig.story() == [])
        try rig.pass(to: 70)
        let text = String(decoding: try #require(try rig.messages(WarningIssued.self).first).capDocument, as: UTF8.self)
        #expect(text.contains("自2026-07-01 08:10起已1小时无读数") && text.contains("no reading for 1 h"))
        #expect(try rig.story() == ["blue"])
        try rig.pass(to: 130)
        #expect(try rig.story() == ["orange"])
        try rig.read("1.00", minute: 131)
        #expect(try rig.story() == ["end:cleared"] && rig.holds())
    }

    /// 5,184,000 s are 60 days: as millionths of a second they are more than a quantity holds.
    @Test func `a silence of two months rises too`() throws {
        let rig = try RuleRig([
            RuleRig.rule("silence", bands: #"{ colour: blue, at: "5184000 s" }"#, hysteresis: "0 s")
        ])
        try rig.read("1.00", minute: 0)
        try rig.pass(to: 60 * 24 * 60 - 1)
        #expect(try rig.story() == [])
        try rig.pass(to: 60 * 24 * 60)
        #expect(try rig.story() == ["blue"])
    }

    /// A colour may rise only to what was demanded, fall only after its time, and time never acts before its deadline.
    @Test(arguments: 1...60 as ClosedRange<UInt64>)
    func `on any walk through readings and time, time acts at its deadline and not before`(seed: UInt64) {
        var random = Seeded(seed)
        var rule = WarningTrackTests.rule
        rule = WarningRule(
            id: rule.id,
            hazard: rule.hazard,
            bands: rule.bands,
            hysteresis: rule.hysteresis,
            duration: .minutes(20),
            clearAfter: .hours(2),
            lifetime: rule.lifetime,
            automaticRelease: WarningColour.allCases,
            drafter: rule.drafter,
            timing: .init(deescalateAfter: .hours(3), clearOnSilence: .hours(5), realarmAfter: .hours(1))
        )
        var (track, now, demanded) = (WarningTrack(), Instant(seconds: 0), [Int64]())
        for _ in 0..<300 {
            now = now + .minutes(Int64.random(in: 1...90, using: &random))
            while let due = track.deadline(rule), due <= now {
                let before = track
                var early = track
                #expect(early.pass(to: due - .seconds(1), by: rule, newWarning: "W.early").isEmpty, "seed \(seed)")
                let effects = track.pass(to: due, by: rule, newWarning: WarningID("W.\(due.seconds)"))
                #expect(track != before || !effects.isEmpty, "seed \(seed)")
                #expect(track.deadline(rule).map { $0 > due } ?? true, "seed \(seed): time stands still")
                guard let own = track.live?.own, own.rawValue > before.live?.own?.rawValue ?? 0 else { continue }
                // Raised by time: the last reading demanded it.
                #expect(demanded.last == Int64(own.rawValue), "seed \(seed)")
            }
            switch Int.random(in: 0..<10, using: &random) {
            case 0: if let live = track.live { _ = try? track.cancel(live.warning, at: now, rule: rule) }
            case 1: break
            case 2:
                if let live = track.live, let colour = WarningColour.allCases.randomElement(using: &random) {
                    _ = try? track.edit(live.warning, revision: live.revision, to: colour, by: "p-zhao")
                    _ = try? track.approve(live.warning, revision: live.revision + 1, by: "p-wang", rule: rule)
                }
            default:
                let value = Int64.random(in: 1_000...6_000, using: &random)
                let quantity = WarningTrackTests.metres(value)
                demanded.append(Int64(rule.band(for: quantity, current: track.live?.own)?.colour.rawValue ?? 0))
                _ = track.evaluate(quantity, observed: now, by: rule, newWarning: WarningID("W.\(now.seconds)"))
            }
        }
    }
}
