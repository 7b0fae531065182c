import Foundation
import GRDB
import MessageSchema
import SwiftProtobuf
import Vocabulary

/// Entries of the journal, alike in kind, origin and time, that stand in no row yet.
struct JournalRun {
    private var first: JournalEntry?
    private var number: Int64 = 0
    /// Of the last record; 0 where there is none.
    private(set) var lastSequence: UInt64 = 0
    private var items = ItemList()
    private var ids: [UInt8] = []
    private var keys = Fingerprints()

    /// The stream, channel or timer of the entries; nil where there are none.
    var origin: String? { first?.origin }

    /// Whether `entry` may stand in the same row.
    func takes(_ entry: JournalEntry) -> Bool {
        guard let first else { return true }
        return entry.now == first.now && entry.kind == first.kind && entry.falls == first.falls
            && entry.origin == first.origin && items.bytes.count < StreamWriter.rowBytes
            && (entry.kind != .record || entry.sequence == lastSequence + 1)
    }

    mutating func append(_ entry: JournalEntry, number: Int64) throws {
        if first == nil { (first, self.number) = (entry, number) }
        keys.insert(entry.id, entry.correlation, entry.cause)
        if entry.kind == .record {
            items.append(entry.bytes)
            lastSequence = entry.sequence
        } else {
            var item = JournalItem()
            (item.subject, item.bytes) = (entry.subject, entry.bytes)
            items.append(try item.serializedBytes() as [UInt8])
            entry.id.append(to: &ids)
        }
    }

    /// Writes the row, if there is anything to write; `chain` is the journal's after its last entry.
    func write(chain: RecordHash, _ db: Database) throws {
        guard let first else { return }
        try db.cachedStatement(
            sql: """
                INSERT INTO journal (entry, last, kind, origin, now_us, falls, first_sequence, last_sequence, chain, ids, keys,
                    items)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            number, number + Int64(items.count) - 1, first.kind.rawValue, first.origin, first.now.microseconds,
            first.falls, Int64(clamping: first.sequence), Int64(clamping: lastSequence), chain.bytes, Data(ids),
            Data(keys.encoded), Data(items.bytes),
        ])
    }

    /// Takes away all and keeps the memory.
    mutating func removeAll() {
        (first, lastSequence) = (nil, 0)
        items.removeAll()
        ids.removeAll(keepingCapacity: true)
        keys.removeAll()
    }
}
