import Foundation
import MessageSchema
import MonitoringDomain
import MonitoringService
import ServiceKit
import TestSupport
import Testing
import Vocabulary

/// What time does to warnings, with and without readings, through the engine. Expected times by hand from the rules.
@Suite struct RuleTimeTests {
    @Test func `a colour may be valid for another time than the rule's lifetime`() throws {
        let rig = try RuleRig([
            RuleRig.rule([
                "lifetime": "24h",
                "bands": "[{ colour: yellow, at: \"3.00 m\" }, { colour: red, at: \"5.00 m\", valid_for: 3h }]",
            ])
        ])
        try rig.read("3.00", minute: 0)
        try rig.read("5.00", minute: 60)
        try rig.pass(to: 1_000)
        #expect(try rig.life() == ["0 issued yellow", "60 updated red", "240 expired"])
        let issued = try #require(try rig.all(WarningIssued.self).first?.content)
        #expect(issued.expiresUs == (RuleRig.start + .hours(24)).microseconds)
        #expect(try rig.document().contains("<expires>2026-07-01T12:00:00+08:00</expires>"))
        #expect(try rig.holds())
    }

    @Test func `a colour that nothing confirms falls by one at a time, until it is cleared`() throws {
        let rig = try RuleRig([RuleRig.rule(["deescalate_after": "2h", "bands": RuleRig.fourColours])])
        try rig.read("5.00", minute: 0)
        try rig.read("5.10", minute: 30)  // confirms
        try rig.pass(to: 300)
        #expect(try rig.life() == ["0 issued red", "150 updated orange", "270 updated yellow"])
        #expect(try rig.document().contains("达到黄色预警阈值3.00 m"))
        try rig.read("4.50", minute: 300)
        try rig.pass(to: 2_000)
        #expect(
            try rig.life() == ["300 updated orange", "420 updated yellow", "540 updated blue", "660 cancelled"]
        )
        #expect(try rig.all(WarningCancelled.self).last?.note == "not confirmed since 2026-07-01T09:00:00Z")
        #expect(try rig.holds())
    }

    @Test func `a warning is cleared when its place is silent, and not while it reports`() throws {
        let rig = try RuleRig([RuleRig.rule(["clear_on_silence": "6h", "clear_after": "2d"])])
        try rig.read("3.00", minute: 0)
        try rig.read("2.00", minute: 300)  // below, and the two days begin
        try rig.pass(to: 659)
        #expect(try rig.life() == ["0 issued yellow"])
        try rig.pass(to: 660)
        #expect(try rig.life() == ["660 cancelled"])
        #expect(try rig.all(WarningCancelled.self).first?.note == "no reading since 2026-07-01T05:00:00Z")
        try rig.read("3.00", minute: 700)
        #expect(try rig.life() == ["700 issued yellow"])
        #expect(try rig.holds())
    }

    @Test func `a duration is over though no reading comes, and one that comes in time decides`() throws {
        let rule = RuleRig.rule(["duration": "1h", "raise_on_silence": "10m"])
        let rig = try RuleRig([rule])
        try rig.read("3.00", minute: 0)
        try rig.pass(to: 69)
        #expect(try rig.life() == [])
        try rig.pass(to: 70)
        #expect(try rig.life() == ["70 issued yellow"])
        #expect(try rig.all(WarningIssued.self).first?.content.evidence.count == 1)
        #expect(try rig.holds())
        let falling = try RuleRig([rule])
        try falling.read("3.00", minute: 0)
        try falling.read("2.99", minute: 65)
        try falling.pass(to: 1_000)
        #expect(try falling.life() == [])
        let standing = try RuleRig([rule])
        try standing.read("3.00", minute: 0)
        try standing.read("3.00", minute: 60)
        #expect(try standing.life() == ["60 issued yellow"])
        // Without the key nothing is raised by time alone.
        let plain = try RuleRig([RuleRig.rule(["duration": "1h"])])
        try plain.read("3.00", minute: 0)
        try plain.pass(to: 10_000)
        #expect(try plain.life() == [])
    }

    @Test func `after a person took it back the colour comes again in its time, and a higher one at once`() throws {
        let rig = try RuleRig([RuleRig.rule(["realarm_after": "2h", "bands": RuleRig.fourColours])])
        try rig.read("3.00", minute: 0)
        let first = try #require(try rig.all(WarningIssued.self).first?.content.warning)
        #expect(try rig.order(cancel(first), minute: 10) == "")
        try rig.read("3.10", minute: 20)
        try rig.pass(to: 129)
        #expect(try rig.life() == ["0 issued yellow", "10 cancelled"])
        try rig.pass(to: 130)  // no reading since
        #expect(try rig.life() == ["130 issued yellow"])
        let second = try #require(try rig.all(WarningIssued.self).last?.content.warning)
        #expect(second != first)
        #expect(try rig.order(cancel(second), minute: 140) == "")
        try rig.read("2.00", minute: 145)  // a lower colour is muted too
        try rig.read("4.00", minute: 150)
        #expect(try rig.life() == ["140 cancelled", "150 issued orange"])
        #expect(try rig.holds())
        // What is over by then does not come again.
        let over = try RuleRig([RuleRig.rule(["realarm_after": "2h"])])
        try over.read("3.00", minute: 0)
        #expect(try over.order(cancel(#require(over.all(WarningIssued.self).first?.content.warning)), minute: 10) == "")
        try over.read("1.00", minute: 20)
        try over.pass(to: 1_000)
        #expect(try over.life() == ["0 issued yellow", "10 cancelled"])
    }

    @Test func `a rejected draft comes again in its time`() throws {
        let rig = try RuleRig([RuleRig.rule(["realarm_after": "2h", "automatic_release": "[]"])])
        try rig.read("3.00", minute: 0)
        var order = RejectWarning()
        (order.warning, order.revision) = (try #require(try rig.all(WarningDrafted.self).first?.content.warning), 1)
        #expect(try rig.order(order, minute: 10) == "")
        try rig.read("3.00", minute: 60)
        #expect(try rig.all(WarningDrafted.self).count == 1)
        try rig.pass(to: 130)
        #expect(try rig.all(WarningDrafted.self).count == 2)
        #expect(try rig.holds())
    }

    private func cancel(_ warning: String) -> CancelWarning {
        var order = CancelWarning()
        order.warning = warning
        return order
    }

    // MARK: silence

    @Test func `a silent place is warned of in rising colours, and cleared by its next reading`() throws {
        let bands = "[{ colour: blue, at: 3h }, { colour: orange, at: 6h }]"
        let rig = try RuleRig([RuleRig.rule(["kind": "no-data", "bands": bands])])
        try rig.read("1.00", minute: 0)
        try rig.read("1.00", minute: 60)
        try rig.pass(to: 239)
        #expect(try rig.life() == [])
        try rig.pass(to: 240)
        #expect(try rig.life() == ["240 issued blue"])
        let text = try rig.document()
        #expect(text.contains("甲站截至2026-07-01 12:00已180分钟无数据，达到蓝色预警时限180分钟。"), "\(text)")
        #expect(
            text.contains(
                "Gauge A has sent nothing for 180 minutes at 2026-07-01 12:00 (Beijing), at or above the blue limit"
            )
        )
        #expect(try rig.all(WarningIssued.self).first?.content.evidence.count == 1)
        try rig.pass(to: 419)
        try rig.pass(to: 2_000)
        #expect(try rig.life() == ["420 updated orange"])
        try rig.read("1.01", minute: 2_000)
        #expect(try rig.life() == ["2000 cancelled"])
        try rig.pass(to: 2_180)
        #expect(try rig.life() == ["2180 issued blue"])
        #expect(try rig.holds())
    }

    @Test func `silence is told when the schedule begins`() throws {
        let rig = try RuleRig([
            RuleRig.rule([
                "kind": "no-data", "bands": "[{ colour: blue, at: 90m }]", "schedule": "[{ hours: [8, 20] }]",
            ])
        ])
        try rig.read("1.00", minute: 700)  // 19:40
        try rig.pass(to: 1_439)
        #expect(try rig.life() == [])
        try rig.pass(to: 1_440)
        #expect(try rig.life() == ["1440 issued blue"])
        #expect(try rig.holds())
    }

    // MARK: any walk

    static let rule = WarningRule(
        id: "stage",
        hazard: .flashFlood,
        bands: WarningTrackTests.rule.bands,
        hysteresis: WarningTrackTests.metres(200),
        duration: .minutes(30),
        clearAfter: .hours(1),
        lifetime: .hours(24),
        automaticRelease: WarningColour.allCases,
        drafter: "p-li",
        timing: RuleTiming(
            deescalateAfter: .hours(2),
            clearOnSilence: .hours(6),
            raiseOnSilence: .minutes(10),
            realarmAfter: .hours(3)
        )
    )

    /// Readings, cancellations and timers in any order: what must hold whatever comes.
    @Test(arguments: 1...100 as ClosedRange<UInt64>)
    func `on any walk nothing muted is drafted, time only lowers but for what was pending, and revisions rise`(
        seed: UInt64
    ) {
        var random = Seeded(seed)
        var track = WarningTrack()
        var revision: UInt32 = 0
        for step in 0..<300 as Range<Int64> {
            let now = Instant(seconds: step * 600)
            let before = track
            let act = Int.random(in: 0..<10, using: &random)
            let id = WarningID("W.\(step)")
            let effects: [WarningTrack.Effect]
            switch act {
            case 0: effects = track.deescalate(by: Self.rule)
            case 1: effects = track.clearOnSilence()
            case 2: effects = track.raise(by: Self.rule, at: now, newWarning: id)
            case 3:
                effects = track.live.flatMap { try? track.cancel($0.warning) } ?? []
                if !effects.isEmpty {
                    let due = track.mute(before.live?.colour, by: Self.rule, at: now)
                    #expect(due == now + .hours(3), "seed \(seed)")
                }
            default:
                let value = WarningTrackTests.metres(Int64.random(in: 1_000...6_000, using: &random))
                effects = track.evaluate(value, observed: now, by: Self.rule, newWarning: id)
            }
            for case .drafted(_, let next, let colour, _) in effects {
                #expect(next == revision + 1, "seed \(seed)")
                revision = next
                if act == 0 { #expect(colour < before.live?.colour ?? .blue, "seed \(seed)") }
                if act == 2 { #expect(colour == before.change?.colour, "seed \(seed)") }
                if let mute = before.muted, now < mute.until, before.live == nil {
                    #expect(colour > mute.colour, "seed \(seed)")
                }
            }
            if track.live == nil { revision = 0 }
            if act == 1 || act == 3 { #expect(track.live == nil || act == 3 && before.live == nil, "seed \(seed)") }
        }
    }
}
