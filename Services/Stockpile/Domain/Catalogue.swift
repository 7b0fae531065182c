package import Vocabulary

/// Goods of one kind and one expiry in one store 批次, as the catalogue opens them.
package struct Lot: Hashable, Sendable {
    /// The most pieces that a lot may have: the sums over a catalogue stay far below 2^63.
    package static let largest: UInt64 = 1_000_000_000

    package let id: LotID
    package let store: StoreID
    package let item: ItemCode
    /// Pieces when the lot is first seen; what is left stands in the ledger.
    package let quantity: UInt64
    /// Last day of use; nil if the goods do not expire.
    package let expiry: Day?

    /// Nil unless `quantity` is 1 … `largest`.
    package init?(_ id: LotID, store: StoreID, item: ItemCode, quantity: UInt64, expiry: Day?) {
        guard (1...Self.largest).contains(quantity) else { return nil }
        (self.id, self.store, self.item, self.quantity, self.expiry) = (id, store, item, quantity, expiry)
    }

    /// Whether the goods may be used on `day`: through the day of expiry, that day included.
    package func isUsable(on day: Day) -> Bool { expiry.map { day <= $0 } ?? true }

    /// First expired, first out 先到期先出: earliest expiry, none last, then id.
    static func goesBefore(_ one: Lot, _ other: Lot) -> Bool {
        switch (one.expiry, other.expiry) {
        case (let first?, let second?) where first != second: first < second
        case (_?, nil): true
        case (nil, _?): false
        case (_?, _?), (nil, nil): one.id < other.id
        }
    }
}

/// How far a store lies from a place.
package struct Reach: Hashable, Sendable {
    package let store: StoreID
    /// By road; nil where no route is listed.
    package let travel: Duration?

    package init(store: StoreID, travel: Duration?) { (self.store, self.travel) = (store, travel) }
}

/// The stores, the roads from them and the lots that were put into them.
package struct Catalogue: Hashable, Sendable {
    package let stores: [StoreID]
    package let routes: [Route]
    package let lots: [Lot]

    /// The time by road from a store to a place.
    package struct Route: Hashable, Sendable {
        package let store: StoreID
        package let destination: String
        package let travel: Duration

        package init(from store: StoreID, to destination: String, travel: Duration) {
            (self.store, self.destination, self.travel) = (store, destination, travel)
        }
    }

    package init(stores: [StoreID], routes: [Route], lots: [Lot]) {
        (self.stores, self.routes, self.lots) = (stores, routes, lots)
    }

    /// Every store in the order in which it is asked: by travel time then id, those without a route last by id.
    package func reaches(towards destination: String) -> [Reach] {
        let reaches = stores.map { store in
            Reach(
                store: store,
                travel: routes.first { $0.store == store && $0.destination == destination }?.travel
            )
        }
        return reaches.sorted { one, other in
            switch (one.travel, other.travel) {
            case (let first?, let second?) where first != second: first < second
            case (_?, nil): true
            case (nil, _?): false
            case (_?, _?), (nil, nil): one.store < other.store
            }
        }
    }
}
