import Foundation
import GRDB
import MessageSchema
import SwiftProtobuf
import Vocabulary

/// Entries of the journal, alike in kind, origin and time, that stand in no row yet.
struct JournalRun {
    private var first: JournalEntry?
    private var number: Int64 = 0
    private var lastSequence: UInt64 = 0
    private var items = ItemList()
    private var ids: [UInt8] = []
    private var keys = Fingerprints()

    /// The stream and how far it is read after the last entry; nil where the entries say nothing of it.
    var position: (stream: String, sequence: UInt64)? {
        first.flatMap { $0.isPosition ? ($0.origin, lastSequence) : nil }
    }

    /// Whether `entry` may stand in the same row.
    func takes(_ entry: JournalEntry) -> Bool {
        guard let first else { return true }
        return entry.now == first.now && entry.kind == first.kind && entry.falls == first.falls
            && entry.origin == first.origin && items.bytes.count < StreamWriter.rowBytes
            && (entry.kind != .record || entry.sequence == lastSequence + 1)
    }

    mutating func append(_ entry: JournalEntry, number: Int64) throws {
        if first == nil { (first, self.number) = (entry, number) }
        lastSequence = entry.sequence
        keys.insert(entry.id, entry.correlation, entry.cause)
        if entry.kind.isRecord {
            items.append(entry.bytes)
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
        let sequences = first.isPosition ? (Int64(clamping: first.sequence), Int64(clamping: lastSequence)) : nil
        try db.cachedStatement(
            sql: """
                INSERT INTO journal (entry, last, kind, origin, now_us, falls, first_sequence, last_sequence, chain, ids, keys,
                    items)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            number, number + Int64(items.count) - 1, first.kind.rawValue, first.origin, first.now.microseconds,
            first.falls, sequences?.0, sequences?.1, chain.bytes, Data(ids),
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
