import ArgumentParser
import ServiceKit
import StockpileService

@main
struct Stockpile: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stockpile",
        abstract: "Keeps the supplies: reserves, picks, ships, and books what was received.",
        subcommands: [Run.self, Verify.self],
        defaultSubcommand: Run.self
    )

    struct Run: AsyncParsableCommand {
        @OptionGroup var options: ServiceOptions
        func run() async throws { try await ServiceProgram.run(StockpileCore.self, options) }
    }

    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Replays the journal and compares (D1).")
        @OptionGroup var options: StoreOptions
        func run() throws { print(try ServiceProgram.verify(StockpileCore.self, options)) }
    }
}
