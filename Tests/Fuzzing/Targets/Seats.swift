import AssessmentService
import CommandCenterService
import DispatchService
import Foundation
import MessageSchema
import MonitoringService
import ServiceKit
import ServiceStore
import StockpileService
import TestSupport
import Vocabulary

/// A service without sockets, whatever its core.
protocol Seat: AnyObject {
    var name: ServiceName { get }
    var subscriptions: [StreamName] { get }
    func handle(_ arrivals: [Arrival], at time: Instant) throws -> Batch
    func fire(at time: Instant) throws -> Batch
    func step(_ step: Step) throws -> Batch
    func heads() throws -> [StreamHead]
    func page(_ stream: StreamName, from: UInt64) throws -> [Data]
    func standing(_ stream: StreamName, after: UInt64) throws -> [Data]
    func register(_ stream: StreamName, _ subscriber: RegisteredSubscriber) throws
}

/// The real engine and store of a service.
final class EngineSeat<Core: ServiceCore>: Seat {
    let engine: Engine<Core>

    init(_: Core.Type, folder: String) throws {
        let store = try ServiceStore(
            path: "\(folder)/\(Core.name.rawValue).db",
            service: Core.name,
            realm: Seats.realm,
            epoch: "e",
            migrations: Core.migrations
        )
        let path = Checkout.root.path + "/compose/configuration/\(Core.name.rawValue).yaml"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        engine = try Engine(store: store, configuration: text, file: "fuzzed", now: Instant(seconds: 0))
    }

    var name: ServiceName { Core.name }
    var subscriptions: [StreamName] { Core.subscriptions }
    func handle(_ arrivals: [Arrival], at time: Instant) throws -> Batch { try engine.handle(arrivals, at: time) }
    func fire(at time: Instant) throws -> Batch {
        guard let next = try engine.nextTimer(), next <= time else { return try engine.handle([], at: time) }
        return try engine.fireTimers(at: time)
    }
    func step(_ step: Step) throws -> Batch { try engine.step(step, records: []).batch }
    func heads() throws -> [StreamHead] { try engine.heads() }
    func page(_ stream: StreamName, from: UInt64) throws -> [Data] {
        try engine.store.read { try Outbox.page(stream, from: from, $0) }
    }
    func standing(_ stream: StreamName, after: UInt64) throws -> [Data] {
        try engine.store.read { try Retention.standing(stream, after: after, $0).records }
    }
    func register(_ stream: StreamName, _ subscriber: RegisteredSubscriber) throws {
        try engine.register([(stream, subscriber)])
    }
}

/// The five services in the middle of the recorded flood: warnings are in force, teams are out, supplies are on their way.
final class Seats {
    static let realm = Realm.exercise("fuzz")
    /// How many inputs of the recording were played.
    static let played = 600

    let seats: [any Seat]
    let now: Instant
    /// Where each stream stands, and what was last written to it.
    private(set) var places: [StreamName: (sequence: UInt64, hash: RecordHash)] = [:]
    private let folder: TemporaryFolder

    /// The databases after the recording; made once in a process.
    private static let after = Result { try Played() }

    private struct Played: Sendable {
        /// By the names of their files.
        var databases: [String: Data] = [:]
        let time: Instant
        /// Every record that was written, in order.
        let records: [Data]
        let commands: [Data]

        init() throws {
            let folder = try TemporaryFolder(inMemory: true)
            let path = Checkout.root.path + "/Tests/Recordings/flash-flood/inputs.jsonl"
            let inputs = try Recording(path: path, realm: Seats.realm).inputs.prefix(Seats.played)
            var seats = try Seats.open(folder.path)
            var records: [Data] = []
            for input in inputs {
                for seat in seats {
                    records += try Seats.spread(seat.fire(at: input.time), from: seats, at: input.time)
                }
                guard let seat = seats.first(where: { $0.name == input.service }) else { continue }
                let batch = try seat.handle([.external(input.input)], at: input.time)
                records += try Seats.spread(batch, from: seats, at: input.time)
            }
            (time, self.records) = (inputs.last?.time ?? Instant(seconds: 0), records)
            commands = inputs.filter { $0.input.channel == Arrival.commandChannel }.map(\.input.data)
            // Closed, so that the files are whole.
            seats = []
            for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
                databases[name] = try Data(contentsOf: URL(fileURLWithPath: "\(folder.path)/\(name)"))
            }
        }
    }

    /// Every record of the played recording, and every command.
    static func traffic() throws -> (records: [Data], commands: [Data]) {
        let played = try after.get()
        return (played.records, played.commands)
    }

    private static func open(_ folder: String) throws -> [any Seat] {
        [
            try EngineSeat(MonitoringCore.self, folder: folder), try EngineSeat(DispatchCore.self, folder: folder),
            try EngineSeat(StockpileCore.self, folder: folder), try EngineSeat(CommandCenterCore.self, folder: folder),
            try EngineSeat(AssessmentCore.self, folder: folder),
        ]
    }

    init() throws {
        let played = try Self.after.get()
        folder = try TemporaryFolder(inMemory: true)
        for (name, bytes) in played.databases { try bytes.write(to: URL(fileURLWithPath: "\(folder.path)/\(name)")) }
        (seats, now) = (try Self.open(folder.path), played.time)
        for seat in seats { try note(seat) }
    }

    func seat(_ name: ServiceName) -> any Seat { seats.first { $0.name == name } ?? seats[0] }

    private func note(_ seat: any Seat) throws {
        for head in try seat.heads() {
            places[try StreamName(named: head.stream)] = (head.sequence, try RecordHash(head.hash))
        }
    }

    /// Hands what one service wrote to all that read it, and what they wrote in turn, until nothing new comes or it goes on for long.
    @discardableResult
    static func spread(_ batch: Batch, from seats: [any Seat], at time: Instant) throws -> [Data] {
        var all: [Data] = []
        var news = try batch.records.map(\.bytes)
        for _ in 0..<16 where !news.isEmpty {
            all += news
            let arrivals = try news.map { try Arrival.received($0) }
            news = []
            for seat in seats {
                let own = arrivals.filter { arrival in
                    guard case .record(let record) = arrival else { return false }
                    return seat.subscriptions.contains(record.stream)
                }
                if !own.isEmpty { news += try seat.handle(own, at: time).records.map(\.bytes) }
            }
        }
        return all
    }

    /// Gives `envelope` its place at the end of its stream, as its writer would.
    func place(_ envelope: inout Envelope, in stream: StreamName) throws -> Data {
        let place = places[stream] ?? (0, .none)
        (envelope.stream, envelope.epoch, envelope.realm) = (stream.rawValue, "e", Self.realm.description)
        (envelope.sequence, envelope.previousHash) = (place.sequence + 1, place.hash.bytes)
        let bytes = try envelope.encoded()
        places[stream] = (envelope.sequence, .of(bytes))
        return bytes
    }
}
