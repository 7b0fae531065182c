import Foundation
import MessageSchema
import TestSupport
import Testing

@Suite struct SimulationTests {
    @Test func `on any seed nothing is lost, nothing comes twice, and every promise holds`() async throws {
        let plan = SeedPlan.fromEnvironment
        let report = try await plan.run()
        print("simulation: \(report.seeds) seeds, \(report.turns) turns of a service, \(report.tally)")
        #expect(report.failures.isEmpty, "\(report.failures.map(\.description).joined(separator: "\n"))")
        // Monitoring hears no other service: what it says of the river is the same on every seed.
        #expect(report.differing == [])
        // The control: each kind of fault did happen, where there were seeds enough.
        if plan.count >= 100 { #expect(report.tally.missing.isEmpty) }
    }

    @Test func `a seed tells the same story again`() throws {
        let (one, other) = (try SeedRun(6, digesting: true), try SeedRun(6, digesting: true))
        #expect(one.tally == other.tally && one.outcome == other.outcome && !one.outcome.isEmpty)
    }
}
