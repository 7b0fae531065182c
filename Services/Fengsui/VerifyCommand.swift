import ArgumentParser
import Foundation
import MessageSchema
import ServiceKit
import ServiceStore

struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract:
            "Replays each service's journal and compares what it decided (D1); compares what was read with what was sent (D2).",
        discussion: """
            Example: fengsui verify --data run/data --realm live

            D1: each journal is held against its chain of hashes and replayed into an empty store by the service's own program; every \
            derived table must be equal. D2: what each service journaled from a stream must be its writer's outbox up to the cursor, \
            where both databases are here. Check a suite that is stopped, or a copy of its data folder. Exit code 2: something differs, \
            was changed, removed or inserted; 1: a service could not be checked.
            """
    )

    @OptionGroup var suite: SuiteOptions

    @Flag(help: "Print one JSON object a service.")
    var json = false

    func run() throws {
        let services = try checked()
        let rows = try services.map(check) + services.flatMap(compare)
        if !json { try Output.line(Self.columns("service", "result", "detail")) }
        for row in rows {
            try Output.line(
                json ? Output.json(row) : Self.columns(row.service, row.result.rawValue, row.detail)
            )
        }
        if rows.contains(where: { $0.result == .differs }) { throw ExitCode(ServiceProgram.differs) }
        if rows.contains(where: { $0.result == .failed }) { throw ExitCode.failure }
    }

    /// One line of the table.
    private struct Row: Encodable {
        enum Result: String, Encodable { case equal, differs, failed }
        let service: String
        let result: Result
        let detail: String
    }

    private static func columns(_ service: String, _ result: String, _ detail: String) -> String {
        func padded(_ text: String, _ width: Int) -> String {
            text + String(repeating: " ", count: max(1, width - text.count))
        }
        return padded(service, 16) + padded(result, 10) + detail
    }

    /// The named services, or those that have a database. A missing database is no empty one.
    private func checked() throws -> [ServiceName] {
        let services = try suite.services(where: suite.hasDatabase)
        guard !services.isEmpty else {
            throw ValidationError("no service has a database in \(suite.data); name the folder that the suite ran with")
        }
        return services
    }

    private func check(_ service: ServiceName) throws -> Row {
        guard suite.hasDatabase(service) else {
            let detail = "no \(service.rawValue).db in \(suite.data); name the folder that the suite ran with"
            return Row(service: service.rawValue, result: .failed, detail: detail)
        }
        let process = Process()
        process.executableURL = suite.program(service)
        process.arguments = ["verify", "--data", suite.data, "--realm", suite.realm]
        let said = Pipe()
        (process.standardOutput, process.standardError) = (said, said)
        try process.run()
        let text = String(decoding: try said.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        let result: Row.Result =
            process.terminationStatus == 0
            ? .equal : process.terminationStatus == ServiceProgram.differs ? .differs : .failed
        return Row(service: service.rawValue, result: result, detail: Self.detail(text, service))
    }

    /// What `service` journaled from each stream whose writer's database is here too.
    private func compare(_ service: ServiceName) throws -> [Row] {
        guard suite.hasDatabase(service) else { return [] }
        let others = StreamName.allCases.filter { $0.writer != service && suite.hasDatabase($0.writer) }
        return try others.compactMap { try compare($0, of: service) }
    }

    private func compare(_ stream: StreamName, of service: ServiceName) throws -> Row? {
        do {
            let compared = try StreamComparison.make(
                of: stream,
                reader: suite.database(service),
                writer: suite.database(stream.writer)
            )
            // A stream of which nothing was read is most often one that the service does not read.
            guard compared.records > 0 || compared.difference != nil else { return nil }
            let detail = compared.difference ?? "\(compared.records) records read, each as it was sent"
            let result: Row.Result = compared.difference == nil ? .equal : .differs
            return Row(service: service.rawValue, result: result, detail: "\(stream.rawValue): \(detail)")
        } catch let error as StoreError where error.code == .damaged {
            return Row(service: service.rawValue, result: .differs, detail: "\(stream.rawValue): \(error.message)")
        }
    }

    /// The line that the program said, without its name.
    private static func detail(_ text: String, _ service: ServiceName) -> String {
        let line = text.split(separator: "\n").first.map(String.init) ?? "said nothing"
        let prefix = "\(service.rawValue): "
        return line.hasPrefix(prefix) ? String(line.dropFirst(prefix.count)) : line
    }
}
