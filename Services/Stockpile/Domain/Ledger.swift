package import Vocabulary

/// Where pieces are, or went 账户, by name: `shelf/<store>/<lot>`.
package struct Account: Identifier {
    package let value: String
    package init(_ value: String) { self.value = value }

    /// The world outside: where every piece came from. The only account that may be negative.
    package static let external: Account = "external"

    /// On the shelf, free.
    package static func shelf(_ store: StoreID, _ lot: LotID) -> Account { Account("shelf/\(store)/\(lot)") }
    /// On the shelf, set aside.
    package static func reserved(_ store: StoreID, _ lot: LotID, _ order: OrderID) -> Account {
        Account("reserved/\(store)/\(lot)/\(order)")
    }
    /// Off the shelf, in the store.
    package static func picked(_ store: StoreID, _ lot: LotID, _ order: OrderID) -> Account {
        Account("picked/\(store)/\(lot)/\(order)")
    }
    /// On the road or at the destination, not handed over.
    package static func transit(_ order: OrderID, _ store: StoreID, _ lot: LotID) -> Account {
        Account("transit/\(order)/\(store)/\(lot)")
    }
    /// Handed over.
    package static func delivered(_ order: OrderID, _ lot: LotID) -> Account { Account("delivered/\(order)/\(lot)") }
    /// Shipped, and not there when counted.
    package static func loss(_ order: OrderID, _ lot: LotID) -> Account { Account("loss/\(order)/\(lot)") }
}

/// Pieces of a lot that go from one account to another 分录: double entry, so that nothing appears or vanishes.
package struct Movement: Hashable, Sendable {
    /// Where the pieces go to: its balance rises.
    package let debit: Account
    /// Where they come from: its balance falls.
    package let credit: Account
    package let lot: LotID
    /// At least 1.
    package let quantity: UInt64
    /// The act as a word (`picked`), or why pieces were lost in the receiver's words.
    package let reason: String

    package init(debit: Account, credit: Account, lot: LotID, quantity: UInt64, reason: String) {
        (self.debit, self.credit, self.lot, self.quantity) = (debit, credit, lot, quantity)
        self.reason = reason
    }

    /// The movement by which a lot of the catalogue enters the books.
    package static func opening(_ lot: Lot) -> Movement {
        Movement(
            debit: .shelf(lot.store, lot.id),
            credit: .external,
            lot: lot.id,
            quantity: lot.quantity,
            reason: "opening"
        )
    }
}

/// Books that do not add up: our own mistake, never an input's. The service stops before it commits.
package struct LedgerError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Stable and hyphenated.
    package enum Code: String, Sendable {
        /// A movement of nothing.
        case empty = "ledger-empty-movement"
        /// A balance beyond what 64 bits hold.
        case overflow = "ledger-overflow"
        /// An account other than `external` below zero.
        case overdrawn = "ledger-overdrawn"
        /// The accounts of a lot do not sum to zero.
        case unbalanced = "ledger-unbalanced"
    }

    package let code: Code
    package let lot: LotID
    /// Nil where the lot as a whole is at fault.
    package let account: Account?

    package var description: String { "\(code.rawValue): lot \(lot)" + (account.map { ", account \($0)" } ?? "") }
}

/// The accounts of some lots, all the accounts of each.
package struct Ledger: Hashable, Sendable {
    /// In the order of lot, then account.
    package private(set) var balances: [Balance]

    /// Pieces of one lot on one account: debits less credits.
    package struct Balance: Hashable, Sendable {
        package let lot: LotID
        package let account: Account
        package fileprivate(set) var amount: Int64

        package init(lot: LotID, account: Account, amount: Int64) {
            (self.lot, self.account, self.amount) = (lot, account, amount)
        }
    }

    package init(_ balances: [Balance] = []) {
        self.balances = balances.sorted { ($0.lot, $0.account) < ($1.lot, $1.account) }
    }

    /// Books `movements` in order, then checks the whole: every lot sums to zero, no account but `external` is negative.
    package mutating func book(_ movements: [Movement]) throws(LedgerError) {
        for movement in movements {
            guard movement.quantity > 0 else {
                throw LedgerError(code: .empty, lot: movement.lot, account: movement.debit)
            }
            guard let amount = Int64(exactly: movement.quantity) else {
                throw LedgerError(code: .overflow, lot: movement.lot, account: movement.debit)
            }
            try add(amount, to: movement.debit, movement.lot)
            try add(-amount, to: movement.credit, movement.lot)
        }
        try check()
    }

    private mutating func add(_ amount: Int64, to account: Account, _ lot: LotID) throws(LedgerError) {
        guard let index = balances.firstIndex(where: { ($0.lot, $0.account) >= (lot, account) }) else {
            balances.append(Balance(lot: lot, account: account, amount: amount))
            return
        }
        guard (balances[index].lot, balances[index].account) == (lot, account) else {
            balances.insert(Balance(lot: lot, account: account, amount: amount), at: index)
            return
        }
        let (sum, overflow) = balances[index].amount.addingReportingOverflow(amount)
        guard !overflow else { throw LedgerError(code: .overflow, lot: lot, account: account) }
        balances[index].amount = sum
    }

    /// Errors: `overdrawn`, `unbalanced`, `overflow`.
    package func check() throws(LedgerError) {
        var total: Int64 = 0
        for (index, balance) in balances.enumerated() {
            guard balance.amount >= 0 || balance.account == .external else {
                throw LedgerError(code: .overdrawn, lot: balance.lot, account: balance.account)
            }
            let (sum, overflow) = total.addingReportingOverflow(balance.amount)
            guard !overflow else { throw LedgerError(code: .overflow, lot: balance.lot, account: balance.account) }
            total = sum
            let isLast = index + 1 == balances.count || balances[index + 1].lot != balance.lot
            guard !isLast || total == 0 else { throw LedgerError(code: .unbalanced, lot: balance.lot, account: nil) }
        }
    }
}
