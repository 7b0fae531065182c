import GRDB
import MessageSchema
import ServiceStore

/// What one transaction counts and how far it comes in the streams that it reads.
struct Tally {
    private var counts: [String: Int] = [:]
    var cursors: [StreamName: StreamCursor] = [:]

    mutating func count(_ name: String) { counts[name, default: 0] += 1 }

    func write(_ db: Database) throws {
        for (name, value) in counts { try Ledgers.add(value, to: name, db) }
        for (stream, cursor) in cursors { try Cursors.save(cursor, stream, db) }
    }
}
