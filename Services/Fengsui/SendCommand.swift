import ArgumentParser
import Foundation
import MessageBus
import MessageSchema
import ServiceKit
import ServiceStore
import SwiftProtobuf
import Vocabulary

struct SendCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "send",
        abstract: "Sends a person's command to the service that owns the thing, and tells what followed.",
        discussion: """
            Examples:
              fengsui send --list
              fengsui send monitoring.command.warning.approve '{"warning": "W.…", "revision": 1}' --bus run/bus --person "Wang Fang" --role duty-officer
              fengsui send dispatch.command.incident.close '{"incident": "I.…"}' --bus run/bus --person "Li Wei" --role commander --id 4c1e

            The content is JSON with the fields of Shared/MessageSchema/Protos. It is asked again until it is answered: a command is done \
            once by its id, so the same --id may be sent again. Exit code 1: refused, or not answered.
            """
    )

    @Argument(help: "The type of the command.")
    var type: String?

    @Argument(help: "Its content as JSON.")
    var payload = "{}"

    @Option(help: "The folder of the bus's sockets; or bus.yaml, for a bus over TCP with keys.")
    var bus: String?

    @Option(help: "The file of the own secret key; operator.key beside bus.yaml without it.")
    var key: String?

    @Option(help: "Who commands.")
    var person = ""

    @Option(help: "In which role.")
    var role = ""

    @Option(help: "For which organisation.")
    var organisation = ""

    @Option(help: "live, or exercise:ID.")
    var realm = "live"

    @Option(help: "The command's identity; a new one without it.")
    var id: String?

    @Option(help: "Seconds to wait for the answer.")
    var wait = 10

    @Flag(help: "List the types of commands, by service.")
    var list = false

    @Flag(help: "Print the answer as JSON.")
    var json = false

    func validate() throws {
        guard !list else { return }
        guard type != nil, bus != nil else { throw ValidationError("name the type of the command, and --bus") }
        guard !person.isEmpty, !role.isEmpty else {
            throw ValidationError("say who commands: --person NAME --role ROLE")
        }
        guard (1...600).contains(wait) else { throw ValidationError("--wait is 1 to 600 seconds") }
    }

    func run() throws {
        guard !list, let type, let bus else { return try listTypes() }
        guard let realm = Realm(realm) else {
            throw ValidationError("'\(realm)' is no realm; write live or exercise:ID")
        }
        var actor = WireActor()
        (actor.person, actor.role, actor.organisation) = (person, role, organisation)
        let command = try Command(
            id: id ?? Epoch.draw(),
            type: type,
            actor: actor,
            realm: realm,
            time: WallClock.now(),
            payload: Data(payload.utf8)
        )
        let place = try BusOptions.parse(["--bus", bus] + (key.map { ["--key", $0] } ?? []))
        let sender = CommandSender(address: try place.address(), wait: wait, json: json)
        try sender.send(command, to: MessageCatalogue.command(type).service)
    }

    private func listTypes() throws {
        for kind in MessageCatalogue.commands.sorted(by: { $0.type < $1.type }) {
            try Output.line("\(kind.service.rawValue.padding(toLength: 16, withPad: " ", startingAt: 0))\(kind.type)")
        }
    }
}
