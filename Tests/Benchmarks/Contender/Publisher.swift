import Foundation
import GRDB
import MessageBus
import MessageSchema
import ServiceStore
import SwiftProtobuf
import Vocabulary

/// Writes messages as records of a stream, a transaction for what is due, and publishes what is committed.
struct Publisher {
    private let options: Options
    private let record: Measurements?
    private let store: ServiceStore
    private let bus: Bus
    private let writer: StreamWriter
    private let clock = PublisherClock()

    static let stream = StreamName.observation

    static func makeStore(_ options: Options) throws -> ServiceStore {
        try ServiceStore(
            path: options.text("dir") + "/publisher.db",
            service: .monitoring,
            realm: .live,
            epoch: Epoch.draw(),
            migrations: []
        )
    }

    /// The publisher's place: the port that the driver chose, and a thousand above for requests.
    static func address(_ options: Options) throws -> BusAddress {
        let isGuarded = try options.text("variant") == "curve"
        // The test keys of libzmq's manual, zmq_curve(7).
        let (server, client) = (
            try CurveKeyPair(secretKey: CurveKey("JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6")),
            try CurveKeyPair(secretKey: CurveKey("D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs"))
        )
        let seat = BusAddress.Seat(
            host: "127.0.0.1",
            publicationPort: options.port,
            requestPort: options.port + 1_000,
            key: isGuarded ? server.publicKey : nil
        )
        return try BusAddress(
            seats: [.monitoring: seat],
            people: isGuarded ? ["subscriber": BusAddress.Person(key: client.publicKey)] : [:],
            keys: !isGuarded ? nil : options.command == "sub" ? client : server
        )
    }

    init(_ options: Options, record: Measurements?) throws {
        (self.options, self.record) = (options, record)
        store = try Self.makeStore(options)
        writer = StreamWriter(identity: store.identity, jurisdiction: "152202")
        bus = try Bus(service: .monitoring, address: Self.address(options), readers: [], doorbell: Doorbell())
    }

    func publish() throws {
        try waitForSubscribers()
        Contender.tellReady()
        var next = try store.read { try writer.head(Self.stream, $0) }.sequence
        let start = Contender.now
        let rate = options.rate
        func due(_ index: UInt64) -> UInt64 {
            rate > 0 ? start + UInt64(Double(index) * 1e9 / rate) : Contender.now
        }
        while next < options.count {
            if due(next) <= Contender.now { next = try write(from: next, due) }
            try serve(milliseconds: 0)
            let wait = due(next)
            if rate > 0, wait > Contender.now { usleep(UInt32((wait - Contender.now) / 1_000)) }
        }
        try serve()
    }

    /// One transaction with everything that is due.
    private func write(from first: UInt64, _ due: (UInt64) -> UInt64) throws -> UInt64 {
        var next = first
        var sent: [(UInt64, UInt64)] = []
        let batches = try store.transaction { db in
            while next < options.count, sent.count < Self.batch {
                let intended = due(next)
                let now = Contender.now
                guard intended <= now else { break }
                record?.send(next, at: now)
                try append(next, intended, db)
                sent.append((next, intended))
                next += 1
            }
            return try writer.finish(db)
        }
        try bus.publish(batches)
        let now = Contender.now
        for (sequence, intended) in sent { record?.mark(sequence, intended: intended, at: now) }
        return next
    }

    /// As many as one batch of the product's own intake may hold of readings.
    private static let batch = 6_000

    private func append(_ sequence: UInt64, _ intended: UInt64, _ db: Database) throws {
        var payload = Data(count: options.size)
        payload.withUnsafeMutableBytes { bytes in
            bytes.storeBytes(of: sequence, as: UInt64.self)
            bytes.storeBytes(of: intended, toByteOffset: 8, as: UInt64.self)
        }
        let time = Int64(intended / 1_000)
        let root = RecordID.record(service: "monitoring", cause: Self.root, ordinal: Int(sequence))
        let facts = RecordFacts(
            id: root,
            stream: Self.stream,
            type: ObservationAccepted.type,
            subject: "1522021001",
            happened: time,
            decided: time,
            correlation: root,
            cause: Self.root
        )
        try writer.append(facts, payload: payload, db)
    }

    private static let root = RecordID.command(id: "contender")

    // MARK: requests

    /// The start line of the benchmark: every subscriber has asked how things stand.
    private func waitForSubscribers() throws {
        var there = 0
        while there < options.number("nsubs", otherwise: 1) {
            bus.wait(milliseconds: 100)
            _ = try bus.keepGate()
            while let asked = try bus.nextRequest() {
                if case .status = asked.request.body { there += 1 }
                try answer(asked)
            }
        }
    }

    /// Answers for ever what subscribers missed, and tells them where the stream stands.
    func serve() throws {
        if options.command == "serve" { Contender.tellReady() }
        while true { try serve(milliseconds: 50) }
    }

    private func serve(milliseconds: Int) throws {
        bus.wait(milliseconds: milliseconds)
        _ = try bus.keepGate()
        while let asked = try bus.nextRequest() { try answer(asked) }
        let now = Contender.now
        guard now - clock.beat > 50_000_000 else { return }
        clock.beat = now
        try bus.publish(heads: [head()])
    }

    private func answer(_ asked: Bus.Asked) throws {
        guard case .catchUp(let wanted) = asked.request.body else { return }
        let records = try store.read { try Outbox.page(Self.stream, from: wanted.from, $0) }
        try bus.answer(asked, head: head(), records: records)
    }

    private func head() throws -> StreamHead {
        let head = try store.read { try writer.head(Self.stream, $0) }
        var wire = StreamHead()
        (wire.stream, wire.epoch) = (Self.stream.rawValue, store.identity.epoch)
        (wire.sequence, wire.hash, wire.first) = (head.sequence, head.hash.bytes, 1)
        return wire
    }
}

/// When the publisher last told where its stream stands.
private final class PublisherClock {
    var beat: UInt64 = 0
}
