import MessageSchema
import ServiceKit
import TestSupport
import Testing
import Vocabulary

@Suite struct SupervisorTests {
    let start = Instant(seconds: 1_790_784_000)

    @Test func `a crash is followed by a new start after the back-off, and a long run forgives`() {
        var supervisor = Supervisor(services: [.dispatch])
        #expect(supervisor.begin(at: start) == [.start(.dispatch), .tell(.dispatch, .starting)])
        #expect(supervisor.answered(.dispatch, at: start) == [.tell(.dispatch, .running)])
        let again = start + .milliseconds(500)
        #expect(
            supervisor.exited(.dispatch, code: 137, at: start) == [.tell(.dispatch, .crashed(code: 137, again: again))]
        )
        #expect(supervisor.tick(at: start + .milliseconds(499)) == [])
        #expect(supervisor.tick(at: again) == [.start(.dispatch), .tell(.dispatch, .starting)])
        let second = supervisor.exited(.dispatch, code: 1, at: again)
        #expect(second == [.tell(.dispatch, .crashed(code: 1, again: again + .seconds(1)))])
        _ = supervisor.tick(at: again + .seconds(1))
        _ = supervisor.answered(.dispatch, at: again + .seconds(1))
        let late = again + .seconds(100)
        #expect(
            supervisor.exited(.dispatch, code: 1, at: late)
                == [.tell(.dispatch, .crashed(code: 1, again: late + .milliseconds(500)))]
        )
    }

    @Test func `the back-off doubles from half a second and ends at half a minute`() {
        #expect((1...4).map(Supervisor.backOff) == [.milliseconds(500), .seconds(1), .seconds(2), .seconds(4)])
        #expect(Supervisor.backOff(7) == .seconds(30) && Supervisor.backOff(1_000) == .seconds(30))
    }

    @Test func `a stop ends all, the last started first; whoever does not end is killed`() {
        var supervisor = Supervisor(services: [.monitoring, .dispatch])
        _ = supervisor.begin(at: start)
        let stop = supervisor.stop(at: start)
        #expect(
            stop.filter { $0 == .terminate(.dispatch) || $0 == .terminate(.monitoring) }.first == .terminate(.dispatch)
        )
        #expect(supervisor.stop(at: start) == [] && !supervisor.isOver)
        _ = supervisor.exited(.dispatch, code: 0, at: start)
        #expect(supervisor.tick(at: start + .seconds(1)) == [.terminate(.monitoring)])
        #expect(supervisor.tick(at: start + .seconds(10)) == [.kill(.monitoring)])
        _ = supervisor.exited(.monitoring, code: 137, at: start + .seconds(10))
        #expect(supervisor.isOver && !supervisor.hasFailed)
    }

    @Test func `a service that refuses its command line stops the suite`() {
        var supervisor = Supervisor(services: [.monitoring, .dispatch])
        _ = supervisor.begin(at: start)
        let actions = supervisor.exited(.dispatch, code: 64, at: start)
        #expect(actions.contains(.tell(.dispatch, .refused(code: 64))) && actions.contains(.terminate(.monitoring)))
        _ = supervisor.exited(.monitoring, code: 0, at: start)
        #expect(supervisor.isOver && supervisor.hasFailed)
    }

    @Test(arguments: 1...100 as ClosedRange<UInt64>)
    func `whatever happens, no service runs twice, and after a stop all end`(seed: UInt64) {
        var random = Seeded(seed)
        let services: [ServiceName] = [.monitoring, .dispatch, .stockpile]
        var supervisor = Supervisor(services: services)
        var alive: Set<ServiceName> = []
        var now = start
        func perform(_ actions: [Supervisor.Action]) {
            for case .start(let service) in actions { #expect(alive.insert(service).inserted, "seed \(seed)") }
        }
        perform(supervisor.begin(at: now))
        for _ in 0..<200 {
            now = now + .milliseconds(Int64.random(in: 0...3_000, using: &random))
            switch Int.random(in: 0..<3, using: &random) {
            case 0: alive.sorted().randomElement(using: &random).map { perform(supervisor.answered($0, at: now)) }
            case 1:
                guard let service = alive.sorted().randomElement(using: &random) else { continue }
                alive.remove(service)
                perform(supervisor.exited(service, code: 1, at: now))
            default: perform(supervisor.tick(at: now))
            }
        }
        perform(supervisor.stop(at: now))
        for service in alive.sorted() { perform(supervisor.exited(service, code: 0, at: now)) }
        #expect(supervisor.isOver && supervisor.tick(at: now + .hours(1)) == [], "seed \(seed)")
    }
}
