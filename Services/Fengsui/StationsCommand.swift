import ArgumentParser
import Foundation
import MessageBus
import MessageSchema
import ServiceKit
import ServiceStore
import SwiftProtobuf
import Vocabulary

struct StationsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stations",
        abstract: "The stations that are registered with monitoring beside those of its configuration.",
        subcommands: [Import.self]
    )

    struct Import: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "Registers the stations of a file: new ones are added, changed ones changed, all others left as they are.",
            discussion: """
                A line a station, JSON with the fields of RegisteredStation in Shared/MessageSchema/Protos/stations.proto:
                  {"id": "1522030001", "kind": "rain-gauge", "nameZh": "…", "nameEn": "…", "division": "152202004", "position": \
                {"latitudeMicrodegrees": 47305000, "longitudeMicrodegrees": 119815000, "datum": "DATUM_WGS84"}}

                They go out 1,000 at a time. Where one of them is refused nothing of its thousand is done, and the import ends with the \
                line: correct it, and import the file again.
                Example: fengsui stations import stations.jsonl --bus run/bus --person p-li --role duty-officer
                """
        )

        @Argument(help: "The file.")
        var file: String

        @OptionGroup var decider: Decider

        func run() throws {
            guard let handle = FileHandle(forReadingAtPath: file) else {
                throw ValidationError("no file at \(file), or it cannot be read")
            }
            var lines = LineReader(handle)
            var stations = try StationImport(decider: decider)
            while let line = try lines.next() { try stations.take(line, of: file) }
            try stations.finish(file)
            try Output.line("\(stations.taken) stations, \(stations.told) of them added or changed")
        }
    }
}

/// Stations on their way to monitoring.
private struct StationImport {
    let decider: Decider
    let address: BusAddress
    private let context: ZeroMQContext
    private var batch = RegisterStations()
    private var line = 0
    private(set) var (taken, told) = (0, 0)

    init(decider: Decider) throws {
        (self.decider, address, context) = (decider, try decider.bus.address(), try ZeroMQContext())
    }

    mutating func take(_ text: Data, of file: String) throws {
        line += 1
        guard !text.allSatisfy({ $0 == 32 || $0 == 13 }) else { return }
        do {
            batch.stations.append(try RegisteredStation(jsonUTF8Data: text))
        } catch {
            throw InputError("bad-station", "\(file):\(line): no station: \(error); correct the line")
        }
        if batch.stations.count == 1_000 { try finish(file) }
    }

    /// Sends what is gathered. Errors: `InputError` where it is refused, `BusError` where nobody answers.
    mutating func finish(_ file: String) throws {
        guard !batch.stations.isEmpty else { return }
        let command = try decider.command(RegisterStations.type, batch.serializedData())
        // A peer for each: what answers late to the one before is not taken for an answer to this one.
        let sender = CommandSender(address: address, wait: 60, json: false)
        let reply = try sender.ask(Peer(context, .monitoring, at: address), command, .monitoring)
        if let refusal = try CommandSender.refusal(reply) {
            throw InputError(
                refusal.code,
                "\(file), up to line \(line): \(refusal.message); the \(taken) stations before stand registered"
            )
        }
        taken += batch.stations.count
        told += reply.answer.records.count
        batch = RegisterStations()
    }
}
