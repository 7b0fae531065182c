import DispatchDomain
import TestSupport
import Testing
import Vocabulary

@Suite struct ResponseTaskTests {
    typealias State = ResponseTask.State

    static func task(_ state: State) -> ResponseTask {
        var task = ResponseTask(
            id: "I/c/1",
            incident: "I",
            clause: "c",
            capabilities: ["evacuation"],
            destination: "yirshi",
            deadline: Instant(seconds: 3600)
        )
        if state != .waiting { _ = task.assign("T") }
        switch state {
        case .waiting, .assigned: break
        case .cancelled: _ = task.cancel()
        case .departed: try? task.depart("T")
        case .arrived, .completed:
            try? task.depart("T")
            try? task.arrive("T", at: Instant(seconds: 60))
            if state == .completed { try? task.complete("T") }
        }
        return task
    }

    /// The whole table: what each act makes of each state; nil is a refusal.
    @Test(
        arguments: [
            (State.waiting, State.assigned, nil, nil, nil, State.cancelled),
            (.assigned, nil, .departed, nil, nil, .cancelled),
            (.departed, nil, nil, .arrived, nil, .cancelled),
            (.arrived, nil, nil, nil, .completed, .cancelled),
            (.completed, nil, nil, nil, nil, nil),
            (.cancelled, nil, nil, nil, nil, nil),
        ] as [(State, State?, State?, State?, State?, State?)]
    )
    func `each act leads where the table says, or is refused`(
        from: State,
        assign: State?,
        depart: State?,
        arrive: State?,
        complete: State?,
        cancel: State?
    ) {
        #expect(Self.task(from).state == from)
        var task = Self.task(from)
        #expect((task.assign("T") ? task.state : nil) == assign)
        task = Self.task(from)
        #expect((try? task.depart("T")).map { task.state } == depart)
        task = Self.task(from)
        #expect((try? task.arrive("T", at: Instant(seconds: 60))).map { task.state } == arrive)
        task = Self.task(from)
        #expect((try? task.complete("T")).map { task.state } == complete)
        task = Self.task(from)
        #expect((task.cancel() ? task.state : nil) == cancel)
    }

    @Test func `another team's report is refused`() {
        var task = Self.task(.assigned)
        #expect(throws: ResponseTask.Refusal.otherTeam) { try task.depart("U") }
    }

    @Test(arguments: 1...200 as ClosedRange<UInt64>)
    func `on any walk a task that has arrived has a team, and an ended one never changes`(seed: UInt64) {
        var random = Seeded(seed)
        var task = Self.task(.waiting)
        for second in 0..<50 as Range<Int64> {
            let before = task
            switch Int.random(in: 0..<5, using: &random) {
            case 0: _ = task.assign("T")
            case 1: try? task.depart("T")
            case 2: try? task.arrive("T", at: Instant(seconds: second))
            case 3: try? task.complete("T")
            default: if Int.random(in: 0..<10, using: &random) == 0 { _ = task.cancel() }
            }
            #expect(task.arrived == nil || task.team != nil, "seed \(seed)")
            #expect(task.holdsTeam == false || task.team == "T", "seed \(seed)")
            if before.state == .completed || before.state == .cancelled { #expect(task == before, "seed \(seed)") }
        }
    }
}
