import AssessmentDomain
import Testing
import Vocabulary

/// Expected values are worked out by hand from the rule in assessment.yaml and KeyTimes.swift.
@Suite struct KeyTimeTests {
    static func moment(_ minute: Int64) -> Moment { Moment(row: Int(minute), at: Instant(seconds: minute * 60)) }

    static func stretch(_ minutes: Int64?, limit: Int64 = 10) -> Stretch {
        Stretch(
            keyTime: .readingToWarning,
            from: moment(0),
            to: minutes.map(moment),
            limit: .minutes(limit)
        )
    }

    static let credits: [(minutes: Int64?, credit: Int64, verdict: Stretch.Verdict)] = [
        (0, 10_000, .met), (10, 10_000, .met), (11, 9_000, .exceeded), (15, 5_000, .exceeded), (20, 0, .exceeded),
        (500, 0, .exceeded), (nil, 0, .neverHappened),
    ]

    @Test(arguments: credits)
    func `credit is whole within the limit and falls to nothing at twice as long`(
        minutes: Int64?,
        credit: Int64,
        verdict: Stretch.Verdict
    ) {
        #expect(Self.stretch(minutes).credit == credit && Self.stretch(minutes).verdict == verdict)
    }

    @Test func `what has no beginning is no stretch, and what never came counts as nothing`() {
        var facts = IncidentFacts()
        (facts.reading, facts.warning, facts.level) = (Self.moment(0), Self.moment(3), Self.moment(3))
        #expect(facts.stretches { _ in .minutes(5) }.map(\.keyTime) == [.readingToWarning, .warningToLevel])
        facts.demandsTask = true
        let stretches = facts.stretches { _ in .minutes(5) }
        #expect(stretches.map(\.keyTime) == [.readingToWarning, .warningToLevel, .levelToFirstTask])
        #expect(stretches.map(\.verdict) == [.met, .met, .neverHappened])
        // Three of equal weight, one of them nothing; no clause in force: 66.67.
        let score = Score.hundredths(
            stretches,
            ClauseCount(inForce: 0, met: 0),
            weight: { _ in 10 },
            clauseWeight: 70
        )
        #expect(score == 6_667)
    }

    @Test func `of several orders the slowest counts, and one that never came before all`() {
        var facts = IncidentFacts()
        facts.supplies = [
            Asked(asked: Self.moment(0), came: Self.moment(30)), Asked(asked: Self.moment(10), came: Self.moment(90)),
        ]
        #expect(facts.stretches { _ in .hours(4) }.map(\.elapsed) == [.minutes(80)])
        facts.supplies.append(Asked(asked: Self.moment(20), came: nil))
        #expect(facts.stretches { _ in .hours(4) }.map(\.verdict) == [.neverHappened])
    }

    @Test func `clauses count by the share that was met`() {
        let clauses = ClauseCount(inForce: 7, met: 4)
        let score = Score.hundredths([Self.stretch(5)], clauses, weight: { _ in 80 }, clauseWeight: 20)
        #expect(score == 9_143)
    }
}
