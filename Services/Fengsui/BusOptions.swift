import ArgumentParser
import Foundation
import MessageBus
import MessageSchema

/// Where the bus is.
struct BusOptions: ParsableArguments {
    @Option(help: "The folder of the bus's sockets.")
    var bus: String

    /// Errors: `BusError` where the path is too long.
    func address() throws -> BusAddress { try BusAddress(folder: bus) }

    /// The services that have a socket on this bus, running or not. Errors: a usage error where there is none.
    func services() throws -> [ServiceName] {
        let found = ServiceName.allCases.filter { FileManager.default.fileExists(atPath: "\(bus)/\($0.rawValue).req") }
        guard !found.isEmpty else {
            throw ValidationError("no service has a socket in \(bus); start one, or the suite with `fengsui run`")
        }
        return found
    }
}

/// What goes to standard output, a line at a time and at once, so that a pipe sees it when it happens.
enum Output {
    static func line(_ text: String) throws {
        try FileHandle.standardOutput.write(contentsOf: Data((text + "\n").utf8))
    }

    /// A word to the person at the terminal, beside the output.
    static func aside(_ text: String) throws {
        try FileHandle.standardError.write(contentsOf: Data((text + "\n").utf8))
    }

    /// Texts and numbers as a JSON object on one line, keys in order.
    static func json(_ object: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(object), as: UTF8.self)
    }
}
