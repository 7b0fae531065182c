import ArgumentParser
import Foundation
import MessageSchema
import ServiceKit
import Vocabulary

struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Runs the suite on this machine: restarts a service that crashes, stops all together.",
        discussion: """
            Examples:
              fengsui run --data run/data --bus run/bus --configuration compose/configuration
              fengsui run --data run/data --bus run/bus --configuration compose/configuration --pass 'monitoring: --sl651 5651'

            Prints one line whenever a service's state changes. Each service logs to DATA/logs/SERVICE.log, and serves health \
            and metrics at the address in DATA/SERVICE.http. Ctrl-C or SIGTERM stops all, and so does its own end.
            """
    )

    @OptionGroup var suite: SuiteOptions

    @Option(help: "The folder that holds SERVICE.yaml for each service.")
    var configuration: String

    @OptionGroup var bus: BusOptions

    @Option(help: "More arguments for one service: 'SERVICE: ARGUMENTS'; may be given again.")
    var pass: [String] = []

    @Flag(help: "Let a player own logical time: see `fengsui replay`.")
    var lockstep = false

    @Flag(help: "Print each state as a JSON object.")
    var json = false

    func run() throws {
        let services = try configured()
        let arguments = try Dictionary(uniqueKeysWithValues: services.map { ($0, try self.arguments($0)) })
        try FileManager.default.createDirectory(atPath: suite.data + "/logs", withIntermediateDirectories: true)
        let runner = try SuiteRunner(suite: suite, bus: bus, arguments: arguments, json: json)
        guard try runner.run(services) else { throw ExitCode.failure }
    }

    private func file(_ service: ServiceName) -> String { "\(configuration)/\(service.rawValue).yaml" }

    /// The services to run: each has a program and a configuration.
    private func configured() throws -> [ServiceName] {
        let hasFile = { FileManager.default.fileExists(atPath: file($0)) }
        let services = try suite.services(where: hasFile)
        for name in services where !hasFile(name) {
            throw ValidationError("\(file(name)) is missing; write it, or name another folder")
        }
        guard !services.isEmpty else {
            throw ValidationError(
                "no SERVICE.yaml in \(configuration) has its program beside fengsui; name another folder"
            )
        }
        return services
    }

    private func arguments(_ service: ServiceName) throws -> [String] {
        [
            "run", "--data", suite.data, "--bus", bus.bus, "--realm", suite.realm, "--configuration",
            file(service), "--http", "127.0.0.1:0", "--logs", "json",
            "--end-with-input",
        ] + (lockstep ? ["--lockstep"] : []) + (try passed(service))
    }

    private func passed(_ service: ServiceName) throws -> [String] {
        try pass.flatMap { text -> [String] in
            let parts = text.split(separator: ":", maxSplits: 1)
            guard parts.count == 2, let name = ServiceName(rawValue: String(parts[0])) else {
                throw ValidationError("'\(text)' names no service; write --pass 'monitoring: --sl651 5651'")
            }
            return name == service ? parts[1].split(separator: " ").map(String.init) : []
        }
    }
}
