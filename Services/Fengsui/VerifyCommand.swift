import ArgumentParser
import Foundation
import MessageSchema
import ServiceKit

struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Replays each service's journal into an empty store and compares every derived table (D1).",
        discussion: """
            Example: fengsui verify --data run/data --realm live

            Each service is checked by its own program, in another process. Check a suite that is stopped, or a copy of its data \
            folder. Exit code 2: a table differs; 1: a service could not be checked.
            """
    )

    @OptionGroup var suite: SuiteOptions

    @Flag(help: "Print one JSON object a service.")
    var json = false

    func run() throws {
        let services = try checked()
        let rows = try services.map(check)
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

    /// The line that the program said, without its name.
    private static func detail(_ text: String, _ service: ServiceName) -> String {
        let line = text.split(separator: "\n").first.map(String.init) ?? "said nothing"
        let prefix = "\(service.rawValue): "
        return line.hasPrefix(prefix) ? String(line.dropFirst(prefix.count)) : line
    }
}
