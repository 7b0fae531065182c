package import ArgumentParser
import Foundation
package import MessageBus
import MessageSchema

/// Where the bus is, as told on the command line.
package struct BusOptions: ParsableArguments, Sendable {
    @Option(
        help: ArgumentHelp(
            "The folder of the bus's sockets; or bus.yaml, for a bus over TCP with keys.",
            discussion: "`fengsui keys` makes bus.yaml and a key for each participant."
        )
    )
    package var bus: String

    @Option(help: "The file of the own secret key; NAME.key beside bus.yaml without it.")
    package var key: String?

    package init() {}

    /// The folder of Unix sockets; nil for a bus over TCP.
    package var folder: String? { bus.hasSuffix(".yaml") ? nil : bus }

    /// The bus as `name` sees it: a service, or a person or tool of the file's list. Errors: `BusError`,
    /// `ConfigurationError`, Foundation's where the file cannot be read.
    package func address(as name: String) throws -> BusAddress {
        if let folder { return try BusAddress(folder: folder) }
        let file = try BusFile(path: bus)
        let isGuarded = file.seats.values.contains { $0.key != nil }
        let beside = URL(fileURLWithPath: bus).deletingLastPathComponent().path + "/\(name).key"
        return try BusAddress(
            seats: file.seats,
            people: file.people,
            keys: isGuarded ? KeyFile.read(key ?? beside) : nil
        )
    }
}
