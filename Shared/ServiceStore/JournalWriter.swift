import Foundation
package import GRDB
package import MessageSchema
import SwiftProtobuf
import Vocabulary

/// Appends to a service's journal: entries alike in kind, origin and time share a row.
///
/// How rows are cut is invisible: entries have numbers, and a hash each that chains it to the one before. What it knows is
/// adopted when the transaction commits; `forget` returns to what the database holds. One owner.
package final class JournalWriter {
    private var state: State
    private var committed: State
    private let recent: RecentInputs
    private var scratch: [UInt8] = []

    private struct State {
        var length: Int64
        var chain: RecordHash
        var run: Run?
        var positions: [String: UInt64] = [:]
    }

    /// Entries that stand in no row yet.
    private struct Run {
        let first: JournalEntry
        let number: Int64
        var items = ItemList()
        var ids: [UInt8] = []
        var keys = Fingerprints()
        var last: JournalEntry

        func takes(_ entry: JournalEntry) -> Bool {
            entry.kind == first.kind && entry.now == first.now && entry.origin == first.origin
                && entry.falls == first.falls && items.bytes.count < StreamWriter.rowBytes
                && (entry.kind != .record || entry.sequence == last.sequence + 1)
        }
    }

    /// Goes on where the journal in `db` ends.
    package init(_ db: Database) throws {
        state = try Self.read(db)
        committed = state
        recent = try RecentInputs(db)
    }

    private static func read(_ db: Database) throws -> State {
        let row = try Row.fetchOne(db, sql: "SELECT last, chain FROM journal ORDER BY entry DESC LIMIT 1")
        guard let row else { return State(length: 0, chain: .none) }
        return State(length: row["last"], chain: try RecordHash(row["chain"] as Data))
    }

    /// How many entries there are, with those of the open transaction.
    package var length: Int64 { state.length }

    /// Appends `entry` and gives its number, from 1.
    package func append(_ entry: JournalEntry, _ db: Database) throws -> Int64 {
        if let run = state.run, !run.takes(entry) { try write(run, db) }
        state.length += 1
        state.chain = entry.chained(after: state.chain, into: &scratch)
        var run = state.run ?? Run(first: entry, number: state.length, last: entry)
        state.run = nil
        run.last = entry
        run.keys.insert(entry.id)
        if entry.kind == .record {
            run.items.append(entry.bytes)
            state.positions[entry.origin] = entry.sequence
        } else {
            var item = JournalItem()
            (item.subject, item.bytes) = (entry.subject, entry.bytes)
            run.items.append(try item.serializedBytes() as [UInt8])
            entry.id.append(to: &run.ids)
        }
        if entry.kind == .external { recent.insert(entry.id) }
        state.run = run
        return state.length
    }

    /// Whether an input from outside of that id is among the last `RecentInputs.limit`.
    package func contains(_ id: RecordID) -> Bool { recent.contains(id) }

    /// The sequence of the last record of `stream` in the journal; 0 before the first.
    package func lastSequence(of stream: StreamName, _ db: Database) throws -> UInt64 {
        if let known = state.positions[stream.rawValue] { return known }
        let last = try Journal.lastSequence(of: stream, db)
        state.positions[stream.rawValue] = last
        return last
    }

    /// Writes what is left, as the transaction's last act.
    package func finish(_ db: Database) throws {
        if let run = state.run { try write(run, db) }
    }

    /// The transaction committed: what it appended is kept.
    package func adopt() {
        committed = state
        recent.adopt()
    }

    /// The transaction failed: nothing of it happened.
    package func forget() {
        state = committed
        recent.forget()
    }

    private func write(_ run: Run, _ db: Database) throws {
        let isRecord = run.first.kind == .record
        try db.cachedStatement(
            sql: """
                INSERT INTO journal (entry, last, kind, origin, now_us, falls, first_sequence, last_sequence, ids, chain, keys,
                    items)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            run.number, run.number + Int64(run.items.count) - 1, run.first.kind.rawValue, run.first.origin,
            run.first.now.microseconds, run.first.falls, isRecord ? Int64(run.first.sequence) : 0,
            isRecord ? Int64(run.last.sequence) : 0, Data(run.ids), state.chain.bytes, run.keys.encoded,
            Data(run.items.bytes),
        ])
        state.run = nil
    }
}
