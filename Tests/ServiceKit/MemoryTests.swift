import Foundation
import GRDB
import MessageSchema
import ServiceKit
import ServiceStore
import TestSupport
import Testing
import Vocabulary

/// How many rows the table has, and how often that had to be read.
private final class RowCount: TableMemory {
    private(set) var version = 0
    private(set) var reads = 0
    private var known: Int?

    func rows(_ db: Database) throws -> Int {
        if let known { return known }
        reads += 1
        let count = try Int.fetchOne(db, sql: "SELECT count(*) FROM heard") ?? 0
        known = count
        return count
    }

    func add(_ what: String, _ db: Database) throws {
        let count = try rows(db)
        version += 1
        try db.execute(sql: "INSERT INTO heard (what) VALUES (?)", arguments: [what])
        known = count + 1
    }
}

/// A service that counts what it hears, and tells what it remembers beside what its table holds.
private struct CountingCore: ServiceCore {
    static let name = ServiceName.dispatch
    static let subscriptions: [StreamName] = []
    static let migrations = [
        Migration("counting-1", "CREATE TABLE heard (number INTEGER PRIMARY KEY, what TEXT NOT NULL)")
    ]
    let jurisdiction = "152202"

    init(configuration _: YAMLValue) throws {}

    static func register(_ routes: inout Routes<Self>) {
        routes.device("gauge") { _, bytes, turn in
            let what = String(decoding: bytes, as: UTF8.self)
            let memory = turn.memory(of: RowCount.self)
            if what.hasPrefix("refused at once") { throw InputError("complaint", "as it was told") }
            try memory.add(what, turn.database)
            if what.hasPrefix("refused") { throw InputError("complaint", "as it was told") }
            if what.hasPrefix("throw") { throw Unexpected() }
            let stored = try Int.fetchOne(turn.database, sql: "SELECT count(*) FROM heard")
            var sent = IncidentVerified()
            sent.incident = "\(try memory.rows(turn.database)) \(stored ?? 0) \(memory.reads)"
            try turn.send(sent, subject: "gauge")
        }
    }
}

@Suite struct MemoryTests {
    let folder: TemporaryFolder
    static let start = Instant(seconds: 1_790_784_000)

    init() throws { folder = try TemporaryFolder() }

    private func engine() throws -> Engine<CountingCore> {
        let store = try ServiceStore(
            path: folder.path + "/c.db",
            service: CountingCore.name,
            realm: .live,
            epoch: "e",
            migrations: CountingCore.migrations
        )
        return try Engine(store: store, configuration: "x: 1", file: "x.yaml", now: Self.start)
    }

    /// What was told of each input: rows remembered, rows stored, readings of the table since the memory was last dropped.
    private func told(_ batch: Batch) throws -> [String] {
        try batch.records.map { try Envelope.decode($0.bytes).decodePayload(as: IncidentVerified.self).incident }
    }

    @Test func `what an input changed in memory goes when it is taken back, and only then`() throws {
        let inputs = ["one", "refused", "two", "refused at once", "three", "four"].map(FragileCore.gauge)
        let told = try told(engine().handle(inputs, at: Self.start))
        // "refused" changed the memory, so the table is read anew; "refused at once" did not.
        #expect(told == ["1 1 1", "2 2 1", "3 3 1", "4 4 1"])
        let again = try self.told(engine().handle([FragileCore.gauge("five")], at: Self.start))
        #expect(again == ["5 5 1"])
    }

    @Test func `what a failed transaction changed in memory goes with it`() throws {
        let engine = try engine()
        _ = try engine.handle([FragileCore.gauge("one")], at: Self.start)
        #expect(throws: Unexpected.self) {
            try engine.handle(["two", "throw"].map(FragileCore.gauge), at: Self.start)
        }
        #expect(try told(engine.handle([FragileCore.gauge("three")], at: Self.start)) == ["2 2 1"])
    }
}
