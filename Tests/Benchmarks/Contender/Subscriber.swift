import Foundation
import MessageBus
import MessageSchema
import ServiceStore
import SwiftProtobuf
import Vocabulary

/// Reads the stream as a service does: each record once, in order, journaled with the cursor in one transaction.
struct Subscriber {
    private let options: Options
    private let record: Measurements
    private let store: ServiceStore
    private let bus: Bus
    private let journal: JournalWriter
    private let peer: Peer

    init(_ options: Options, record: Measurements) throws {
        (self.options, self.record) = (options, record)
        let store = try ServiceStore(
            path: options.text("subdir") + "/subscriber\(options.number("id", otherwise: 0)).db",
            service: .assessment,
            realm: .live,
            epoch: Epoch.draw(),
            migrations: []
        )
        self.store = store
        journal = try store.read(JournalWriter.init)
        let cursor = try store.read { try Cursors.load(Publisher.stream, $0) }
        let reader = StreamReader(
            stream: Publisher.stream,
            epoch: cursor.epoch,
            next: cursor.next,
            hash: cursor.hash
        )
        let address = try Publisher.address(options)
        bus = try Bus(watching: [reader], address: address, doorbell: Doorbell())
        peer = try Peer(ZeroMQContext(), .monitoring, at: address)
    }

    func read() throws {
        var request = Request()
        request.status = StatusQuery()
        _ = try peer.send(request.serializedData())
        Contender.tellReady()
        while !record.isComplete {
            bus.wait(milliseconds: 100)
            let records = try bus.collect(limit: 8_000)
            if !records.isEmpty { try keep(records) }
        }
    }

    private func keep(_ records: [StreamReader.Accepted]) throws {
        let now = Instant(microseconds: Int64(Contender.now / 1_000))
        try store.transaction { db in
            for record in records {
                let entry = JournalEntry(record: record.header, bytes: record.bytes, hash: record.hash, now: now)
                _ = try journal.append(entry, db)
            }
            try journal.finish(db)
            if let last = records.last {
                let cursor = StreamCursor(epoch: last.epoch, next: last.sequence + 1, hash: last.hash)
                try Cursors.save(cursor, Publisher.stream, db)
            }
        }
        journal.adopt()
        let done = Contender.now
        for record in records {
            let (sequence, intended) = record.payload.withUnsafeBytes { bytes in
                (bytes.loadUnaligned(as: UInt64.self), bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            }
            self.record.mark(sequence, intended: intended, at: done)
        }
    }
}
