import Foundation
import GRDB
import MessageSchema
import ServiceStore
import TestSupport
import Testing
import Vocabulary

/// What shows, offline, that a record is as it was written: seals, and the comparison of who wrote with who read.
@Suite struct EvidenceTests {
    let folder: TemporaryFolder
    var writer: String { folder.path + "/writer.db" }
    var reader: String { folder.path + "/reader.db" }

    init() throws {
        folder = try TemporaryFolder(inMemory: true)
        try write(1...30)
        try read(1...20)
    }

    private func open(_ path: String, _ service: ServiceName) throws -> ServiceStore {
        try ServiceStore(path: path, service: service, realm: .live, epoch: "e", migrations: [])
    }

    private func write(_ numbers: ClosedRange<Int>) throws {
        let store = try open(writer, .monitoring)
        let streams = StreamWriter(identity: store.identity, jurisdiction: "152202")
        let journal = try store.read(JournalWriter.init)
        for number in numbers {
            let id = RecordID.input(channel: "test", content: Data("\(number)".utf8))
            let facts = RecordFacts(
                id: id,
                stream: .monitoring,
                type: "t",
                subject: "s",
                happened: 1,
                decided: 1,
                correlation: id,
                cause: id
            )
            let now = Instant(seconds: Int64(number / 7))
            try store.transaction { db in
                let entry = JournalEntry(kind: .external, id: id, now: now, origin: "o", bytes: Data("\(number)".utf8))
                _ = try journal.append(entry, db)
                try streams.append(facts, payload: Data("\(number)".utf8), db)
                try journal.finish(db)
                _ = try streams.finish(db)
            }
            journal.adopt()
        }
    }

    private func read(_ numbers: ClosedRange<Int>) throws {
        let store = try open(reader, .dispatch)
        let records = try ServiceStore.readOnly(path: writer) { try Stored.outbox(.monitoring, $0) }
        let journal = try store.read(JournalWriter.init)
        try store.transaction { db in
            for record in records[(numbers.lowerBound - 1)..<numbers.upperBound] {
                let header = try RecordHeader(record)
                let now = Instant(seconds: 1)
                _ = try journal.append(JournalEntry(record: header, bytes: record, hash: .of(record), now: now), db)
                let cursor = StreamCursor(epoch: "e", next: header.sequence + 1, hash: .of(record))
                try Cursors.save(cursor, .monitoring, db)
            }
            try journal.finish(db)
        }
    }

    private func change(_ path: String, _ sql: String) throws {
        try DatabaseQueue(path: path).write { try $0.execute(sql: sql) }
    }

    private func compare() throws -> StreamComparison {
        try StreamComparison.make(of: .monitoring, reader: reader, writer: writer)
    }

    @Test func `what was read is what was sent, however much more was sent since`() throws {
        #expect(try compare() == StreamComparison(records: 20, difference: nil))
        try read(21...30)
        #expect(try compare() == StreamComparison(records: 30, difference: nil))
    }

    @Test func `a record that is missing, doubled, another one, or beyond the cursor is found`() throws {
        let spoil = "CAST(substr(records, 1, length(records) - 1) || x'07' AS BLOB)"
        for (path, sql, words) in [
            (writer, "UPDATE outbox SET records = \(spoil) WHERE first = 5", "record 5 is another one"),
            (writer, "DELETE FROM outbox WHERE first = 5", "record 5 is not in"),
            (writer, "DELETE FROM outbox WHERE first > 15", "its writer has 15 records, 20 were read"),
            (reader, "UPDATE cursor SET next = 20", "the cursor stands at 20, the journal at 20"),
        ] {
            let copy = folder.path + "/copy.db"
            try FileManager.default.copyItem(atPath: path, toPath: copy)
            try change(path, sql)
            #expect(try compare().difference?.contains(words) == true, "\(sql)")
            try FileManager.default.removeItem(atPath: path)
            try FileManager.default.moveItem(atPath: copy, toPath: path)
        }
        try read(20...20)
        #expect(try compare().difference != nil)
    }

    @Test func `a seal holds while the record grows, and not when what it covers was written anew`() throws {
        let (secret, key) = Seal.drawKey()
        var seal = try Seal(of: .monitoring, path: writer, taken: "2026-10-01T00:00:00Z")
        #expect(try !seal.isSigned(by: key))
        try seal.sign(with: secret)
        let stored = try JSONDecoder().decode(Seal.self, from: JSONEncoder().encode(seal))
        #expect(try stored.isSigned(by: key) && !stored.isSigned(by: Seal.drawKey().open))
        try write(31...40)
        #expect(try stored.differences(path: writer) == [])
        // Somebody who can write the database writes a whole other one, chains and all.
        try FileManager.default.removeItem(atPath: writer)
        for suffix in ["-wal", "-shm"] { _ = try? FileManager.default.removeItem(atPath: writer + suffix) }
        try write(2...41)
        let found = try stored.differences(path: writer)
        #expect(
            found.count == 2 && found[0].contains("first 30 entries") && found[1].contains("monitoring 30"),
            "\(found)"
        )
    }

    @Test func `a seal that was changed is not signed`() throws {
        let (secret, key) = Seal.drawKey()
        var seal = try Seal(of: .monitoring, path: writer, taken: "t")
        try seal.sign(with: secret)
        let text = String(decoding: try JSONEncoder().encode(seal), as: UTF8.self)
        let forged = try JSONDecoder().decode(
            Seal.self,
            from: Data(text.replacing("\"entries\":30", with: "\"entries\":29").utf8)
        )
        #expect(forged.entries == 29)
        #expect(try !forged.isSigned(by: key))
    }
}
