package import GRDB
package import MessageSchema
package import Vocabulary

/// A service that reads a stream: what it has not read is kept for it.
package struct RegisteredSubscriber: Hashable, Sendable {
    package let service: ServiceName
    /// The next sequence that it will handle.
    package let next: UInt64
    /// When it last said so.
    package let seen: Instant

    package init(service: ServiceName, next: UInt64, seen: Instant) {
        (self.service, self.next, self.seen) = (service, next, seen)
    }
}

/// SQL of the list of subscribers. One stands on it from its first word until a person takes it off.
package enum Subscribers {
    /// Keeps how far a subscriber of `stream` has come.
    package static func keep(_ subscriber: RegisteredSubscriber, of stream: StreamName, _ db: Database) throws {
        try db.cachedStatement(
            sql: "INSERT OR REPLACE INTO subscriber (stream, service, next, seen_us) VALUES (?, ?, ?, ?)"
        ).execute(arguments: [
            stream.rawValue, subscriber.service.rawValue, Int64(clamping: subscriber.next),
            subscriber.seen.microseconds,
        ])
    }

    /// Those of `stream`, in name order.
    package static func all(of stream: StreamName, _ db: Database) throws -> [RegisteredSubscriber] {
        try Row.fetchAll(
            db.cachedStatement(
                sql: "SELECT service, next, seen_us FROM subscriber WHERE stream = ? ORDER BY service"
            ),
            arguments: [stream.rawValue]
        ).compactMap { row in
            ServiceName(rawValue: row["service"]).map {
                RegisteredSubscriber(
                    service: $0,
                    next: UInt64(clamping: row["next"] as Int64),
                    seen: Instant(microseconds: row["seen_us"])
                )
            }
        }
    }

    /// Takes `service` off the list of `stream`.
    package static func forget(_ service: ServiceName, of stream: StreamName, _ db: Database) throws {
        try db.execute(
            sql: "DELETE FROM subscriber WHERE stream = ? AND service = ?",
            arguments: [stream.rawValue, service.rawValue]
        )
    }
}
