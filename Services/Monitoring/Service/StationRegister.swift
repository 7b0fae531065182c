import Foundation
import GRDB
import MessageSchema
import ServiceStore
import SwiftProtobuf
import Vocabulary

/// The SQL of registered stations, in the table `station`: however many they are, none is in memory for long.
enum StationRegister {
    /// Puts the station into the register, or in the place of the one of that id.
    static func keep(_ station: RegisteredStation, _ db: Database) throws {
        try db.cachedStatement(
            sql: """
                INSERT INTO station (id, registered, address, device) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE
                SET registered = excluded.registered, address = excluded.address, device = excluded.device
                """
        ).execute(arguments: [
            station.id, try station.serializedData(), station.sl651.isEmpty ? nil : station.sl651,
            station.mn.isEmpty ? nil : station.mn,
        ])
    }

    /// Takes the station out of the register; its number and its readings stay.
    static func remove(_ station: StationID, _ db: Database) throws {
        try db.execute(
            sql: """
                DELETE FROM heard WHERE station = (SELECT number FROM station WHERE id = :id);
                DELETE FROM silent WHERE station = :id;
                UPDATE station SET registered = NULL, address = NULL, device = NULL WHERE id = :id;
                """,
            arguments: ["id": station.value]
        )
    }

    /// Who has that SL 651 address, which is not its id.
    static func station(address: String, _ db: Database) throws -> StationID? {
        try String.fetchOne(
            db.cachedStatement(sql: "SELECT id FROM station WHERE address = ?"),
            arguments: [address]
        ).map { StationID($0) }
    }

    /// Who has that MN.
    static func station(device: String, _ db: Database) throws -> StationID? {
        try String.fetchOne(
            db.cachedStatement(sql: "SELECT id FROM station WHERE device = ?"),
            arguments: [device]
        ).map { StationID($0) }
    }

    /// Each registered station, in the order of their ids.
    static func forEach(_ db: Database, _ body: (RegisteredStation) throws -> Void) throws {
        let rows = try Data.fetchCursor(
            db,
            sql: "SELECT registered FROM station WHERE registered IS NOT NULL ORDER BY id"
        )
        while let row = try rows.next() { try body(RegisteredStation.decode(row)) }
    }
}
