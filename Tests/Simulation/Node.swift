import Foundation
import MessageBus
import MessageSchema
import ServiceKit
import ServiceStore
import TestSupport
import Testing
import Vocabulary

/// One service of the simulated suite, whatever its core.
protocol Node: AnyObject {
    var name: ServiceName { get }
    var subscriptions: [StreamName] { get }
    /// Something arrived that is not handled yet.
    var hasWork: Bool { get }
    /// The streams of others that the service knows to be behind in, and from where.
    var wanted: [(stream: StreamName, from: UInt64)] { get }
    func receive(_ bytes: Data) throws
    func hear(_ head: StreamHead) throws
    func heads() throws -> [StreamHead]
    func page(_ stream: StreamName, from: UInt64) throws -> [Data]
    /// Fires what is due, then handles what waits with `inputs`. Gives the records to publish.
    func work(_ inputs: [ExternalInput], at now: Instant) throws -> [Data]
    /// What is in memory is lost; what was committed is not.
    func crash() throws
    /// Every record that was written, or journaled from another, in order.
    func written(_ stream: StreamName) throws -> [Data]
    func journaled(_ stream: StreamName) throws -> [Data]
    /// Code and message of what was kept aside, the newest first.
    func deadLetters() throws -> [String]
    func verify() throws -> Bool
}

/// A service with its real engine, store and stream readers; only the bytes between sockets are simulated.
final class SimulatedService<Core: ServiceCore>: Node {
    private let path: String
    private let configuration: String
    private var engine: Engine<Core>
    private var readers: [StreamReader] = []
    private var pending: [Arrival] = []
    private var startingHeads = StartingHeads([])

    init(_: Core.Type, folder: String, configuration: String) throws {
        (path, self.configuration) = ("\(folder)/\(Core.name.rawValue)", configuration)
        engine = try Self.open(path, configuration)
        try start()
    }

    private static func open(_ path: String, _ configuration: String) throws -> Engine<Core> {
        let store = try ServiceStore(
            path: path + ".db",
            service: Core.name,
            realm: .exercise("simulation"),
            epoch: "epoch of \(Core.name.rawValue)",
            migrations: Core.migrations
        )
        return try Engine(store: store, configuration: configuration, file: "simulated", now: Instant(seconds: 0))
    }

    private func start() throws {
        _ = try engine.begin()
        startingHeads = StartingHeads(Core.subscriptions)
        readers = try Core.subscriptions.map { stream in
            let cursor = try engine.store.read { try Cursors.load(stream, $0) }
            return StreamReader(stream: stream, epoch: cursor.epoch, next: cursor.next, hash: cursor.hash)
        }
    }

    var name: ServiceName { Core.name }
    var subscriptions: [StreamName] { Core.subscriptions }
    var hasWork: Bool { !pending.isEmpty }
    var wanted: [(stream: StreamName, from: UInt64)] { readers.filter(\.isBehind).map { ($0.stream, $0.next) } }

    func receive(_ bytes: Data) throws {
        let header = try RecordHeader(bytes)
        guard let index = readers.firstIndex(where: { $0.stream == header.stream }) else { return }
        for accepted in try readers[index].offer(bytes, header) {
            pending.append(
                .record(ReceivedRecord(header: accepted.header, bytes: accepted.bytes, hash: accepted.hash))
            )
        }
    }

    func hear(_ head: StreamHead) throws {
        guard let index = readers.firstIndex(where: { $0.stream.rawValue == head.stream }) else { return }
        try readers[index].hear(head)
    }

    func heads() throws -> [StreamHead] { try engine.heads() }

    func page(_ stream: StreamName, from: UInt64) throws -> [Data] {
        try engine.store.read { try Outbox.page(stream, from: from, $0) }
    }

    func work(_ inputs: [ExternalInput], at now: Instant) throws -> [Data] {
        var batch = try engine.fireTimers(at: now)
        let arrivals = pending + inputs.map { .external($0) }
        pending = []
        if !arrivals.isEmpty { batch.append(try engine.handle(arrivals, at: now)) }
        for stream in startingHeads.observe(readers) { engine.passed(stream) }
        return try batch.records.map(\.bytes)
    }

    func crash() throws {
        pending = []
        engine = try Self.open(path, configuration)
        try start()
    }

    func written(_ stream: StreamName) throws -> [Data] { try engine.store.read { try Stored.outbox(stream, $0) } }

    func journaled(_ stream: StreamName) throws -> [Data] {
        try engine.store.read { try Stored.journaled(stream, $0) }
    }

    func deadLetters() throws -> [String] {
        try engine.store.read { try Ledgers.lastDeadLetters(20, $0) }.map { "\($0.code): \($0.message)" }
    }

    func verify() throws -> Bool { try Engine<Core>.verify(engine.store, scratch: path + "-replayed.db").holds }
}
