import ArgumentParser
import MonitoringService
import ServiceKit

@main
struct Monitoring: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "monitoring",
        abstract: "Watches gauges, and warns.",
        subcommands: [Run.self, Verify.self],
        defaultSubcommand: Run.self
    )

    struct Run: AsyncParsableCommand {
        @OptionGroup var options: ServiceOptions
        func run() async throws { try await ServiceProgram.run(MonitoringCore.self, options) }
    }

    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Replays the journal and compares (D1).")
        @OptionGroup var options: ServiceOptions
        func run() throws { print(try ServiceProgram.verify(MonitoringCore.self, options)) }
    }
}
