import ArgumentParser
import Foundation
import MessageBus
import MessageSchema
import ServiceKit
import SwiftProtobuf
import Vocabulary

struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Tells where each service's streams, cursors, counters and dead letters stand.",
        discussion: """
            Examples:
              fengsui status --bus run/bus
              fengsui status --bus run/bus --service dispatch --json

            Exit code 1: a service does not answer.
            """
    )

    @OptionGroup var bus: BusOptions

    @Option(help: "A service; may be given again. Every service on the bus without it.")
    var service: [ServiceName] = []

    @Option(help: "How many dead letters to show of each service, at most 20.")
    var deadLetters = 5

    @Flag(help: "Print one JSON object a service.")
    var json = false

    func run() throws {
        let context = try ZeroMQContext()
        let address = try bus.address()
        var silent: [String] = []
        for name in try service.isEmpty ? bus.services() : service {
            guard let status = try status(of: name, context, address) else {
                silent.append(name.rawValue)
                continue
            }
            try Output.line(json ? status.jsonString() : lines(status))
        }
        guard silent.isEmpty else {
            throw BusError(.noAnswer, "\(silent.joined(separator: ", ")) does not answer on \(bus.bus); is it running?")
        }
    }

    private func status(of name: ServiceName, _ context: ZeroMQContext, _ address: BusAddress) throws -> Status? {
        let peer = try Peer(context, name, at: address)
        var request = Request()
        request.number = 1
        request.status = StatusQuery()
        _ = try peer.send(request.serializedData())
        guard let bytes = try peer.receive(within: 3_000),
            case .status(let status) = try Reply(serializedBytes: bytes).body
        else { return nil }
        return status
    }

    private static func megabytes(_ bytes: UInt64) -> String { "\((Double(bytes) / 1_000_000).tenths) MB" }

    private func lines(_ status: Status) -> String {
        var lines = ["\(status.service) (\(status.realm))"]
        for stream in status.streams {
            lines.append(
                "  writes  \(stream.head.stream): \(stream.head.first) to \(stream.head.sequence), epoch \(stream.head.epoch), "
                    + "\(Self.megabytes(stream.keptBytes)) kept of \(Self.megabytes(stream.bytes)), \(stream.recordsPerSecond.tenths)/s"
            )
            lines += stream.subscribers.map {
                "    for   \($0.service): next \($0.next), said at \(Instant(microseconds: $0.seenUs))"
            }
        }
        lines += status.cursors.map {
            let lag = $0.head < max(1, $0.next) ? 0 : $0.head - max(1, $0.next) + 1
            let seconds = (Double($0.behindUs) / 1_000_000).tenths
            return "  reads   \($0.stream): next \($0.next), lag \(lag) for \(seconds) s, epoch \($0.epoch); "
                + "gaps \($0.gaps), pages \($0.pages), duplicates \($0.duplicates), dead letters \($0.deadLetters)"
        }
        lines += status.counters.map { "  counter \($0.name): \($0.value)" }
        lines += status.deadLetters.prefix(max(0, deadLetters)).map {
            let time = Instant(microseconds: $0.timeUs)
            return "  dead letter, journal entry \($0.journalEntry), \(time): \($0.code): \($0.message)"
        }
        return lines.joined(separator: "\n")
    }
}
