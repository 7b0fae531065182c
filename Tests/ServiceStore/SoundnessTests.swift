import Foundation
import GRDB
import MessageSchema
import ServiceStore
import TestSupport
import Testing
import Vocabulary

/// Files that are not what a service left: refused with a code and a remedy, and left as they are.
@Suite struct SoundnessTests {
    let folder: TemporaryFolder
    var path: String { folder.path + "/monitoring.db" }

    init() throws { folder = try TemporaryFolder(inMemory: true) }

    private func open(as service: ServiceName = .monitoring, migrations: [Migration] = []) throws -> ServiceStore {
        try ServiceStore(path: path, service: service, realm: .live, epoch: "e", migrations: migrations)
    }

    /// Why the database is not opened.
    private func refusal(as service: ServiceName = .monitoring) -> StoreError.Code? {
        do {
            _ = try open(as: service)
            return nil
        } catch {
            return (error as? StoreError)?.code
        }
    }

    /// Three transactions of two records each.
    private func write() throws {
        let store = try open()
        let streams = StreamWriter(identity: store.identity, jurisdiction: "152202")
        let journal = try store.read(JournalWriter.init)
        for number in 1...3 {
            try store.transaction { db in
                for part in ["a", "b"] {
                    let content = Data("\(number)\(part)".utf8)
                    let id = RecordID.input(channel: "test", content: content)
                    let entry = JournalEntry(
                        kind: .external,
                        id: id,
                        now: Instant(seconds: 1),
                        origin: "o",
                        bytes: content
                    )
                    _ = try journal.append(entry, db)
                    let facts = RecordFacts(
                        id: id,
                        stream: .monitoring,
                        type: "t",
                        subject: "s",
                        happened: Int64(number),
                        decided: 1,
                        correlation: id,
                        cause: id
                    )
                    try streams.append(facts, payload: content, db)
                }
                try journal.finish(db)
                _ = try streams.finish(db)
            }
            journal.adopt()
        }
    }

    /// What the checks of `verify` say of the database's own structure and of its journal; nil where all is well.
    private func found() throws -> String? {
        do {
            try ServiceStore.readOnly(path: path) { db in
                try Soundness.check(db)
                try Journal.forEach(db) { _ in }
            }
            return nil
        } catch let error as StoreError {
            return error.description
        }
    }

    @Test func `an ordered end leaves one file, which holds everything`() throws {
        try write()
        let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(left == ["monitoring.db"])
        #expect(try ServiceStore.readOnly(path: path) { try Outbox.head(.monitoring, $0).sequence } == 6)
    }

    @Test(arguments: [
        "UPDATE outbox SET hash = zeroblob(32) WHERE last = 4", "UPDATE outbox SET bytes = bytes + 1 WHERE last = 4",
        "UPDATE outbox SET from_us = 0 WHERE last = 4", "UPDATE outbox SET keys = zeroblob(24) WHERE last = 4",
        "UPDATE outbox SET last = 5 WHERE last = 4", "UPDATE outbox SET records = x'ff' WHERE last = 4",
        "UPDATE journal SET keys = zeroblob(24) WHERE last = 4", "UPDATE journal SET items = x'ff' WHERE last = 4",
    ])
    func `what a row says of its records is held against them`(sql: String) throws {
        try write()
        #expect(try found() == nil)
        try DatabaseQueue(path: path).write { try $0.execute(sql: sql) }
        let said = try #require(try found())
        #expect(said.hasPrefix("store-damaged: ") && said.contains("restore a backup"), "\(said)")
    }

    @Test func `an index that does not fit its table is found`() throws {
        try write()
        let root = try DatabaseQueue(path: path).read {
            try Int.fetchOne($0, sql: "SELECT rootpage FROM sqlite_master WHERE name = 'outbox_first'")
        }
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        let end = try #require(root) * 16_384
        // The last bytes of the page are its first entry: stream, first, row.
        bytes[end - 4] ^= 0x01
        try bytes.write(to: URL(fileURLWithPath: path))
        #expect(try found()?.hasPrefix("store-damaged: the database file is damaged") == true)
    }

    @Test func `a log without its database is refused and kept`() throws {
        let log = Data(repeating: 7, count: 64)
        for empty in [nil, Data()] {
            _ = try? FileManager.default.removeItem(atPath: path)
            try empty?.write(to: URL(fileURLWithPath: path))
            try log.write(to: URL(fileURLWithPath: path + "-wal"))
            #expect(refusal() == .damaged)
            #expect(FileManager.default.contents(atPath: path + "-wal") == log)
        }
        try FileManager.default.removeItem(atPath: path + "-wal")
        #expect(refusal() == nil)
    }

    @Test(arguments: [
        Data(repeating: 65, count: 20_000), Data("SQLite format 3\0".utf8) + Data(repeating: 9, count: 20_000),
    ])
    func `what is no database is refused and kept`(bytes: Data) throws {
        try bytes.write(to: URL(fileURLWithPath: path))
        #expect(refusal() == .damaged)
        #expect(FileManager.default.contents(atPath: path) == bytes)
    }

    @Test func `another service's database is foreign, not newer`() throws {
        _ = try open(migrations: [Migration("monitoring-1", "CREATE TABLE own (one INTEGER)")])
        #expect(refusal(as: .dispatch) == .foreign)
        #expect(refusal() == .newer)
    }
}
