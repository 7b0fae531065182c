import GRDB
import MessageSchema
import ServiceStore
import StockpileDomain
import Vocabulary

/// The stockpile's tables, and the SQL of its orders. That of the ledger stands in `StockpileRepository+Ledger.swift`.
enum StockpileRepository {
    static let migrations = [
        Migration(
            "stockpile-1",
            """
            CREATE TABLE supply_order (id TEXT PRIMARY KEY, incident TEXT NOT NULL, destination TEXT NOT NULL) WITHOUT ROWID;
            CREATE INDEX supply_order_incident ON supply_order (incident, id);
            CREATE TABLE consignment (order_id TEXT NOT NULL REFERENCES supply_order, store TEXT NOT NULL,
                travel_seconds INTEGER NOT NULL, stage TEXT NOT NULL, PRIMARY KEY (order_id, store)) WITHOUT ROWID;
            CREATE TABLE consignment_line (order_id TEXT NOT NULL, store TEXT NOT NULL, position INTEGER NOT NULL,
                lot TEXT NOT NULL, item TEXT NOT NULL, quantity INTEGER NOT NULL CHECK (quantity > 0), expiry TEXT,
                PRIMARY KEY (order_id, store, position), UNIQUE (order_id, store, lot),
                FOREIGN KEY (order_id, store) REFERENCES consignment) WITHOUT ROWID;
            CREATE INDEX consignment_line_lot ON consignment_line (lot);
            CREATE TABLE early_arrival (order_id TEXT NOT NULL, store TEXT NOT NULL, PRIMARY KEY (order_id, store))
                WITHOUT ROWID;
            CREATE TABLE opened_lot (lot TEXT PRIMARY KEY) WITHOUT ROWID;
            CREATE TABLE movement (number INTEGER PRIMARY KEY, cause BLOB NOT NULL, now_us INTEGER NOT NULL,
                debit TEXT NOT NULL, credit TEXT NOT NULL, lot TEXT NOT NULL,
                quantity INTEGER NOT NULL CHECK (quantity > 0), reason TEXT NOT NULL, CHECK (debit <> credit));
            CREATE TABLE balance (lot TEXT NOT NULL, account TEXT NOT NULL,
                amount INTEGER NOT NULL CHECK (amount >= 0 OR account = 'external'), PRIMARY KEY (lot, account))
                WITHOUT ROWID;
            """
        )
    ]

    // MARK: orders

    static func insert(_ order: SupplyOrder, _ db: Database) throws {
        try db.cachedStatement(sql: "INSERT INTO supply_order (id, incident, destination) VALUES (?, ?, ?)")
            .execute(arguments: [order.id.value, order.incident.value, order.destination])
        for consignment in order.consignments { try insert(consignment, db) }
    }

    private static func insert(_ consignment: Consignment, _ db: Database) throws {
        let (order, store) = (consignment.order.value, consignment.store.value)
        try db.cachedStatement(
            sql: "INSERT INTO consignment (order_id, store, travel_seconds, stage) VALUES (?, ?, ?, ?)"
        ).execute(arguments: [order, store, consignment.travel.inSeconds, consignment.stage.rawValue])
        for (position, line) in consignment.lines.enumerated() {
            try db.cachedStatement(
                sql: """
                    INSERT INTO consignment_line (order_id, store, position, lot, item, quantity, expiry)
                    VALUES (?, ?, ?, ?, ?, ?, ?)
                    """
            ).execute(arguments: [
                order, store, position, line.lot.value, line.item.value, line.quantity, line.expiry?.description,
            ])
        }
    }

    /// Keeps how far a consignment has come.
    static func update(_ consignment: Consignment, _ db: Database) throws {
        try db.cachedStatement(sql: "UPDATE consignment SET stage = ? WHERE order_id = ? AND store = ?")
            .execute(arguments: [consignment.stage.rawValue, consignment.order.value, consignment.store.value])
    }

    static func order(_ id: OrderID, _ db: Database) throws -> SupplyOrder? {
        let row = try Row.fetchOne(
            db.cachedStatement(sql: "SELECT incident, destination FROM supply_order WHERE id = ?"),
            arguments: [id.value]
        )
        guard let row else { return nil }
        return SupplyOrder(
            id,
            incident: IncidentID(row["incident"]),
            destination: row["destination"],
            consignments: try consignments(of: id, db)
        )
    }

    /// The orders of an incident, by id.
    static func orders(of incident: IncidentID, _ db: Database) throws -> [SupplyOrder] {
        try String.fetchAll(
            db,
            sql: "SELECT id FROM supply_order WHERE incident = ? ORDER BY id",
            arguments: [incident.value]
        ).compactMap { try order(OrderID($0), db) }
    }

    private static func consignments(of order: OrderID, _ db: Database) throws -> [Consignment] {
        try Row.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT store, travel_seconds, stage FROM consignment WHERE order_id = ? ORDER BY travel_seconds, store
                    """
            ),
            arguments: [order.value]
        ).map { row in
            guard let stage = Consignment.Stage(rawValue: row["stage"]) else {
                throw damaged("consignment", order.value)
            }
            let store = StoreID(row["store"])
            return Consignment(
                order: order,
                store: store,
                travel: .seconds(row["travel_seconds"] as Int64),
                lines: try lines(of: order, from: store, db),
                stage: stage
            )
        }
    }

    private static func lines(of order: OrderID, from store: StoreID, _ db: Database) throws -> [Consignment.Line] {
        try Row.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT lot, item, quantity, expiry FROM consignment_line WHERE order_id = ? AND store = ?
                    ORDER BY position
                    """
            ),
            arguments: [order.value, store.value]
        ).map { row in
            let expiry: String? = row["expiry"]
            let day = expiry.flatMap { Day($0) }
            guard (day == nil) == (expiry == nil) else { throw damaged("consignment_line", order.value) }
            return Consignment.Line(
                lot: LotID(row["lot"]),
                item: ItemCode(row["item"]),
                quantity: try pieces(row["quantity"], "consignment_line"),
                expiry: day
            )
        }
    }

    // MARK: arrivals reported before the shipment

    static func keepEarlyArrival(_ order: OrderID, _ store: StoreID, _ db: Database) throws {
        try db.cachedStatement(sql: "INSERT OR IGNORE INTO early_arrival (order_id, store) VALUES (?, ?)")
            .execute(arguments: [order.value, store.value])
    }

    /// Takes the early report out, whether there was one.
    static func takeEarlyArrival(_ order: OrderID, _ store: StoreID, _ db: Database) throws -> Bool {
        try db.cachedStatement(sql: "DELETE FROM early_arrival WHERE order_id = ? AND store = ?")
            .execute(arguments: [order.value, store.value])
        return db.changesCount > 0
    }

    // MARK: reading back

    static func pieces(_ stored: Int64, _ table: String) throws -> UInt64 {
        guard let pieces = UInt64(exactly: stored) else { throw damaged(table, "\(stored)") }
        return pieces
    }

    static func damaged(_ table: String, _ what: String) -> StoreError {
        StoreError(.damaged, "table \(table) holds '\(what.prefix(128))'; restore a backup")
    }
}
