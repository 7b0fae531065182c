import ArgumentParser
import Foundation
import MessageBus
import MessageSchema
import SwiftProtobuf

struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Tells where each service's streams, cursors and counters stand.",
        discussion: "Example: fengsui status --bus run/bus"
    )

    @Option(help: "The folder of the bus's sockets.")
    var bus: String

    @Option(help: "The services to ask.")
    var service: [ServiceName] = [.monitoring, .dispatch, .stockpile, .commandCenter, .assessment]

    @Flag(help: "Print one JSON object a service.")
    var json = false

    func run() throws {
        let context = try ZeroMQContext()
        for name in service {
            let peer = try Peer(context, address: BusAddress(folder: bus).requests(name))
            var request = Request()
            request.number = 1
            request.status = StatusQuery()
            _ = try peer.send(request.serializedData())
            guard let bytes = try peer.receive(within: 3_000),
                case .status(let status) = try Reply(serializedBytes: bytes).body
            else {
                throw BusError(.noAnswer, "\(name.rawValue) does not answer on \(bus); is it running?")
            }
            print(json ? try status.jsonString() : lines(status))
        }
    }

    private func lines(_ status: Status) -> String {
        var lines = ["\(status.service) (\(status.realm))"]
        lines += status.heads.map { "  writes  \($0.stream): \($0.sequence) records, epoch \($0.epoch)" }
        lines += status.cursors.map {
            "  reads   \($0.stream): next \($0.next), lag \($0.head + 1 - min($0.next, $0.head + 1))"
        }
        lines += status.counters.map { "  counter \($0.name): \($0.value)" }
        return lines.joined(separator: "\n")
    }
}
