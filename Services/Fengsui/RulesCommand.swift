import ArgumentParser
import Foundation
import MessageSchema

struct RulesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rules",
        abstract: "Works on warning rules before they go live.",
        subcommands: [RulesTry.self]
    )
}

struct RulesTry: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "try",
        abstract: "Tries the rules of a file on a recording, and holds what they warned of against what happened.",
        discussion: """
            Example:
              fengsui rules try --configuration monitoring.yaml --recording Tests/Recordings/flash-flood/inputs.jsonl --events events.jsonl

            The monitoring service's own engine plays the recording in lockstep in a temporary folder; nothing of a suite at work is \
            touched. An event is a line such as
              {"place":"152202004","hazard":"flash-flood","begin":"2026-10-01T20:00:00+08:00","end":"2026-10-02T02:00:00+08:00","colour":"orange"}
            It is a hit where a warning of its hazard for its place came before it and held when it began, and else a miss. A warning \
            without an event is a false alarm once it is over. POD hits / events, FAR false alarms / (hits + false alarms), CSI hits / \
            (hits + misses + false alarms), bias (hits + false alarms) / events; a dash is undefined.
            """
    )

    @Option(help: "The monitoring.yaml whose rules are tried.") var configuration: String
    @Option(help: "The recording: one JSON object a line.") var recording: String
    @Option(help: "What happened: one JSON object a line, with place, hazard, begin, end and colour.") var events:
        String
    @Option(help: "The realm of the recording's commands.") var realm: String?
    @Option(help: "Warnings and events from this colour up: blue, yellow, orange or red.") var from: String?
    @Option(help: "Minutes for which a warning holds on after its end.") var grace: Int?
    @Option(help: "Minutes that a warning must come before its event to be of help.") var leastLead: Int?
    @Flag(help: "Count warnings from their release on, not from their draft.") var released = false
    @Flag(help: "Print the result as JSON.") var json = false

    func run() throws {
        let program = SuiteOptions.program(of: .monitoring)
        guard FileManager.default.isExecutableFile(atPath: program.path) else {
            throw ValidationError("\(program.path) is missing; build it with `swift build`")
        }
        let process = Process()
        process.executableURL = program
        process.arguments =
            ["try", "--configuration", configuration, "--recording", recording, "--events", events]
            + option("--realm", realm) + option("--from", from) + option("--grace", grace.map { "\($0)" })
            + option("--least-lead", leastLead.map { "\($0)" }) + (released ? ["--released"] : [])
            + (json ? ["--json"] : [])
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw ExitCode(process.terminationStatus) }
    }

    private func option(_ name: String, _ value: String?) -> [String] { value.map { [name, $0] } ?? [] }
}
