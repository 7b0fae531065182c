import MonitoringDomain
import TestSupport
import Testing
import Vocabulary

@Suite struct WarningTrackTests {
    static func metres(_ millimetres: Int64) -> Quantity {
        guard let metres = Quantity(millimetres, decimals: 3, .metre) else { preconditionFailure("out of range") }
        return metres
    }
    static let rule = WarningRule(
        id: "stage",
        hazard: .flashFlood,
        bands: zip(WarningColour.allCases, 2...5).map { .init(colour: $0, threshold: metres(Int64($1) * 1_000)) },
        hysteresis: metres(200),
        duration: .zero,
        clearAfter: .hours(2),
        lifetime: .hours(24),
        automaticRelease: [.red],
        drafter: "p-li"
    )

    static func step(_ track: inout WarningTrack, _ millimetres: Int64, hour: Int64) -> [WarningTrack.Effect] {
        track.evaluate(
            metres(millimetres),
            observed: Instant(seconds: hour * 3600),
            by: rule,
            newWarning: WarningID("W.\(hour)")
        )
    }

    @Test func `a threshold includes its number, and a drafted warning waits for a second person`() throws {
        var track = WarningTrack()
        #expect(Self.step(&track, 1_999, hour: 1).isEmpty)
        #expect(
            Self.step(&track, 2_000, hour: 2) == [
                .drafted(warning: "W.2", revision: 1, colour: .blue, automatic: false)
            ]
        )
        #expect(throws: WarningTrack.Refusal.approverIsDrafter) {
            try track.approve("W.2", revision: 1, by: "p-li", rule: Self.rule)
        }
        #expect(throws: WarningTrack.Refusal.staleRevision) {
            try track.approve("W.2", revision: 2, by: "p-wang", rule: Self.rule)
        }
        let effects = try track.approve("W.2", revision: 1, by: "p-wang", rule: Self.rule)
        #expect(effects.last == .issued(warning: "W.2", revision: 1, colour: .blue))
        #expect(throws: WarningTrack.Refusal.notAwaitingApproval) {
            try track.approve("W.2", revision: 1, by: "p-wang", rule: Self.rule)
        }
    }

    @Test func `red is released without a person`() {
        var track = WarningTrack()
        #expect(
            Self.step(&track, 5_000, hour: 1) == [
                .drafted(warning: "W.1", revision: 1, colour: .red, automatic: true),
                .approved(warning: "W.1", revision: 1, automatic: true),
                .issued(warning: "W.1", revision: 1, colour: .red),
            ]
        )
    }

    @Test func `a warning is kept within the hysteresis and cleared only after two hours below it`() {
        var track = WarningTrack()
        _ = Self.step(&track, 2_000, hour: 0)
        #expect(Self.step(&track, 1_800, hour: 1).isEmpty)
        #expect(track.change == nil)
        #expect(Self.step(&track, 1_799, hour: 2).isEmpty)
        #expect(Self.step(&track, 1_799, hour: 3).isEmpty)
        #expect(Self.step(&track, 1_799, hour: 4) == [.cleared(warning: "W.0")])
        #expect(track.live == nil)
    }

    @Test func `an expired warning is gone, and a later crossing begins another`() {
        var track = WarningTrack()
        _ = Self.step(&track, 3_000, hour: 0)
        #expect(track.expire("W.0") == [.expired(warning: "W.0")])
        #expect(track.expire("W.0").isEmpty)
        #expect(
            Self.step(&track, 3_000, hour: 1).first
                == .drafted(warning: "W.1", revision: 1, colour: .yellow, automatic: false)
        )
    }

    @Test func `a warning that ended and begins again with the same moment has another id`() throws {
        var track = WarningTrack()
        for id in ["W.1", "W.1-2", "W.1-3"] as [WarningID] {
            #expect(
                Self.step(&track, 2_000, hour: 1) == [
                    .drafted(warning: id, revision: 1, colour: .blue, automatic: false)
                ]
            )
            _ = try track.cancel(id, at: Instant(seconds: 3_600), rule: Self.rule)
        }
        #expect(
            Self.step(&track, 2_000, hour: 2) == [
                .drafted(warning: "W.2", revision: 1, colour: .blue, automatic: false)
            ]
        )
    }

    @Test func `a rejected draft falls back, and its colour is not drafted again while it is demanded`() throws {
        var track = WarningTrack()
        _ = Self.step(&track, 2_000, hour: 0)
        #expect(try track.reject("W.0", revision: 1) == [.rejected(warning: "W.0", revision: 1)])
        #expect(track.live == nil && Self.step(&track, 2_100, hour: 1).isEmpty)
        #expect(
            Self.step(&track, 3_000, hour: 2).first
                == .drafted(warning: "W.2", revision: 1, colour: .yellow, automatic: false)
        )
        _ = try track.approve("W.2", revision: 1, by: "p-wang", rule: Self.rule)
        _ = Self.step(&track, 4_000, hour: 3)
        #expect(try track.reject("W.2", revision: 2) == [.rejected(warning: "W.2", revision: 2)])
        #expect(track.live?.colour == .yellow && track.live?.awaitsApproval == false)
        #expect(throws: WarningTrack.Refusal.notAwaitingApproval) { try track.reject("W.2", revision: 2) }
    }

    @Test func `an edit is a draft of its own, falls back when turned down, and blocks no colour of the rule`() throws {
        var track = WarningTrack()
        _ = Self.step(&track, 3_000, hour: 0)
        _ = try track.approve("W.0", revision: 1, by: "p-wang", rule: Self.rule)
        #expect(
            try track.edit("W.0", revision: 1, by: "p-wang") == [
                .drafted(warning: "W.0", revision: 2, colour: .yellow, automatic: false)
            ]
        )
        #expect(throws: WarningTrack.Refusal.approverIsEditor) {
            try track.approve("W.0", revision: 2, by: "p-wang", rule: Self.rule)
        }
        _ = try track.reject("W.0", revision: 2)
        #expect(track.live?.awaitsApproval == false && track.live?.colour == .yellow)
        // Falls below yellow for two hours: lowered as if nobody had edited.
        for hour in 1...2 as ClosedRange<Int64> { #expect(Self.step(&track, 2_100, hour: hour).isEmpty) }
        #expect(Self.step(&track, 2_100, hour: 3).count == 1 && track.live?.colour == .blue)
        var unheard = WarningTrack()
        _ = Self.step(&unheard, 2_000, hour: 0)
        #expect(throws: WarningTrack.Refusal.notIssued) {
            try unheard.clear("W.0", at: Instant(seconds: 0), rule: Self.rule)
        }
    }

    @Test(arguments: 1...100 as ClosedRange<UInt64>)
    func `on any walk, revisions rise by one and nothing is released unapproved`(seed: UInt64) {
        var random = Seeded(seed)
        var track = WarningTrack()
        var (revision, approved): (UInt32, Bool) = (0, false)
        for hour in 0..<200 as Range<Int64> {
            var effects = Self.step(&track, Int64.random(in: 1_000...6_000, using: &random), hour: hour)
            if let live = track.live, live.awaitsApproval, Int.random(in: 0..<5, using: &random) == 0 {
                effects += (try? track.reject(live.warning, revision: live.revision)) ?? []
            } else if let live = track.live, Int.random(in: 0..<6, using: &random) == 0 {
                effects += (try? track.edit(live.warning, revision: live.revision, by: "p-zhao")) ?? []
                #expect(throws: WarningTrack.Refusal.approverIsEditor, "seed \(seed)") {
                    try track.approve(live.warning, revision: live.revision + 1, by: "p-zhao", rule: Self.rule)
                }
            } else if let live = track.live, Int.random(in: 0..<20, using: &random) == 0 {
                effects += (try? track.clear(live.warning, at: Instant(seconds: hour * 3_600), rule: Self.rule)) ?? []
            } else if let live = track.live, Bool.random(using: &random) {
                effects +=
                    (try? track.approve(live.warning, revision: live.revision, by: "p-wang", rule: Self.rule))
                    ?? []
            }
            for effect in effects {
                switch effect {
                case .drafted(_, let next, _, _):
                    #expect(next == revision + 1, "seed \(seed)")
                    (revision, approved) = (next, false)
                case .rejected:
                    if track.live == nil { revision = 0 }
                case .approved: approved = true
                case .issued, .updated: #expect(approved, "seed \(seed)")
                case .cleared, .cancelled, .allClear, .expired, .deescalated, .silenced:
                    (revision, approved) = (0, false)
                }
            }
            #expect((track.live == nil) == (revision == 0), "seed \(seed)")
        }
    }
}
