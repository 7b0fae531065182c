import Foundation
package import GRDB
package import MessageSchema

/// Appends to a service's journal: entries alike in kind, origin and time share a row.
///
/// How rows are cut is invisible: entries have numbers, and a hash each that chains it to the one before. What it knows is
/// adopted when the transaction commits; `forget` returns to what the database holds. One owner.
package final class JournalWriter {
    private var tail: Tail
    private var committed: End
    private let recent: RecentInputs

    /// Where the journal ends, and how far it came in each stream.
    private struct End {
        var length: Int64
        var chain: RecordHash
        var positions: [String: UInt64] = [:]
    }

    /// The end with what stands in no row yet.
    private struct Tail {
        var end: End
        var run = JournalRun()
        var scratch: [UInt8] = []

        mutating func append(_ entry: JournalEntry, _ db: Database) throws -> Int64 {
            if !run.takes(entry) { try write(db) }
            end.length += 1
            end.chain = entry.chained(after: end.chain, into: &scratch)
            try run.append(entry, number: end.length)
            return end.length
        }

        mutating func write(_ db: Database) throws {
            try run.write(chain: end.chain, db)
            if let position = run.position { end.positions[position.stream] = position.sequence }
            run.removeAll()
        }
    }

    /// Goes on where the journal in `db` ends.
    package init(_ db: Database) throws {
        let row = try Row.fetchOne(db, sql: "SELECT last, chain FROM journal ORDER BY entry DESC LIMIT 1")
        committed =
            try row.map { End(length: $0["last"], chain: try RecordHash($0["chain"] as Data)) }
            ?? End(length: 0, chain: .none)
        tail = Tail(end: committed)
        recent = try RecentInputs(db)
    }

    /// How many entries there are, with those of the open transaction.
    package var length: Int64 { tail.end.length }

    /// Appends `entry` and gives its number, from 1.
    package func append(_ entry: JournalEntry, _ db: Database) throws -> Int64 {
        if entry.kind == .external { recent.insert(entry.id) }
        return try tail.append(entry, db)
    }

    /// Whether an input from outside of that id is among the last `RecentInputs.limit`.
    package func contains(_ id: RecordID) -> Bool { recent.contains(id) }

    /// How far `stream` is read: the sequence of its last record in the journal, 0 before the first.
    package func lastSequence(of stream: StreamName, _ db: Database) throws -> UInt64 {
        if let position = tail.run.position, position.stream == stream.rawValue { return position.sequence }
        if let known = tail.end.positions[stream.rawValue] { return known }
        let last = try Journal.lastSequence(of: stream, db)
        tail.end.positions[stream.rawValue] = last
        return last
    }

    /// Writes what is left, as the transaction's last act.
    package func finish(_ db: Database) throws { try tail.write(db) }

    /// The transaction committed: what it appended is kept.
    package func adopt() {
        committed = tail.end
        recent.adopt()
    }

    /// The transaction failed: nothing of it happened.
    package func forget() {
        tail.end = committed
        tail.run.removeAll()
        recent.forget()
    }
}
