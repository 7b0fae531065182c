import Foundation
import MessageSchema
import ServiceStore
import TestSupport

/// Which seeds are run. `FENGSUI_SEED` names the first, `FENGSUI_SEEDS` says how many; a seed that is named alone is run alone,
/// and every service's journal is replayed. `FENGSUI_LANES` says how many at a time.
struct SeedPlan {
    let first: UInt64
    let count: Int
    /// So many at a time.
    let lanes: Int
    /// How many are run with every commit of the suite's tests.
    static let usual = 12

    static var fromEnvironment: SeedPlan {
        let environment = ProcessInfo.processInfo.environment
        let first = environment["FENGSUI_SEED"].flatMap { UInt64($0) }
        let count = environment["FENGSUI_SEEDS"].flatMap { Int($0) }
        return SeedPlan(
            first: first ?? 0,
            count: max(1, count ?? (first == nil ? usual : 1)),
            lanes: environment["FENGSUI_LANES"].flatMap { Int($0) } ?? 2
        )
    }

    /// Runs the seeds.
    func run() async throws -> SeedReport {
        try await withThrowingTaskGroup { group in
            let lanes = UInt64(max(1, min(count, lanes)))
            for lane in 0..<lanes {
                group.addTask {
                    var report = SeedReport()
                    for offset in stride(from: lane, to: UInt64(count), by: Int(lanes)) {
                        report.add(first + offset, replayingAll: count == 1)
                        if lane == 0, count > Self.usual, report.seeds % 100 == 0 {
                            print("simulation: \(offset + 1) of \(count), \(report.failures.count) failed")
                        }
                    }
                    return report
                }
            }
            return try await group.reduce(into: SeedReport()) { $0.add($1) }
        }
    }
}

/// What came of a number of seeds.
struct SeedReport: Sendable {
    private(set) var seeds = 0
    /// Turns of all services.
    private(set) var turns = 0
    private(set) var tally = FaultTally()
    private(set) var failures: [Failure] = []
    /// What monitoring decided of each story, and the first seed on which it decided so.
    private var decisions: [Decided: UInt64] = [:]

    private struct Decided: Hashable {
        let story: String
        let decisions: [String]
    }

    struct Failure: Sendable, CustomStringConvertible {
        let seed: UInt64
        let what: String

        var description: String { "seed \(seed): \(what)\n    repeat it with: Tests/simulate 1 \(seed)" }
    }

    mutating func add(_ seed: UInt64, replayingAll: Bool) {
        seeds += 1
        do {
            let run = try SeedRun(seed, replayingAll: replayingAll)
            tally.add(run.tally)
            turns += run.turns
            failures += run.broken.map { Failure(seed: seed, what: $0) }
            let decided = Decided(story: run.story.name, decisions: run.decisions)
            decisions[decided] = min(seed, decisions[decided] ?? seed)
        } catch {
            failures.append(Failure(seed: seed, what: "\(error)"))
        }
    }

    mutating func add(_ other: SeedReport) {
        seeds += other.seeds
        tally.add(other.tally)
        turns += other.turns
        failures += other.failures
        decisions.merge(other.decisions, uniquingKeysWith: min)
    }

    /// Seeds whose story is one, and on which monitoring decided one thing and another.
    var differing: [UInt64] {
        decisions.filter { one in decisions.keys.count { $0.story == one.key.story } > 1 }.values.sorted()
    }
}

/// One seed from its beginning to its end.
struct SeedRun {
    let story: Story
    let turns: Int
    let tally: FaultTally
    let broken: [String]
    let decisions: [String]
    /// Digests of what every service holds in the end, where they were asked for.
    let outcome: [String]

    init(_ seed: UInt64, replayingAll: Bool = false, digesting: Bool = false) throws {
        story = try Story.told(seed)
        let suite = try SimulatedSuite(seed: seed, telling: story)
        try suite.play(story)
        let invariants = Invariants(suite: suite, story: story)
        let services = suite.nodes.map(\.name)
        broken = try invariants.broken(
            replaying: replayingAll ? services : [services[Int(seed % UInt64(services.count))]]
        )
        decisions = try invariants.decisions()
        (tally, turns) = (suite.tally, suite.turns)
        outcome = try (digesting ? suite.nodes : []).flatMap { node in
            try node.read { try Digest.tables($0) }.map { "\(node.name) \($0.table) \($0.digest)" }
        }
    }
}
