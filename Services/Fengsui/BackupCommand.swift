import ArgumentParser
import Foundation
import MessageSchema
import ServiceStore

struct BackupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copies the services' databases, each as it is at one moment, while they run.",
        discussion: """
            Example: fengsui backup --data run/data --to backups/2026-11-24

            Each copy is checked and whole. To go back, use `fengsui restore`: a copy that is put in place by hand would go on in the \
            same epoch, as if nothing had been lost. The copies are of moments that follow each other, readers first; where two services read \
            each other `fengsui verify` may find that one copy has read what the other does not have yet, which a restore resolves.
            """
    )

    @OptionGroup var suite: SuiteOptions

    @Option(help: "The folder for the copies; made where it is missing.")
    var to: String

    @Flag(help: "Print one JSON object a service.")
    var json = false

    /// One line of the table.
    private struct Row: Encodable {
        let service: String
        let file: String
        let entries: Int64
        let heads: [String: UInt64]
    }

    func run() throws {
        let services = suite.service.isEmpty ? ServiceName.allCases.filter(suite.hasDatabase) : suite.service
        guard !services.isEmpty else {
            throw ValidationError(
                "no service has a database in \(suite.data); name the folder that the suite runs with"
            )
        }
        try FileManager.default.createDirectory(atPath: to, withIntermediateDirectories: true)
        // Who reads before whom it reads: a copy of a writer then has all that a copy of its reader has.
        for service in services.sorted(by: { Self.place($0) > Self.place($1) }) {
            let file = "\(to)/\(service.rawValue).db"
            let backup = try Backup.make(of: service, path: suite.database(service), to: file)
            let heads = Dictionary(uniqueKeysWithValues: zip(service.streams.map(\.rawValue), backup.heads))
            let row = Row(service: service.rawValue, file: file, entries: backup.entries, heads: heads)
            try Output.line(json ? Output.json(row) : Self.readable(row))
        }
    }

    /// How far a service stands from the gauges. Dispatch, stockpile and command-center read each other: one of them is copied first.
    private static func place(_ service: ServiceName) -> Int {
        switch service {
        case .monitoring: 0
        case .dispatch: 1
        case .stockpile, .commandCenter: 2
        case .assessment: 3
        }
    }

    private static func readable(_ row: Row) -> String {
        let heads = row.heads.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
        return "\(row.file)  \(row.entries) journal entries; \(heads)"
    }
}
