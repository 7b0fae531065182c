package import Vocabulary

/// What one store gives to one order 发货单: reserved → picked → shipped → arrived → received, or released while reserved.
///
/// A value: acts go in, movements of pieces come out. An act out of turn is refused and changes nothing.
package struct Consignment: Hashable, Sendable {
    package let order: OrderID
    package let store: StoreID
    /// By road from the store to the destination.
    package let travel: Duration
    /// In the order of picking; each lot once.
    package let lines: [Line]
    package private(set) var stage: Stage

    /// Where a consignment is. The raw value stands in the database.
    package enum Stage: String, CaseIterable, Sendable {
        /// Set aside on the shelf 预占.
        case reserved
        /// Taken from the shelf 拣货.
        case picked
        /// On the road 在途.
        case shipped
        /// At the destination, not yet handed over 到达.
        case arrived
        /// Handed over and counted 签收. The end.
        case received
        /// Given back to the shelf, never picked 释放. The end.
        case released
    }

    /// Pieces of one lot.
    package struct Line: Hashable, Sendable {
        package let lot: LotID
        package let item: ItemCode
        package let quantity: UInt64
        /// Last day of use; nil if the goods do not expire.
        package let expiry: Day?

        package init(lot: LotID, item: ItemCode, quantity: UInt64, expiry: Day?) {
            (self.lot, self.item, self.quantity, self.expiry) = (lot, item, quantity, expiry)
        }

        init(_ lot: Lot, quantity: UInt64) {
            self.init(lot: lot.id, item: lot.item, quantity: quantity, expiry: lot.expiry)
        }
    }

    /// Why an act was turned down. The raw value is the stable code.
    package enum Refusal: String, Error, Sendable, CaseIterable {
        case notReserved = "not-reserved"
        case notPicked = "not-picked"
        case notShipped = "not-shipped"
        case notArrived = "not-arrived"
        case alreadyPicked = "already-picked"
        case alreadyShipped = "already-shipped"
        case alreadyReceived = "already-received"
        case lotNotInConsignment = "lot-not-in-consignment"
        case lotCountedTwice = "lot-counted-twice"
        case countExceedsShipped = "count-exceeds-shipped"
        case countReasonMissing = "count-reason-missing"
    }

    /// What became of a reported arrival.
    package enum ArrivalReport: Sendable {
        /// It was on the road: it has arrived.
        case taken
        /// It has not left by the books: the report waits for the shipment.
        case tooEarly
        /// It had arrived, or it will never leave.
        case nothingNew
    }

    package init(order: OrderID, store: StoreID, travel: Duration, lines: [Line], stage: Stage = .reserved) {
        (self.order, self.store, self.travel, self.lines, self.stage) = (order, store, travel, lines, stage)
    }

    /// The movements that set the lots aside.
    package var reservation: [Movement] {
        move("reserved") { (.shelf(store, $0), .reserved(store, $0, order)) }
    }

    /// The store takes the lots from the shelf.
    package mutating func pick() throws(Refusal) -> [Movement] {
        switch stage {
        case .reserved: stage = .picked
        case .picked: throw .alreadyPicked
        case .shipped, .arrived: throw .alreadyShipped
        case .received: throw .alreadyReceived
        case .released: throw .notReserved
        }
        return move("picked") { (.reserved(store, $0, order), .picked(store, $0, order)) }
    }

    /// The lots leave the store.
    package mutating func ship() throws(Refusal) -> [Movement] {
        switch stage {
        case .picked: stage = .shipped
        case .reserved: throw .notPicked
        case .shipped, .arrived: throw .alreadyShipped
        case .received: throw .alreadyReceived
        case .released: throw .notReserved
        }
        return move("shipped") { (.picked(store, $0, order), .transit(order, store, $0)) }
    }

    /// Transport reports the arrival. Never refused: reports may overtake the books.
    package mutating func arrive() -> ArrivalReport {
        switch stage {
        case .shipped:
            stage = .arrived
            return .taken
        case .reserved, .picked: return .tooEarly
        case .arrived, .received, .released: return .nothingNew
        }
    }

    /// The lots go back to the shelf, if they were never picked; nothing moves otherwise.
    package mutating func release() -> [Movement] {
        guard stage == .reserved else { return [] }
        stage = .released
        return move("released") { (.reserved(store, $0, order), .shelf(store, $0)) }
    }

    /// The end of the hand-over; see `Consignment+Receipt.swift`.
    mutating func close() throws(Refusal) {
        switch stage {
        case .arrived: stage = .received
        case .reserved, .picked: throw .notShipped
        case .shipped: throw .notArrived
        case .received: throw .alreadyReceived
        case .released: throw .notReserved
        }
    }

    private func move(_ reason: String, _ accounts: (LotID) -> (from: Account, to: Account)) -> [Movement] {
        lines.map { line in
            let (from, to) = accounts(line.lot)
            return Movement(debit: to, credit: from, lot: line.lot, quantity: line.quantity, reason: reason)
        }
    }
}
