import GRDB
import MessageSchema
import StockpileDomain
import Vocabulary

extension StockpileRepository {
    // MARK: booking

    /// Books `movements` in order and checks the lots that they touch, all their accounts.
    ///
    /// What is not touched was checked when it was; so the books as a whole add up after every transaction. Errors: `LedgerError`,
    /// which is no complaint about an input: the transaction is undone and the service stops.
    static func book(_ movements: [Movement], cause: RecordID, at now: Instant, _ db: Database) throws {
        var ledger = Ledger(try balances(of: Set(movements.map(\.lot)).sorted(), db))
        let before = Set(ledger.balances)
        try ledger.book(movements)
        for movement in movements { try append(movement, cause, now, db) }
        for balance in ledger.balances where !before.contains(balance) { try keep(balance, db) }
    }

    private static func balances(of lots: [LotID], _ db: Database) throws -> [Ledger.Balance] {
        try lots.flatMap { lot in
            try Row.fetchAll(
                db.cachedStatement(sql: "SELECT account, amount FROM balance WHERE lot = ? ORDER BY account"),
                arguments: [lot.value]
            ).map { Ledger.Balance(lot: lot, account: Account($0["account"]), amount: $0["amount"]) }
        }
    }

    private static func append(_ movement: Movement, _ cause: RecordID, _ now: Instant, _ db: Database) throws {
        try db.cachedStatement(
            sql: """
                INSERT INTO movement (cause, now_us, debit, credit, lot, quantity, reason) VALUES (?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            cause.bytes, now.microseconds, movement.debit.value, movement.credit.value, movement.lot.value,
            movement.quantity, movement.reason,
        ])
    }

    private static func keep(_ balance: Ledger.Balance, _ db: Database) throws {
        try db.cachedStatement(sql: "INSERT OR REPLACE INTO balance (lot, account, amount) VALUES (?, ?, ?)")
            .execute(arguments: [balance.lot.value, balance.account.value, balance.amount])
    }

    // MARK: lots

    /// Those of `lots` that have not entered the books; they are marked as entered.
    static func open(_ lots: [Lot], _ db: Database) throws -> [Lot] {
        try lots.filter { lot in
            try db.cachedStatement(sql: "INSERT OR IGNORE INTO opened_lot (lot) VALUES (?)")
                .execute(arguments: [lot.id.value])
            return db.changesCount > 0
        }
    }

    /// How `lots` stand: what is free, and which orders hold the rest of what is still in the store.
    static func stocks(_ lots: [Lot], _ db: Database) throws -> [LotStock] {
        try lots.map { lot in
            let free = try Int64.fetchOne(
                db.cachedStatement(sql: "SELECT amount FROM balance WHERE lot = ? AND account = ?"),
                arguments: [lot.id.value, Account.shelf(lot.store, lot.id).value]
            )
            return LotStock(lot, free: try pieces(free ?? 0, "balance"), holds: try holds(lot.id, db))
        }
    }

    private static func holds(_ lot: LotID, _ db: Database) throws -> [LotStock.Hold] {
        try Row.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT order_id, quantity FROM consignment_line JOIN consignment USING (order_id, store)
                    WHERE lot = ? AND stage IN (?, ?) ORDER BY order_id
                    """
            ),
            arguments: [lot.value, Consignment.Stage.reserved.rawValue, Consignment.Stage.picked.rawValue]
        ).map { row in
            LotStock.Hold(order: OrderID(row["order_id"]), quantity: try pieces(row["quantity"], "consignment_line"))
        }
    }
}
