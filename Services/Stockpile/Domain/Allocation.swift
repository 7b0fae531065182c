package import Vocabulary

/// A lot as it stands when an order comes in.
package struct LotStock: Hashable, Sendable {
    package let lot: Lot
    /// Pieces on the shelf that no order holds.
    package let free: UInt64
    /// Orders that hold pieces still in the store, each once, by order id.
    package let holds: [Hold]

    /// Pieces set aside for, or picked for, one order.
    package struct Hold: Hashable, Sendable {
        package let order: OrderID
        package let quantity: UInt64

        package init(order: OrderID, quantity: UInt64) { (self.order, self.quantity) = (order, quantity) }
    }

    package init(_ lot: Lot, free: UInt64, holds: [Hold] = []) {
        (self.lot, self.free, self.holds) = (lot, free, holds)
    }

    var held: UInt64 { holds.reduce(0) { $0 + $1.quantity } }
    var pieces: UInt64 { free + held }
}

/// Which lots serve an order 分配方案, and what is missing and why.
///
/// Stores are asked in the order of `reaches`; within a store the lot that expires first gives first. A lot may go if its
/// last day of use is not over, in Beijing, when the goods arrive: now and the time by road. Deterministic; touches nothing.
package struct Allocation: Hashable, Sendable {
    /// One for each store that gives anything, nearest first.
    package let consignments: [Consignment]
    /// One for each kind of which too little was found, in the order of the demand.
    package let shortages: [Shortage]

    /// What is missing of one kind 缺口.
    package struct Shortage: Hashable, Sendable {
        package let item: ItemCode
        package let wanted: UInt64
        package let reserved: UInt64
        /// At least one for each store, nearest first; a store with several reasons has them side by side.
        package let reasons: [StoreReason]
    }

    /// Why a store gives no more of a kind.
    package struct StoreReason: Hashable, Sendable {
        package let store: StoreID
        package let reason: Reason
        /// Pieces that the reason keeps back; 0 where it keeps none.
        package let quantity: UInt64
        /// The orders that hold them, by id, for `reserved`.
        package let heldBy: [OrderID]

        package init(_ store: StoreID, _ reason: Reason, quantity: UInt64 = 0, heldBy: [OrderID] = []) {
            (self.store, self.reason, self.quantity, self.heldBy) = (store, reason, quantity, heldBy)
        }
    }

    /// In the order in which a store's reasons are listed.
    package enum Reason: Sendable {
        /// No piece of that kind is in the store.
        case notStocked
        /// No route to the destination is listed.
        case noRoute
        /// Other orders hold pieces that could be used.
        case reserved
        /// Pieces would be past their last day on arrival.
        case expired
        /// Everything usable went into this order; it was not enough.
        case exhausted
    }

    /// Serves `demand` from `stocks`. Each lot stands at most once in `stocks`.
    package init(of order: OrderID, _ demand: Demand, from reaches: [Reach], _ stocks: [LotStock], at now: Instant) {
        var given: [[Consignment.Line]] = reaches.map { _ in [] }
        var shortages: [Shortage] = []
        for want in demand.lines {
            var missing = want.quantity
            var reasons: [StoreReason] = []
            for (index, reach) in reaches.enumerated() {
                let shelf = Shelf(reach, want.item, stocks, at: now)
                let lines = shelf.give(missing)
                missing -= lines.reduce(0) { $0 + $1.quantity }
                given[index] += lines
                reasons += shelf.reasons(gave: !lines.isEmpty)
            }
            guard missing > 0 else { continue }
            let shortage = Shortage(
                item: want.item,
                wanted: want.quantity,
                reserved: want.quantity - missing,
                reasons: reasons
            )
            shortages.append(shortage)
        }
        consignments = zip(reaches, given).compactMap { reach, lines in
            guard let travel = reach.travel, !lines.isEmpty else { return nil }
            return Consignment(order: order, store: reach.store, travel: travel, lines: lines)
        }
        self.shortages = shortages
    }
}

/// The lots of one kind in one store, as one order sees them.
private struct Shelf {
    let store: StoreID
    let isReached: Bool
    /// The lot that expires first stands first.
    let usable: [LotStock]
    let unusable: [LotStock]

    init(_ reach: Reach, _ item: ItemCode, _ stocks: [LotStock], at now: Instant) {
        let here = stocks.filter { $0.lot.store == reach.store && $0.lot.item == item && $0.pieces > 0 }
        store = reach.store
        isReached = reach.travel != nil
        let arrival = reach.travel.map { Day(of: now + $0) }
        let isUsable = { (stock: LotStock) in arrival.map(stock.lot.isUsable(on:)) ?? false }
        usable = here.filter(isUsable).sorted { Lot.goesBefore($0.lot, $1.lot) }
        unusable = here.filter { !isUsable($0) }
    }

    /// As much of `missing` as the usable lots have.
    func give(_ missing: UInt64) -> [Consignment.Line] {
        var left = missing
        return usable.compactMap { stock in
            let taken = min(left, stock.free)
            guard taken > 0 else { return nil }
            left -= taken
            return Consignment.Line(stock.lot, quantity: taken)
        }
    }

    /// Why no more came, given that more was wanted.
    func reasons(gave: Bool) -> [Allocation.StoreReason] {
        let kept = unusable.reduce(0) { $0 + $1.pieces }
        guard !usable.isEmpty || kept > 0 else { return [Allocation.StoreReason(store, .notStocked)] }
        guard isReached else { return [Allocation.StoreReason(store, .noRoute, quantity: kept)] }
        var reasons: [Allocation.StoreReason] = []
        let holds = usable.flatMap(\.holds)
        if !holds.isEmpty {
            let held = holds.reduce(0) { $0 + $1.quantity }
            let orders = holds.map(\.order).sorted().distinct
            reasons.append(Allocation.StoreReason(store, .reserved, quantity: held, heldBy: orders))
        }
        if kept > 0 { reasons.append(Allocation.StoreReason(store, .expired, quantity: kept)) }
        if gave { reasons.append(Allocation.StoreReason(store, .exhausted)) }
        return reasons
    }
}

extension [OrderID] {
    /// Each once; of a sorted list.
    fileprivate var distinct: [OrderID] {
        reduce(into: []) { kept, order in if kept.last != order { kept.append(order) } }
    }
}
