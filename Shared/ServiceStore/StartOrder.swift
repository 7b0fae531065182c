import Foundation
package import GRDB
package import MessageSchema
import SwiftProtobuf

/// What an operator decided while a service was down: it becomes an input of its journal at the next start.
///
/// A restored database begins a new epoch; a subscriber goes back to where its history and a restored publisher's part.
package enum StartOrder: Hashable, Sendable {
    /// The service's own streams go on in that epoch.
    case epoch(String)
    /// The stream is read on after that head.
    case reset(StreamHead)

    /// Orders of the kinds that the journal knows, in the order in which they were given.
    package static func all(_ db: Database) throws -> [StartOrder] {
        try Row.fetchAll(db, sql: "SELECT kind, bytes FROM start_order ORDER BY number").map { row in
            let (kind, bytes): (String, Data) = (row["kind"], row["bytes"])
            switch InputKind(rawValue: kind) {
            case .epoch: return .epoch(String(decoding: bytes, as: UTF8.self))
            case .reset: return .reset(try StreamHead(serializedBytes: bytes))
            default: throw StoreError(.damaged, "an order for the start of kind '\(kind)'; restore a backup")
            }
        }
    }

    /// Gives an order. The table is made where an older program wrote the database.
    func give(_ db: Database) throws {
        try db.execute(sql: Self.table)
        let (kind, bytes): (InputKind, Data) =
            switch self {
            case .epoch(let epoch): (.epoch, Data(epoch.utf8))
            case .reset(let head): (.reset, try head.serializedData())
            }
        try db.execute(sql: "INSERT INTO start_order (kind, bytes) VALUES (?, ?)", arguments: [kind.rawValue, bytes])
    }

    /// Takes all orders away: they are journaled.
    package static func clear(_ db: Database) throws { try db.execute(sql: "DELETE FROM start_order") }

    static let table = """
        CREATE TABLE IF NOT EXISTS start_order (number INTEGER PRIMARY KEY, kind TEXT NOT NULL, bytes BLOB NOT NULL)
        """
}
