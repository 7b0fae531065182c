import Foundation
import InMemoryLogging
import Logging
import MessageBus
import MessageSchema
import ServiceKit
import ServiceStore
import SwiftProtobuf
import TestSupport
import Vocabulary

/// Writes the monitoring stream as another process would, with envelopes that a test may spoil.
final class StreamWriter {
    private let bus: Bus
    private(set) var written: [Data] = []
    private var hash = RecordHash.none

    init(_ address: BusAddress) throws {
        bus = try Bus(service: .monitoring, address: address, readers: [], doorbell: Doorbell())
    }

    /// Writes a record, spoiled by `change`, and does not publish it.
    func write(_ message: some StreamMessage, _ change: (inout Envelope) -> Void = { _ in }) throws {
        let sequence = UInt64(written.count + 1)
        var envelope = Envelope()
        envelope.id = RecordID.input(channel: "test", content: Data("\(sequence)".utf8)).bytes
        (envelope.type, envelope.stream, envelope.epoch) = (type(of: message).type, "monitoring", "e")
        (envelope.sequence, envelope.previousHash, envelope.correlation) = (sequence, hash.bytes, envelope.id)
        (envelope.realm, envelope.schemaVersion) = ("live", SchemaVersion.current)
        envelope.payload = try message.serializedData()
        change(&envelope)
        written.append(try envelope.encoded())
        hash = .of(written[written.count - 1])
    }

    /// Publishes bytes as a record of a message, as they are.
    func publish(_ bytes: Data) throws {
        var items = ItemList()
        items.append(bytes)
        try bus.publish([StreamBatch(stream: .monitoring, first: 1, items: items)])
    }

    /// Publishes bytes as a whole message, as they are.
    func publish(message bytes: Data) throws {
        try bus.publish([StreamBatch(stream: .monitoring, first: 1, bytes: bytes, ends: [bytes.count])])
    }

    /// Tells where the stream stands.
    func beat() throws { try bus.publish(heads: [head]) }

    /// Answers what was asked.
    func serve() throws {
        while let asked = try bus.nextRequest() {
            guard case .catchUp(let wanted) = asked.request.body else { continue }
            var reply = Reply()
            reply.page.head = head
            reply.page.records = Array(written.dropFirst(Int(wanted.from) - 1))
            try bus.answer(asked, reply)
        }
    }

    private var head: StreamHead {
        var head = StreamHead()
        (head.stream, head.epoch, head.sequence, head.hash) = ("monitoring", "e", UInt64(written.count), hash.bytes)
        return head
    }

    static func expired(_ warning: String) -> WarningExpired {
        var message = WarningExpired()
        message.warning = warning
        return message
    }
}

/// The product's loop with a fragile service, over real sockets; each turn is a test's.
final class LoopRig {
    let writer: StreamWriter
    let runs: FragileRuns
    let engine: Engine<FragileCore>
    let loop: ServiceLoop<FragileCore>
    private let address: BusAddress
    private let logs = InMemoryLogHandler()
    private let board = StateBoard()
    private let doorbell: Doorbell
    private let peer: Peer
    private var asked: UInt64 = 0

    init(_ folder: TemporaryFolder, timersHeld: Duration = .seconds(30), reporting: Duration = .seconds(60)) throws {
        address = try BusAddress(folder: folder.path)
        doorbell = try Doorbell()
        writer = try StreamWriter(address)
        runs = FragileRuns(path: folder.path + "/fragile.db")
        engine = try runs.begin().engine
        let cursor = try engine.store.read { try Cursors.load(.monitoring, $0) }
        let reader = StreamReader(stream: .monitoring, epoch: cursor.epoch, next: cursor.next, hash: cursor.hash)
        let logs = logs
        loop = ServiceLoop(
            engine: engine,
            bus: try Bus(service: .dispatch, address: address, readers: [reader], doorbell: doorbell),
            intake: Intake(doorbell: doorbell),
            mode: .live,
            log: Logger(label: "test") { _ in logs },
            board: board,
            timersHeld: timersHeld,
            reporting: reporting
        )
        peer = try Peer(ZeroMQContext(), .dispatch, at: address)
    }

    /// One turn of the writer, if it is there, and one of the loop, which does not wait.
    func turn(hearing: Bool = true) throws {
        if hearing {
            try writer.beat()
            try writer.serve()
        }
        doorbell.ring()
        try loop.turn()
    }

    /// Turns until `condition` holds; false after twenty seconds.
    func turn(hearing: Bool = true, until condition: () throws -> Bool) throws -> Bool {
        let deadline = ContinuousClock.now + .seconds(20)
        while try !condition() {
            guard ContinuousClock.now < deadline else { return false }
            try turn(hearing: hearing)
        }
        return true
    }

    /// Frames that were no record and no request, as the metrics show them.
    var malformedFrames: UInt64 { board.current?.malformedFrames ?? 0 }

    /// What the service journaled of the stream.
    func journaled() throws -> [Data] {
        var records: [Data] = []
        try engine.store.read { db in
            try Journal.forEach(db) { if $0.kind == .record { records.append($0.bytes) } }
        }
        return records
    }

    /// Sends bytes to where requests are taken.
    func send(_ bytes: Data) throws { _ = try peer.send(bytes) }

    /// What the service replies to `body`; nil after twenty seconds.
    func ask(_ body: Request.OneOf_Body, hearing: Bool = true) throws -> Reply? {
        asked += 1
        var request = Request()
        (request.number, request.body) = (asked, body)
        _ = try peer.send(request.serializedData())
        var reply: Reply?
        _ = try turn(hearing: hearing) {
            reply = try peer.receive().map { try Reply(serializedBytes: $0) }
            return reply?.number == asked
        }
        return reply
    }

    /// The facts of the lines with that message.
    func facts(_ message: String) -> [Logger.Metadata] {
        logs.entries.filter { "\($0.message)" == message }.map(\.metadata)
    }

    /// The log lines of that level.
    func logged(_ level: Logger.Level) -> [String] {
        logs.entries.filter { $0.level == level }.map { "\($0.message) \($0.metadata)" }
    }
}
