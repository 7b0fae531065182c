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
        let service = try MessageCatalogue.command(type).service
        let place = try BusOptions.parse(["--bus", bus] + (key.map { ["--key", $0] } ?? []))
        let peer = try Peer(ZeroMQContext(), service, at: place.address())
        try tell(ask(peer, command, service), command)
    }

    private func listTypes() throws {
        for kind in MessageCatalogue.commands.sorted(by: { $0.type < $1.type }) {
            try Output.line("\(kind.service.rawValue.padding(toLength: 16, withPad: " ", startingAt: 0))\(kind.type)")
        }
    }

    private func ask(_ peer: Peer, _ command: Command, _ service: ServiceName) throws -> Reply {
        var request = Request()
        request.number = 1
        request.command = command
        for _ in 0..<wait {
            _ = try peer.send(request.serializedData())
            if let answer = try peer.receive(within: 1_000) { return try Reply(serializedBytes: answer) }
        }
        throw BusError(
            .noAnswer,
            "\(service.rawValue) did not answer for \(wait) s: is it running on this bus, and is this key in its bus.yaml? "
                + "What became of the command is not known: send it again with --id \(command.id)"
        )
    }

    private struct Answer: Encodable {
        let id: String
        let records: [String]
        let code, message: String?
    }

    private func tell(_ reply: Reply, _ command: Command) throws {
        let refusal: (code: String, message: String)? =
            switch reply.body {
            case .answer(let answer): answer.hasRefusal ? (answer.refusal.code, answer.refusal.message) : nil
            case .refused(let refused): (refused.code, refused.message)
            default:
                throw BusError(
                    .noAnswer,
                    "the reply is no answer to a command; is the service newer than this program?"
                )
            }
        let records = try reply.answer.records.map { try RecordID($0).description }
        if json {
            try Output.line(
                Output.json(Answer(id: command.id, records: records, code: refusal?.code, message: refusal?.message))
            )
        } else if let refusal {
            try Output.aside("refused: \(refusal.code): \(refusal.message)")
        } else {
            try Output.line("done: \(command.type) \(command.id)" + records.map { "\n  record \($0)" }.joined())
        }
        if refusal != nil { throw ExitCode.failure }
    }
}
