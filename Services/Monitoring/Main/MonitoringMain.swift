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

        @Option(
            help: ArgumentHelp(
                "The TCP port for SL 651 stations: PORT on 127.0.0.1, or HOST:PORT; 0 takes a free one. None without it.",
                discussion: "SL 651 has no encryption: let stations of other places come in through a VPN.",
                valueName: "host:port"
            )
        )
        var sl651: HostPort?

        func run() async throws {
            try await ServiceProgram.run(MonitoringCore.self, options) { intake, log in
                sl651.map { [SL651Port(host: $0.host, port: $0.port, intake: intake, log: log)] } ?? []
            }
        }
    }

    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Replays the journal and compares (D1).")
        @OptionGroup var options: StoreOptions
        func run() throws { print(try ServiceProgram.verify(MonitoringCore.self, options)) }
    }
}
