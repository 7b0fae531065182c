import ArgumentParser
import CommandCenterService
import ServiceKit

@main
struct CommandCenter: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "command-center",
        abstract: "Calls people and cameras into sessions.",
        subcommands: [Run.self, Verify.self],
        defaultSubcommand: Run.self
    )

    struct Run: AsyncParsableCommand {
        @OptionGroup var options: ServiceOptions
        func run() async throws { try await ServiceProgram.run(CommandCenterCore.self, options) }
    }

    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Replays the journal and compares (D1).")
        @OptionGroup var options: StoreOptions
        func run() throws { print(try ServiceProgram.verify(CommandCenterCore.self, options)) }
    }
}
