import ArgumentParser
import AssessmentService
import ServiceKit

@main
struct Assessment: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "assessment",
        abstract: "Rebuilds closed incidents from the record, and measures them against the plan.",
        subcommands: [Run.self, Verify.self, Report.self],
        defaultSubcommand: Run.self
    )

    struct Run: AsyncParsableCommand {
        @OptionGroup var options: ServiceOptions
        func run() async throws { try await ServiceProgram.run(AssessmentCore.self, options) }
    }

    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Replays the journal and compares (D1).")
        @OptionGroup var options: StoreOptions
        func run() throws { print(try ServiceProgram.verify(AssessmentCore.self, options)) }
    }

    struct Report: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prints the after-action report of a closed incident as HTML.",
            discussion:
                "Example: assessment report --data run/data --incident I.flash-flood.152202.202610021303 --language en"
        )
        @Option(help: "The folder of this service's database.") var data: String
        @Option(help: "The incident.") var incident: String
        @Option(help: "zh or en.") var language = "zh"
        func run() throws { print(try AssessmentCore.report(of: incident, in: language, data: data), terminator: "") }
    }
}
