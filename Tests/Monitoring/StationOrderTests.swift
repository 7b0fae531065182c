import MonitoringDomain
import TestSupport
import Testing
import Vocabulary

@Suite struct StationOrderTests {
    private static let start = Instant(seconds: 1_790_000_000)
    private static let limits = StationOrderTrack.Limits(keep: .hours(1), answer: .minutes(2), attempts: 3)

    private func track(_ state: StationOrderTrack.State, attempts: Int) -> StationOrderTrack {
        let end = Self.start + .hours(1)
        return StationOrderTrack(
            state: state,
            attempts: attempts,
            due: state == .sent ? Self.start + .minutes(2) : end,
            expires: end
        )
    }

    /// The table of transitions: state, sendings so far, what happens after so many minutes, state then, effects.
    @Test func `every state answers every event as the table says`() {
        typealias State = StationOrderTrack.State
        typealias Effect = StationOrderTrack.Effect
        let rows: [(State, Int, Character, Int64, State, [Effect])] = [
            (.waiting, 0, "h", 1, .sent, [.send]), (.waiting, 2, "h", 1, .sent, [.send]),
            (.waiting, 3, "h", 1, .waiting, []), (.waiting, 0, "h", 60, .waiting, []),
            (.waiting, 0, "t", 59, .waiting, []), (.waiting, 0, "t", 60, .done, [.failed(.notHeard)]),
            (.waiting, 1, "t", 60, .done, [.failed(.noAnswer)]), (.waiting, 0, "a", 1, .done, [.answered]),
            (.waiting, 0, "r", 1, .done, [.failed(.refused)]), (.sent, 1, "h", 1, .sent, []),
            (.sent, 1, "t", 1, .sent, []), (.sent, 1, "t", 2, .waiting, []),
            (.sent, 3, "t", 2, .done, [.failed(.noAnswer)]), (.sent, 1, "t", 60, .done, [.failed(.noAnswer)]),
            (.sent, 1, "a", 1, .done, [.answered]), (.sent, 1, "r", 1, .done, [.failed(.refused)]),
            (.done, 1, "h", 1, .done, []), (.done, 1, "t", 90, .done, []), (.done, 1, "a", 1, .done, []),
            (.done, 1, "r", 1, .done, []),
        ]
        for (state, attempts, event, minutes, after, effects) in rows {
            var track = track(state, attempts: attempts)
            let found = act(event, on: &track, at: Self.start + .minutes(minutes))
            #expect(track.state == after && found == effects, "\(state) \(attempts) \(event) \(minutes)")
        }
    }

    private func act(_ event: Character, on track: inout StationOrderTrack, at now: Instant) -> [StationOrderTrack
        .Effect]
    {
        switch event {
        case "h": track.heard(at: now, Self.limits)
        case "t": track.timeUp(at: now, Self.limits)
        case "a": track.answered()
        default: track.refused()
        }
    }

    @Test(arguments: 1...50 as ClosedRange<UInt64>)
    func `an order ends once, in time, and is not sent too often`(_ seed: UInt64) {
        var random = Seeded(seed)
        var now = Self.start
        var track = StationOrderTrack(orderedAt: now, Self.limits)
        var effects: [StationOrderTrack.Effect] = []
        while track.state != .done {
            let next = now + .seconds(Int64.random(in: 1...400, using: &random))
            // Time acts when it is due, not later: as the service's timers do.
            if next >= track.due {
                now = track.due
                effects += track.timeUp(at: now, Self.limits)
            } else {
                now = next
                let answers = Int.random(in: 0..<12, using: &random) == 0
                effects += act(answers ? "a" : "h", on: &track, at: now)
            }
            #expect(track.due <= track.expires, "seed \(seed)")
        }
        let sent = effects.count { $0 == .send }
        #expect(sent == track.attempts && sent <= 3 && effects.count == sent + 1, "seed \(seed): \(effects)")
        #expect(now <= Self.start + .hours(1), "seed \(seed)")
        if effects.last == .failed(.notHeard) { #expect(sent == 0, "seed \(seed)") }
    }
}
