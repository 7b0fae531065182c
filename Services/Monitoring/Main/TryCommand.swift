import ArgumentParser
import MonitoringService
import ServiceKit
import Vocabulary

/// Rules on a recording, before they go live.
struct Try: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Tries the rules of a file on a recording, and holds what they warned of against what happened.",
        discussion: "See `fengsui rules try --help`, which runs this."
    )

    @Option(help: "The monitoring.yaml whose rules are tried.") var configuration: String
    @Option(help: "The recording: one JSON object a line.") var recording: String
    @Option(help: "What happened: one JSON object a line, with place, hazard, begin, end and colour.") var events:
        String
    @Option(help: "The realm of the recording's commands.") var realm = "exercise:try"
    @Option(help: "Warnings and events from this colour up: blue, yellow, orange or red.") var from = "blue"
    @Option(help: "Minutes for which a warning holds on after its end.") var grace: Int64 = 0
    @Option(help: "Minutes that a warning must come before its event to be of help.") var leastLead: Int64 = 0
    @Flag(help: "Count warnings from their release on, not from their draft.") var released = false
    @Flag(help: "Print the result as JSON.") var json = false

    func validate() throws {
        guard Realm(realm) != nil else { throw ValidationError("'\(realm)' is no realm; write live or exercise:ID") }
        guard WarningColour(name: from) != nil else { throw ValidationError("--from is blue, yellow, orange or red") }
        guard (0...100_000).contains(grace), (0...100_000).contains(leastLead) else {
            throw ValidationError("--grace and --least-lead are 0 to 100000 minutes")
        }
    }

    func run() throws {
        guard let realm = Realm(realm), let colour = WarningColour(name: from) else { return }
        let trial = try RuleTrial(
            configuration: configuration,
            recording: recording,
            events: TrialEvent.read(events),
            realm: realm,
            terms: .init(from: colour, isFromDraft: !released, graceMinutes: grace, leastLeadMinutes: leastLead)
        )
        let report = try trial.report()
        print(json ? try report.json() : report.table)
    }
}
