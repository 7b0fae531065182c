import ArgumentParser
import Foundation
import MessageSchema
import Vocabulary

/// The suite on this machine: its programs and their data.
struct SuiteOptions: ParsableArguments {
    @Option(help: "The folder of the services' databases.")
    var data: String

    @Option(help: "live, or exercise:ID.")
    var realm = "live"

    @Option(help: "A service; may be given again. Every service that is there without it.")
    var service: [ServiceName] = []

    func validate() throws {
        guard Realm(realm) != nil else { throw ValidationError("'\(realm)' is no realm; write live or exercise:ID") }
    }

    /// The program of `service`, beside this one.
    func program(_ service: ServiceName) -> URL { Self.program(of: service) }

    static func program(of service: ServiceName) -> URL {
        (Bundle.main.executableURL ?? URL(fileURLWithPath: CommandLine.arguments[0])).deletingLastPathComponent()
            .appendingPathComponent(service.rawValue)
    }

    /// The database of `service`.
    func database(_ service: ServiceName) -> String { "\(data)/\(service.rawValue).db" }

    /// Whether `service` has run here.
    func hasDatabase(_ service: ServiceName) -> Bool { FileManager.default.fileExists(atPath: database(service)) }

    /// Whether `service` has its program beside this one.
    func hasProgram(_ service: ServiceName) -> Bool {
        FileManager.default.isExecutableFile(atPath: program(service).path)
    }

    /// The services that were named, or all that have a program and meet `condition`. Errors: a usage error that says what is missing.
    func services(where condition: (ServiceName) -> Bool) throws -> [ServiceName] {
        for name in service where !hasProgram(name) {
            throw ValidationError("\(program(name).path) is missing; build it with `swift build`")
        }
        return service.isEmpty ? ServiceName.allCases.filter { hasProgram($0) && condition($0) } : service
    }
}
