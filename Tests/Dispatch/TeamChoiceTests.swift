import DispatchDomain
import TestSupport
import Testing
import Vocabulary

/// Worked out by hand: readiness 5 min; ways A–X 10 min, B–X 20 min, C–X 60 min, D–X none.
@Suite struct TeamChoiceTests {
    static func choice(_ teams: [Team]) -> TeamChoice {
        var travel = TravelTimes()
        for (place, minutes) in [("A", 10), ("B", 20), ("C", 60)] as [(PlaceID, Int)] {
            _ = travel.add(from: place, to: "X", seconds: minutes * 60)
        }
        return TeamChoice(teams: teams, travel: travel, readiness: .minutes(5))
    }

    static func team(_ id: TeamID, _ base: PlaceID, _ capabilities: [String] = ["boat"], onDuty: Bool = true) -> Team {
        Team(id: id, base: base, capabilities: capabilities, isOnDuty: onDuty, leader: "p")
    }

    static let task = ResponseTask(
        id: "I/c/1",
        incident: "I",
        clause: "c",
        capabilities: ["boat"],
        destination: "X",
        deadline: Instant(seconds: 30 * 60)
    )
    static let now = Instant(seconds: 0)

    @Test func `the nearest is not chosen where it lacks a capability, and every team is told why`() {
        let teams = [
            Self.team("T1", "A", ["rope"]), Self.team("T2", "C"), Self.team("T3", "B"), Self.team("T4", "D"),
            Self.team("T5", "A", onDuty: false), Self.team("T6", "A"),
        ]
        let verdicts = Self.choice(teams).weigh(Self.task, at: Self.now, busy: [(team: "T6", task: "I/b/1")])
        #expect(
            verdicts.map { "\($0.team) \($0.finding) \($0.travelSeconds)" } == [
                "T3 chosen 1200", "T2 tooLate 3600", "T4 noRoute 0", "T1 lacksCapability([\"boat\"]) 600",
                "T5 offDuty 600",
                "T6 busy(with: I/b/1) 600",
            ]
        )
    }

    @Test func `who cannot arrive in time is chosen only if nobody else can go`() {
        let late = Self.choice([Self.team("T2", "C")]).weigh(Self.task, at: Self.now, busy: [])
        #expect(late.map(\.finding) == [.chosen])
        #expect(
            Self.choice([]).expectedArrival(at: Self.now, travelSeconds: 1500) == Self.task.deadline
        )
    }

    @Test func `with equal ways the lower id goes`() {
        let verdicts = Self.choice([Self.team("T9", "A"), Self.team("T8", "A")]).weigh(
            Self.task,
            at: Self.now,
            busy: []
        )
        #expect(verdicts.map(\.team) == ["T8", "T9"] && verdicts.map(\.finding) == [.chosen, .farther])
    }

    @Test(arguments: 1...200 as ClosedRange<UInt64>)
    func `whatever the teams, at most one is chosen, and nobody who could go is nearer`(seed: UInt64) {
        var random = Seeded(seed)
        let teams = (0..<8).map { number in
            Self.team(
                TeamID("T\(number)"),
                ["A", "B", "C", "D"].randomElement(using: &random) ?? "A",
                Bool.random(using: &random) ? ["boat"] : ["rope"],
                onDuty: Bool.random(using: &random)
            )
        }
        let verdicts = Self.choice(teams).weigh(Self.task, at: Self.now, busy: [(team: "T0", task: "t")])
        let chosen = verdicts.filter { $0.finding == .chosen }
        let could = verdicts.filter { [.chosen, .farther, .tooLate].contains($0.finding) }
        #expect(verdicts.count == teams.count && chosen.count == min(1, could.count), "seed \(seed)")
        #expect(
            chosen.allSatisfy { best in could.allSatisfy { $0.travelSeconds >= best.travelSeconds } },
            "seed \(seed)"
        )
    }
}
