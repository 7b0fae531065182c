import ArgumentParser
import DispatchService
import ServiceKit

@main
struct Dispatch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dispatch",
        abstract: "Leads the response to incidents.",
        subcommands: [Run.self, Verify.self],
        defaultSubcommand: Run.self
    )

    struct Run: AsyncParsableCommand {
        @OptionGroup var options: ServiceOptions
        func run() async throws { try await ServiceProgram.run(DispatchCore.self, options) }
    }

    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Replays the journal and compares (D1).")
        @OptionGroup var options: StoreOptions
        func run() throws { print(try ServiceProgram.verify(DispatchCore.self, options)) }
    }
}
