import ArgumentParser
import Foundation
import MessageSchema
import Vocabulary

/// The suite on this machine: its programs, their data and their configuration.
struct SuiteOptions: ParsableArguments {
    @Option(help: "The folder of the services' databases.")
    var data: String

    @Option(help: "The folder that holds SERVICE.yaml for each service.")
    var configuration: String

    @Option(help: "live, or exercise:ID.")
    var realm = "live"

    @Option(help: "A service; may be given again. Every service that has a program and a configuration without it.")
    var service: [ServiceName] = []

    func validate() throws {
        guard Realm(realm) != nil else { throw ValidationError("'\(realm)' is no realm; write live or exercise:ID") }
    }

    /// The program of `service`, beside this one.
    func program(_ service: ServiceName) -> URL {
        (Bundle.main.executableURL ?? URL(fileURLWithPath: CommandLine.arguments[0])).deletingLastPathComponent()
            .appendingPathComponent(service.rawValue)
    }

    func configurationFile(_ service: ServiceName) -> String { "\(configuration)/\(service.rawValue).yaml" }

    /// The services that were named, or all that can be run. Errors: a usage error that says what is missing.
    func services() throws -> [ServiceName] {
        let files = FileManager.default
        for name in service {
            guard files.isExecutableFile(atPath: program(name).path) else {
                throw ValidationError("\(program(name).path) is missing; build it with `swift build`")
            }
            guard files.fileExists(atPath: configurationFile(name)) else {
                throw ValidationError("\(configurationFile(name)) is missing; write it, or name another folder")
            }
        }
        guard service.isEmpty else { return service }
        let found = ServiceName.allCases.filter {
            files.isExecutableFile(atPath: program($0).path) && files.fileExists(atPath: configurationFile($0))
        }
        guard !found.isEmpty else {
            throw ValidationError(
                "no SERVICE.yaml in \(configuration) has its program beside fengsui; name another folder"
            )
        }
        return found
    }
}
