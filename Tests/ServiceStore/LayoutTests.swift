import Foundation
import GRDB
import MessageSchema
import ServiceStore
import TestSupport
import Testing
import Vocabulary

/// How rows are cut must not show: journal and outbox are lists of entries and records, whatever came together.
@Suite struct LayoutTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder(inMemory: true) }

    private func store(_ name: String) throws -> ServiceStore {
        try ServiceStore(
            path: "\(folder.path)/\(name).db",
            service: .monitoring,
            realm: .live,
            epoch: "e",
            migrations: []
        )
    }

    /// One input and what follows from it, drawn from a seed.
    struct Step {
        let entry: JournalEntry
        let records: [(facts: RecordFacts, payload: Data)]
        /// The input is complained about: its records are taken back.
        let complaint: Bool
    }

    static func steps(_ count: Int, _ random: inout Seeded) throws -> [Step] {
        var feed: (UInt64, RecordHash) = (0, .none)
        return try (0..<count).map { number in
            let now = Instant(seconds: 1_790_784_000 + Int64(number / 5))
            let content = Data((0..<Int(random.next() % 300)).map { UInt8(truncatingIfNeeded: number + $0) })
            let id = RecordID.input(channel: "test", content: Data("\(number)".utf8))
            let entry: JournalEntry
            if random.next() % 3 == 0 {
                var envelope = Envelope()
                (envelope.id, envelope.type, envelope.stream) = (id.bytes, "t", "dispatch")
                (envelope.epoch, envelope.sequence) = ("d", feed.0 + 1)
                (envelope.previousHash, envelope.payload) = (feed.1.bytes, content)
                let bytes = try envelope.encoded()
                feed = (feed.0 + 1, .of(bytes))
                entry = JournalEntry(record: try RecordHeader(bytes), bytes: bytes, hash: feed.1, now: now)
            } else {
                let kind: InputKind = random.next() % 2 == 0 ? .external : .timer
                entry = JournalEntry(
                    kind: kind,
                    id: id,
                    now: now,
                    origin: "o",
                    subject: "s\(number % 2)",
                    bytes: content
                )
            }
            let streams = ServiceName.monitoring.streams
            let records = (0..<Int(random.next() % 4)).map { ordinal in
                let facts = RecordFacts(
                    id: .record(service: "monitoring", cause: id, ordinal: ordinal),
                    stream: streams[Int(random.next() % UInt64(streams.count))],
                    type: "t",
                    subject: "s",
                    happened: Int64(number),
                    decided: now.microseconds,
                    correlation: id,
                    cause: id
                )
                return (facts, content)
            }
            return Step(entry: entry, records: records, complaint: random.next() % 8 == 0)
        }
    }

    /// Everything that can be read back, and what was given to be published.
    struct Contents: Equatable {
        var entries: [String] = []
        var records: [[Data]] = []
        var published: [[Data]] = []
        var digest: [String] = []
        var heads: [OutboxHead] = []
    }

    /// Writes the steps, `together` in each transaction; some transactions fail first and are done again.
    private func write(_ steps: [Step], _ name: String, together: (Int) -> Int, failing: (Int) -> Bool) throws
        -> Contents
    {
        let store = try store(name)
        let journal = try store.read(JournalWriter.init)
        let writer = StreamWriter(identity: store.identity, jurisdiction: "152202")
        var published: [StreamName: [Data]] = [:]
        var (at, number) = (0, 0)
        while at < steps.count {
            let group = steps[at..<min(steps.count, at + together(number))]
            func transaction(fails: Bool) throws -> [StreamBatch] {
                try store.transaction { db in
                    for step in group {
                        _ = try journal.append(step.entry, db)
                        let mark = writer.mark
                        for record in step.records { try writer.append(record.facts, payload: record.payload, db) }
                        if step.complaint { writer.rewind(to: mark) }
                        try writer.writeLarge(db)
                    }
                    try journal.finish(db)
                    let batches = try writer.finish(db)
                    if fails { throw CocoaError(.fileWriteUnknown) }
                    return batches
                }
            }
            if failing(number) {
                #expect(throws: CocoaError.self) { try transaction(fails: true) }
                journal.forget()
                writer.forget()
            }
            for batch in try transaction(fails: false) { published[batch.stream, default: []] += try batch.records() }
            journal.adopt()
            (at, number) = (at + group.count, number + 1)
        }
        return try contents(store, published)
    }

    private func contents(_ store: ServiceStore, _ published: [StreamName: [Data]]) throws -> Contents {
        try store.read { db in
            var contents = Contents()
            try Journal.forEach(db) { entry in
                contents.entries.append(
                    "\(entry.kind) \(entry.id) \(entry.now) \(entry.origin) \(entry.subject) \(entry.sequence) \(Array(entry.bytes))"
                )
            }
            for stream in ServiceName.monitoring.streams {
                contents.records.append(try Stored.outbox(stream, db))
                contents.published.append(published[stream] ?? [])
                contents.heads.append(try Outbox.head(stream, db))
            }
            contents.digest = try Digest.tables(db).map { "\($0.table) \($0.digest)" }
            return contents
        }
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `whatever shares a transaction, fails first or is taken back, entries, records and digests are the same`(
        seed: UInt64
    ) throws {
        var random = Seeded(seed)
        let steps = try Self.steps(120, &random)
        let alone = try write(steps, "alone", together: { _ in 1 }, failing: { _ in false })
        var sizes = random
        let mixed = try write(
            steps,
            "mixed",
            together: { _ in 1 + Int(sizes.next() % 30) },
            failing: { $0 % 3 == 1 }
        )
        #expect(alone == mixed, "seed \(seed)")
        #expect(mixed.records == mixed.published && alone.entries.count == steps.count)
        let sent = steps.filter { !$0.complaint }.flatMap(\.records)
        #expect(mixed.records.joined().count == sent.count)
        for records in mixed.records {
            var hash = RecordHash.none
            for (number, record) in records.enumerated() {
                let header = try RecordHeader(record)
                #expect(header.sequence == UInt64(number + 1) && header.previousHash == hash)
                hash = .of(record)
            }
        }
    }

    @Test func `a page begins where it is asked to, whatever row that is in, and ends within its bounds`() throws {
        var random = Seeded(5)
        let steps = try Self.steps(300, &random)
        let contents = try write(steps, "pages", together: { 1 + $0 % 40 }, failing: { _ in false })
        let store = try store("pages")
        for (stream, records) in zip(ServiceName.monitoring.streams, contents.records) {
            for from in [1, 2, 17, records.count, records.count + 1, records.count + 99] {
                let page = try store.read { try Outbox.page(stream, from: UInt64(from), $0) }
                #expect(page == Array(records.dropFirst(from - 1)), "\(stream) from \(from)")
                let short = try store.read { try Outbox.page(stream, from: UInt64(from), limit: 3, $0) }
                #expect(short == Array(records.dropFirst(from - 1).prefix(3)))
                let small = try store.read { try Outbox.page(stream, from: UInt64(from), bytes: 1, $0) }
                #expect(small == Array(records.dropFirst(from - 1).prefix(1)))
            }
        }
    }

    @Test func `a changed, removed or inserted row of the journal is found, and named`() throws {
        var random = Seeded(9)
        let steps = try Self.steps(60, &random)
        func complaint(_ name: String, _ sql: String) throws -> String? {
            _ = try write(steps, name, together: { _ in 7 }, failing: { _ in false })
            let store = try store(name)
            try store.transaction { try $0.execute(sql: sql) }
            do {
                try store.read { try Journal.forEach($0) { _ in } }
                return nil
            } catch let error as StoreError { return error.code == .damaged ? error.message : nil }
        }
        #expect(try complaint("none", "UPDATE journal SET falls = falls") == nil)
        // The last letter of a row's items is content; the row says how many there are.
        let last = "(SELECT max(entry) FROM journal WHERE kind = 'external' AND entry < 40)"
        let spoil = "substr(items, 1, length(items) - 1) || x'07'"
        for (name, sql) in [
            ("content", "UPDATE journal SET items = CAST(\(spoil) AS BLOB) WHERE entry = \(last)"),
            ("time", "UPDATE journal SET now_us = now_us + 1 WHERE entry = \(last)"),
            ("origin", "UPDATE journal SET origin = 'p' WHERE entry = \(last)"),
            ("verdict", "UPDATE journal SET falls = 3 WHERE entry = \(last)"),
            ("removed", "DELETE FROM journal WHERE entry = \(last)"),
            ("hash", "UPDATE journal SET chain = zeroblob(32) WHERE entry = \(last)"),
        ] {
            #expect(try complaint(name, sql)?.contains("journal entries") == true, "\(name)")
        }
    }
}
