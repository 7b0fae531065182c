import Foundation
package import GRDB
package import MessageSchema

/// SQL of what is known of a fall: whether the last run ended in order, and on which inputs the service fell.
package enum Attempts {
    /// Marks that a run began. True if the one before it left its mark: it did not end in order.
    package static func begin(_ db: Database) throws -> Bool {
        try db.execute(sql: "INSERT OR IGNORE INTO running (one) VALUES (1)")
        return db.changesCount == 0
    }

    /// Marks that the run ended in order; whatever felled the service before has had its chance.
    package static func end(_ db: Database) throws {
        try db.execute(sql: "DELETE FROM running")
        try db.execute(sql: "DELETE FROM attempt")
    }

    /// How often handling of each input began and never ended.
    package static func all(_ db: Database) throws -> [RecordID: Int] {
        var attempts: [RecordID: Int] = [:]
        let rows = try Row.fetchCursor(db, sql: "SELECT input, attempts FROM attempt")
        while let row = try rows.next() { attempts[try RecordID(row["input"] as Data)] = row["attempts"] }
        return attempts
    }

    /// Keeps that handling of `input` has begun `count` times and not ended; forgets the input where that is 0.
    package static func keep(_ count: Int, of input: RecordID, _ db: Database) throws {
        guard count > 0 else {
            return try db.cachedStatement(sql: "DELETE FROM attempt WHERE input = ?").execute(arguments: [input.bytes])
        }
        try db.cachedStatement(sql: "INSERT OR REPLACE INTO attempt (input, attempts) VALUES (?, ?)")
            .execute(arguments: [input.bytes, count])
    }

    /// Whether `error` says that the disk, the file or the memory failed, and so nothing of the input that was being handled.
    package static func isStorage(_ error: any Error) -> Bool {
        guard let error = error as? DatabaseError else { return error is StoreError }
        let sayAboutInput: [ResultCode] = [
            .SQLITE_ERROR, .SQLITE_CONSTRAINT, .SQLITE_MISMATCH, .SQLITE_RANGE, .SQLITE_TOOBIG, .SQLITE_MISUSE,
        ]
        return !sayAboutInput.contains(error.resultCode)
    }
}
