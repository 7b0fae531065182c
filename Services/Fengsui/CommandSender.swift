import ArgumentParser
import Foundation
import MessageBus
import MessageSchema
import ServiceKit
import SwiftProtobuf

/// Brings a person's command to the service that owns the thing, and tells what followed.
struct CommandSender {
    let address: BusAddress
    /// Seconds to wait for the answer.
    let wait: Int
    let json: Bool

    /// Asks until it is answered: a command is done once by its id. Errors: `BusError` where nobody answers; an exit code where
    /// it is refused.
    func send(_ command: Command, to service: ServiceName) throws {
        try tell(ask(Peer(ZeroMQContext(), service, at: address), command, service), command)
    }

    /// Asks `peer` until it is answered. Errors: `BusError` where nobody answers.
    func ask(_ peer: Peer, _ command: Command, _ service: ServiceName) throws -> Reply {
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

    /// Why the command was not done; nil where it was. Errors: `BusError` for a reply that is no answer to a command.
    static func refusal(_ reply: Reply) throws -> (code: String, message: String)? {
        switch reply.body {
        case .answer(let answer): answer.hasRefusal ? (answer.refusal.code, answer.refusal.message) : nil
        case .refused(let refused): (refused.code, refused.message)
        default:
            throw BusError(.noAnswer, "the reply is no answer to a command; is the service newer than this program?")
        }
    }

    private struct Answer: Encodable {
        let id: String
        let records: [String]
        let code, message: String?
    }

    private func tell(_ reply: Reply, _ command: Command) throws {
        let refusal = try Self.refusal(reply)
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
