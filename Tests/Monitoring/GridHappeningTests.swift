import MonitoringDomain
import TestSupport
import Testing
import Vocabulary

@Suite struct GridHappeningTests {
    let tree: GridTree
    static let now = Instant(seconds: 1_790_784_000)
    static let wait = Duration.minutes(15)
    static let rules = GridEscalation(
        byGrade: [(.considerable, .community), (.major, .town), (.exceptional, .city)],
        byReporters: [(3, .community), (5, .city)],
        byPeople: [(10, .considerable), (50, .major)],
        acknowledgeWithin: wait
    )

    init() throws { tree = try SmallGrid.tree() }

    private func happening(_ grade: EventGrade = .general) -> GridHappening {
        GridHappening(lead: "G1", unit: "zhen-1", grade: grade, reporter: "p-1", people: 0)
    }

    @Test func `a general happening waits where it was reported, a worse one goes up level by level at once`() {
        var one = happening()
        #expect(one.begin(at: Self.now, Self.rules, tree) == [.awaits(until: Self.now + Self.wait)])
        var major = happening(.major)
        #expect(
            major.begin(at: Self.now, Self.rules, tree) == [
                .escalated(from: "zhen-1", to: "zhen", reason: .grade),
                .escalated(from: "zhen", to: "yirshi", reason: .grade), .awaits(until: Self.now + Self.wait),
            ]
        )
        #expect(major.holder == "yirshi" && major.unit == "zhen-1")
    }

    @Test func `a third reporter takes it a level up and a fifth to the city; one who repeats himself does not`() {
        var one = happening()
        _ = one.begin(at: Self.now, Self.rules, tree)
        func merge(_ person: PersonID) -> [GridHappening.Effect] {
            one.merge(grade: .general, reporter: person, people: 0, at: Self.now, Self.rules, tree)
        }
        #expect(merge("p-1") == [.merged(reports: 2)] && merge("p-2") == [.merged(reports: 3)])
        #expect(merge("p-2") == [.merged(reports: 4)] && one.reporters == ["p-1", "p-2"])
        #expect(
            merge("p-3") == [
                .merged(reports: 5), .escalated(from: "zhen-1", to: "zhen", reason: .reporters),
                .awaits(until: Self.now + Self.wait),
            ]
        )
        #expect(merge("p-4") == [.merged(reports: 6)])
        #expect(merge("p-5").count == 4 && one.holder == "arxan")
    }

    @Test func `what was acknowledged waits again when it goes up, for the unit above has not seen it`() throws {
        var one = happening()
        _ = one.begin(at: Self.now, Self.rules, tree)
        #expect(try one.acknowledge(by: ["zhen-1"], tree) == [.acknowledged(by: "zhen-1"), .settled])
        let effects = one.merge(grade: .major, reporter: "p-2", people: 3, at: Self.now, Self.rules, tree)
        #expect(one.state == .waiting && one.holder == "yirshi" && effects.last == .awaits(until: Self.now + Self.wait))
        #expect(one.people == 3 && one.grade == .major)
    }

    @Test func `without acknowledgement it goes up at each lapse, and at the city it is told unanswered`() {
        var one = happening()
        var told: [GridHappening.Effect] = []
        for _ in 0..<4 { told += one.lapse(at: Self.now, Self.rules, tree) }
        let wait = GridHappening.Effect.awaits(until: Self.now + Self.wait)
        #expect(
            told == [
                .escalated(from: "zhen-1", to: "zhen", reason: .unacknowledged), wait,
                .escalated(from: "zhen", to: "yirshi", reason: .unacknowledged), wait,
                .escalated(from: "yirshi", to: "arxan", reason: .unacknowledged), wait, .unanswered("arxan"),
            ]
        )
    }

    @Test func `people affected raise the grade; the bound is included`() {
        for (people, grade) in [(9, .general), (10, .considerable), (49, .considerable), (50, .major)]
            as [(Int, EventGrade)]
        {
            #expect(Self.rules.grade(.general, people: people) == grade)
        }
        #expect(Self.rules.grade(.exceptional, people: 50) == .exceptional)
    }

    /// State, act, and what it answers: nil for done.
    @Test(
        arguments: [
            (.waiting, "acknowledge", nil), (.waiting, "close", .notAcknowledged),
            (.waiting, "stranger", .notOfThisUnit),
            (.waiting, "below", .notOfThisUnit), (.acknowledged, "acknowledge", .alreadyAcknowledged),
            (.acknowledged, "close", nil), (.acknowledged, "close-stranger", .notOfThisUnit),
            (.closed, "acknowledge", .alreadyClosed), (.closed, "close", .alreadyClosed),
        ] as [(GridHappening.State, String, GridHappening.Refusal?)]
    )
    func `each act in each state`(state: GridHappening.State, act: String, refusal: GridHappening.Refusal?) throws {
        var one = GridHappening(lead: "G1", unit: "zhen", grade: .general, reporter: "p-1", people: 0)
        if state != .waiting { _ = try one.acknowledge(by: ["zhen"], tree) }
        if state == .closed { _ = try one.close(by: ["arxan"], tree) }
        let before = one
        do throws(GridHappening.Refusal) {
            switch act {
            case "acknowledge": _ = try one.acknowledge(by: ["bailang", "yirshi"], tree)
            case "stranger": _ = try one.acknowledge(by: ["shan", "bailang"], tree)
            case "below": _ = try one.acknowledge(by: ["zhen-1"], tree)
            case "close-stranger": _ = try one.close(by: ["shan"], tree)
            default: _ = try one.close(by: ["zhen"], tree)
            }
            #expect(refusal == nil && one.state != before.state)
        } catch {
            #expect(error == refusal && one == before)
        }
    }

    @Test(arguments: 1...100 as ClosedRange<UInt64>)
    func `on any walk it only goes up, every report is counted, and nothing but closing ends it`(seed: UInt64) {
        var random = Seeded(seed)
        let units: [GridUnitID] = ["arxan", "yirshi", "bailang", "zhen", "shan", "zhen-1"]
        var one = happening()
        var waits = one.begin(at: Self.now, Self.rules, tree).contains { if case .awaits = $0 { true } else { false } }
        var reports = 1
        for _ in 0..<60 {
            let before = one
            var effects: [GridHappening.Effect] = []
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<6:
                let grade = EventGrade.allCases.randomElement(using: &random) ?? .general
                let reporter = PersonID("p-\(Int.random(in: 0..<8, using: &random))")
                effects = one.merge(grade: grade, reporter: reporter, people: 1, at: Self.now, Self.rules, tree)
                if before.state != .closed { reports += 1 }
            case 6, 7: effects = one.lapse(at: Self.now, Self.rules, tree)
            case 8:
                effects = (try? one.acknowledge(by: [units.randomElement(using: &random) ?? "arxan"], tree)) ?? []
            default: effects = (try? one.close(by: [units.randomElement(using: &random) ?? "arxan"], tree)) ?? []
            }
            for effect in effects {
                if case .awaits = effect { waits = true }
                if effect == .settled { waits = false }
                if case .unanswered = effect { waits = false }
            }
            #expect(one.reports == reports && one.grade >= before.grade, "seed \(seed)")
            #expect(tree.path(from: before.holder).contains(one.holder), "seed \(seed)")
            #expect(before.state != .closed || one == before, "seed \(seed)")
            #expect(one.state == .waiting || !waits, "seed \(seed)")
            #expect(!(one.state == .waiting && !waits) || one.holder == "arxan", "seed \(seed)")
        }
    }
}
