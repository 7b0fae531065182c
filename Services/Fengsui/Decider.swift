import ArgumentParser
import Foundation
import MessageSchema
import ServiceKit
import ServiceStore
import Vocabulary

/// Who decides something about a service's record, and where that service is.
struct Decider: ParsableArguments {
    @OptionGroup var bus: BusOptions

    @Option(help: "Who decides.")
    var person: String

    @Option(help: "In which role.")
    var role: String

    @Option(help: "live, or exercise:ID.")
    var realm = "live"

    @Flag(help: "Print the answer as JSON.")
    var json = false

    /// Sends the command with that content, and prints the answer.
    func send(_ type: String, _ payload: Data, to service: ServiceName) throws {
        try CommandSender(address: bus.address(), wait: 10, json: json).send(command(type, payload), to: service)
    }

    /// The command with that content, and an id of its own.
    func command(_ type: String, _ payload: Data) throws -> Command {
        var command = Command()
        (command.id, command.type, command.realm) = (Epoch.draw(), type, realm)
        (command.actor.person, command.actor.role) = (person, role)
        (command.timeUs, command.payload) = (WallClock.now().microseconds, payload)
        return command
    }
}
