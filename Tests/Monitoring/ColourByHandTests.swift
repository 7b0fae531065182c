import MessageSchema
import MonitoringCodecs
import MonitoringDomain
import TestSupport
import Testing
import Vocabulary

/// A colour that a person gave to a rule's warning, against what the rule says. Expected by hand from what `WarningTrack.Hold` promises.
@Suite struct ColourByHandTests {
    /// From 1 m blue, 2 m yellow, 3 m orange, 4 m red; at once, up and down.
    static func rule(_ timing: WarningRule.Timing = .init(), automatic: [WarningColour] = []) -> WarningRule {
        WarningRule(
            id: "stage",
            hazard: .flashFlood,
            bands: WarningColour.allCases.map {
                .init(colour: $0, threshold: WarningTrackTests.metres(Int64($0.rawValue) * 1_000))
            },
            hysteresis: WarningTrackTests.metres(0),
            duration: .zero,
            clearAfter: .zero,
            lifetime: .hours(24),
            automaticRelease: automatic,
            drafter: "p-li",
            timing: timing
        )
    }

    /// The rule demands that colour, 0 none, at that hour.
    static func demand(_ track: inout WarningTrack, _ rank: Int, hour: Int64, _ rule: WarningRule = rule())
        -> [WarningTrack.Effect]
    {
        let value = WarningTrackTests.metres(Int64(rank) * 1_000)
        return track.evaluate(
            value,
            observed: Instant(seconds: hour * 3_600),
            by: rule,
            newWarning: WarningID("W.\(hour)")
        )
    }

    static func approve(_ track: inout WarningTrack) throws {
        let live = try #require(track.live)
        _ = try track.approve(live.warning, revision: live.revision, by: "p-wang", rule: rule())
    }

    /// Released in the rule's `own` colour, then in that which a person gave.
    static func held(_ own: Int, by hand: Int) throws -> WarningTrack {
        var track = WarningTrack()
        _ = demand(&track, own, hour: 0)
        try approve(&track)
        let colour = try #require(WarningColour(rawValue: hand))
        let effects = try track.edit("W.0", revision: 1, to: colour, by: "p-zhao")
        #expect(effects == [.drafted(warning: "W.0", revision: 2, colour: colour, automatic: false)])
        #expect(throws: WarningTrack.Refusal.approverIsEditor) {
            try track.approve("W.0", revision: 2, by: "p-zhao", rule: rule())
        }
        try approve(&track)
        return track
    }

    /// The rule's colour, the person's, then what the rule demands hour by hour, and what is shown: 0 none, 1 blue … 4 red.
    static let table: [(own: Int, hand: Int, demands: [Int], shown: [Int])] = [
        // A raise: neither the same demand nor less lowers it, not even none.
        (2, 3, [2, 1, 0, 0, 2], [3, 3, 3, 3, 3]),
        // The rule comes to it, and leads from then on.
        (2, 3, [3, 2, 0], [3, 2, 0]),
        (2, 3, [4, 3, 2], [4, 3, 2]),
        (1, 4, [0, 3, 4, 3], [4, 4, 4, 3]),
        // A lowering: holds at what was demanded and below, until the rule comes down to it.
        (3, 1, [3, 2, 3, 2, 1, 2], [1, 1, 1, 1, 1, 2]),
        (3, 2, [1, 2], [1, 2]),
        (3, 2, [0, 1], [0, 1]),
        // More is demanded than when it was lowered.
        (3, 1, [2, 4, 3], [1, 4, 3]),
        (2, 1, [3, 2, 1], [3, 2, 1]),
        // The rule's own colour by hand is no colour by hand.
        (2, 2, [1, 3], [1, 3]),
    ]

    @Test(arguments: table)
    func `each demand leads where the table says`(own: Int, hand: Int, demands: [Int], shown: [Int]) throws {
        var track = try Self.held(own, by: hand)
        let found = demands.enumerated().map { hour, rank in
            _ = Self.demand(&track, rank, hour: Int64(hour) + 1)
            return track.live?.colour.rawValue ?? 0
        }
        #expect(found == shown)
    }

    @Test func `a colour that was turned down falls back to the one before, with all that held of it`() throws {
        var track = try Self.held(3, by: 1)
        _ = try track.edit("W.0", revision: 2, to: .red, by: "p-zhao")
        #expect(try track.reject("W.0", revision: 3) == [.rejected(warning: "W.0", revision: 3)])
        // The lowering to blue holds as before.
        #expect(Self.demand(&track, 3, hour: 1).isEmpty && track.live?.colour == .blue)
        // The rule's own red is turned down: back to the lowering, and red is not drafted again at once.
        #expect(Self.demand(&track, 4, hour: 2).count == 1)
        _ = try track.reject("W.0", revision: 4)
        #expect(track.live?.colour == .blue && Self.demand(&track, 4, hour: 3).isEmpty)
        #expect(Self.demand(&track, 3, hour: 4).isEmpty && track.live?.colour == .blue)
        #expect(Self.demand(&track, 4, hour: 5).count == 1)

        // A first draft that a person raised is turned down: that says nothing against the rule's own.
        var first = WarningTrack()
        _ = Self.demand(&first, 2, hour: 0)
        _ = try first.edit("W.0", revision: 1, to: .red, by: "p-zhao")
        _ = try first.reject("W.0", revision: 2)
        #expect(first.live == nil)
        #expect(
            Self.demand(&first, 2, hour: 1) == [
                .drafted(warning: "W.1", revision: 1, colour: .yellow, automatic: false)
            ]
        )
    }

    @Test func `what the rule releases by itself does not wait for the person's approval`() throws {
        let rule = Self.rule(automatic: [.red])
        var track = WarningTrack()
        _ = Self.demand(&track, 2, hour: 0, rule)
        _ = try track.edit("W.0", revision: 1, to: .red, by: "p-zhao")
        #expect(
            Self.demand(&track, 4, hour: 1, rule) == [
                .drafted(warning: "W.0", revision: 3, colour: .red, automatic: true),
                .approved(warning: "W.0", revision: 3, automatic: true),
                .issued(warning: "W.0", revision: 3, colour: .red),
            ]
        )
    }

    @Test func `neither silence nor time lowers a raise, and a lowering ends with them`() throws {
        let rule = Self.rule(.init(deescalateAfter: .hours(2), clearOnSilence: .hours(5)))
        var raised = WarningTrack()
        _ = Self.demand(&raised, 2, hour: 0, rule)
        _ = try raised.edit("W.0", revision: 1, to: .red, by: "p-zhao")
        while let due = raised.deadline(rule) {
            #expect(raised.pass(to: due, by: rule, newWarning: "W.none").isEmpty)
        }
        #expect(raised.live?.colour == .red && raised.live?.own == nil)
        var lowered = WarningTrack()
        _ = Self.demand(&lowered, 3, hour: 0, rule)
        _ = try lowered.edit("W.0", revision: 1, to: .blue, by: "p-zhao")
        var (effects, hours) = ([WarningTrack.Effect](), [Int64]())
        while let due = lowered.deadline(rule) {
            effects += lowered.pass(to: due, by: rule, newWarning: "W.none")
            hours.append(due.seconds / 3_600)
        }
        // Orange to yellow, yellow to blue, and nothing for five hours.
        #expect(hours == [2, 4, 5] && effects == [.silenced(warning: "W.0")])
    }

    @Test func `what a person cancelled is muted as far as the rule demanded it`() throws {
        let rule = Self.rule(.init(realarmAfter: .hours(12)))
        var track = WarningTrack()
        _ = Self.demand(&track, 3, hour: 0, rule)
        _ = try track.edit("W.0", revision: 1, to: .blue, by: "p-zhao")
        _ = try track.cancel("W.0", at: Instant(seconds: 0), rule: rule)
        #expect(Self.demand(&track, 3, hour: 1, rule).isEmpty)
        #expect(Self.demand(&track, 4, hour: 2, rule).count == 1)
    }

    /// The promise in other words: a raise ends at its colour, a lowering beyond what was demanded or at its colour.
    struct Model {
        var (own, shown) = (0, 0)
        var hand: (colour: Int, demanded: Int)?

        mutating func demand(_ rank: Int) {
            own = rank
            if let (colour, demanded) = hand {
                let isOver = colour > demanded ? rank >= colour : rank > demanded || rank <= colour
                if isOver { hand = nil }
            }
            shown = hand?.colour ?? own
        }

        mutating func give(_ colour: Int) {
            hand = colour == own ? nil : (colour, own)
            shown = colour
        }
    }

    @Test(arguments: 1...200 as ClosedRange<UInt64>)
    func `on any walk of readings and people the colour is the model's, and revisions rise by one`(seed: UInt64) throws
    {
        var random = Seeded(seed)
        var (track, model, revision) = (WarningTrack(), Model(), UInt32(0))
        for hour in 0..<200 as Range<Int64> {
            var effects: [WarningTrack.Effect] = []
            if let live = track.live, Int.random(in: 0..<4, using: &random) == 0 {
                let colour = try #require(WarningColour.allCases.randomElement(using: &random))
                effects = try track.edit(live.warning, revision: live.revision, to: colour, by: "p-zhao")
                model.give(colour.rawValue)
            } else {
                let rank = Int.random(in: 0...4, using: &random)
                effects = Self.demand(&track, rank, hour: hour)
                model.demand(rank)
            }
            for effect in effects {
                switch effect {
                case .drafted(_, let next, let colour, _):
                    #expect(next == revision + 1 && colour.rawValue == model.shown, "seed \(seed)")
                    revision = next
                case .cleared: revision = 0
                case .approved, .rejected, .issued, .updated, .cancelled, .allClear, .expired, .deescalated, .silenced:
                    Issue.record("seed \(seed): \(effect)")
                }
            }
            #expect((track.live?.colour.rawValue ?? 0) == model.shown, "seed \(seed), hour \(hour)")
            #expect((track.live?.own?.rawValue ?? 0) == model.own, "seed \(seed), hour \(hour)")
            if track.live?.awaitsApproval == true, Bool.random(using: &random) { try Self.approve(&track) }
        }
    }

    // MARK: through the engine

    @Test func `a person's colour stands in the record and the document with who and why, until the rule demands more`()
        throws
    {
        typealias Service = HandWarningServiceTests
        let rig = try Service.rig()
        func report(_ minute: Int64, _ millimetres: Int) throws {
            let service = ForecastServiceTests.self
            try service.report(rig, Service.at(minute), serial: Int(minute) + 1, [service.stage(millimetres)])
        }
        try report(0, 2_500)
        let warning = try #require(try rig.messages(WarningDrafted.self).last).content.warning
        var change = Service.edit(warning, 1)
        (change.colour, change.reason) = (.orange, "the dam above lets water go")
        #expect(try rig.order(change, by: "p-wang", at: Service.at(1)) == "")
        #expect(try rig.order(Service.approve(warning, 2), by: "p-wang", at: Service.at(2)) == "approver-is-editor")
        #expect(try rig.order(Service.approve(warning, 2), by: "p-zhao", at: Service.at(2)) == "")
        let issued = try #require(try rig.messages(WarningIssued.self).last).content
        #expect(issued.colour == .orange && issued.colourByHand.person == "p-wang")
        #expect(issued.colourByHand.reason == "the dam above lets water go" && issued.colourByHand.ruleColour == .blue)
        let document = try #require(try Service.documents(rig).first)
        #expect(document.infos[0].severity == .severe)
        #expect(
            document.infos[1].description.hasSuffix(
                "at or above the blue threshold of 2.00 m. The duty officers set the warning to orange."
            )
        )
        #expect(document.infos[0].description.hasSuffix("达到蓝色预警阈值2.00 m。经值班人员研判，预警级别定为橙色。"))
        // The next readings change nothing, not even one below every threshold.
        try report(5, 2_400)
        try report(10, 1_000)
        #expect(try rig.messages(WarningDrafted.self).count == 2 && rig.messages(WarningCancelled.self).isEmpty)
        // Lowered again by hand, for a reason of its own; then the rule demands more than it did.
        var lower = Service.edit(warning, 2)
        (lower.colour, lower.reason) = (.blue, "the gates are shut")
        #expect(try rig.order(lower, by: "p-wang", at: Service.at(11)) == "")
        #expect(try rig.order(Service.approve(warning, 3), by: "p-zhao", at: Service.at(12)) == "")
        try report(15, 4_200)
        let drafted = try rig.messages(WarningDrafted.self)
        #expect(drafted.map(\.content.colour) == [.blue, .orange, .blue, .red])
        #expect(drafted.map(\.reason) == ["", "the dam above lets water go", "the gates are shut", ""])
        #expect(drafted.map(\.content.hasColourByHand) == [false, true, true, false])
        #expect(try rig.messages(WarningUpdated.self).map(\.content.colour) == [.blue])
        #expect(try rig.differences().isEmpty)
    }
}
