import Foundation
import Logging
import MessageBus
import MessageSchema
import ServiceKit
import Testing
import Vocabulary

@Suite struct HealthTests {
    let start = Instant(seconds: 1_790_784_000)
    let limits = HealthLimits(loop: .seconds(5), silence: .seconds(3))

    func state(_ streams: [StreamStanding] = []) -> ServiceState {
        var state = ServiceState(service: .dispatch, realm: .live, startedAt: start, answeredAt: start)
        state.streams = streams
        return state
    }

    func standing(next: UInt64 = 5, head: UInt64 = 4, heard: Instant?) -> StreamStanding {
        StreamStanding(stream: .monitoring, next: next, head: head, heardAt: heard)
    }

    @Test func `a process whose store is not open, or whose thread stands still, is not healthy`() {
        #expect(Readiness.liveness(nil, at: start, limits).map(\.reason) == [.starting])
        #expect(Readiness.liveness(state(), at: start + .seconds(5), limits).isEmpty)
        #expect(Readiness.liveness(state(), at: start + .seconds(6), limits).map(\.reason) == [.loopSilent])
        #expect(Readiness.readiness(state(), at: start + .seconds(6), limits).map(\.reason) == [.loopSilent])
    }

    @Test func `ready means that each stream was heard in time and read up to its head`() {
        func reasons(_ standing: StreamStanding, after: Duration = .zero) -> [HealthReason.Code] {
            Readiness.readiness(state([standing]), at: start + after, limits).map(\.reason)
        }
        #expect(reasons(standing(heard: start)) == [])
        #expect(reasons(standing(heard: nil)) == [.streamSilent])
        #expect(reasons(standing(heard: start), after: .seconds(3)) == [])
        #expect(reasons(standing(heard: start), after: .seconds(4)) == [.streamSilent])
        #expect(reasons(standing(next: 5, head: 5, heard: start)) == [.streamBehind])
        let named = Readiness.readiness(state([standing(heard: nil)]), at: start, limits)
        #expect(named.first?.stream == "monitoring" && named.first?.detail.contains("monitoring") == true)
    }

    @Test func `silence, return, falling behind and catching up are each told once`() throws {
        var watch = StreamWatch(startedAt: start, silence: .seconds(3))
        var reader = StreamReader(stream: .monitoring, epoch: "", next: 1, hash: .none)
        func observe(_ seconds: Int64) -> [String] {
            watch.observe([reader], pages: [:], at: start + .seconds(seconds)).events.map { event in
                switch event {
                case .fellBehind: "behind"
                case .caughtUp: "caught up"
                case .fellSilent: "silent"
                case .heardAgain: "heard"
                }
            }
        }
        #expect(observe(1) == [] && observe(4) == ["silent"] && observe(5) == [])
        var head = StreamHead()
        (head.stream, head.epoch, head.sequence) = ("monitoring", "e", 2)
        try reader.hear(head)
        #expect(observe(6) == ["heard", "behind"] && observe(7) == [])
        let standing = watch.observe([reader], pages: [.monitoring: 3], at: start + .seconds(9)).standings.first
        #expect(standing?.behind == .seconds(3) && standing?.lag == 2 && standing?.pages == 3)
    }

    @Test func `the rate is that of the last minute; a clock that is set back begins anew`() {
        var rates = StreamRates()
        func note(_ seconds: Int64, _ head: UInt64) -> Double {
            rates.note([.dispatch: head], at: start + .seconds(seconds))
            return rates.perSecond(.dispatch, head: head, at: start + .seconds(seconds))
        }
        #expect(note(0, 100) == 0 && note(10, 120) == 2 && note(40, 500) == 10)
        // What was before the last minute does not count: from 120 at 10 s to 560 at 70 s.
        #expect(note(70, 560) == 440.0 / 60)
        #expect(note(130, 560) == 0)
        #expect(note(60, 560) == 0 && note(70, 600) == 4)
        #expect(rates.perSecond(.stockpile, head: 5, at: start + .seconds(99)) == 0)
    }

    @Test func `a console line has time in Beijing, level, service, message, and quoted values`() {
        let line = ConsoleLogHandler.line(
            .warning,
            "input kept aside",
            ["service": "monitoring", "error.code": "wrong-crc", "error.message": "ask \"again\""],
            Instant(microseconds: 1_790_827_241_250_000)
        )
        // 1,790,827,241 s is 2026-10-01 04:00:41 in Greenwich.
        #expect(
            line
                == "12:00:41.250 warning monitoring     input kept aside  error.code=wrong-crc error.message=\"ask \\\"again\\\"\"\n"
        )
    }
}
