import ServiceKit
import StockpileDomain
import Vocabulary

/// A post 岗位 that may give commands to the stockpile.
enum Post: String, CaseIterable {
    /// Picks and ships, and may receive 保管员.
    case storekeeper
    /// Counts and signs at the destination 接收人.
    case receiver
}

extension YAMLValue {
    /// Who holds which posts.
    func posts() throws(ConfigurationError) -> [PersonID: [Post]] {
        var posts: [PersonID: [Post]] = [:]
        for entry in try list() {
            try entry.allow(["person", "roles"])
            let person = PersonID(try entry.value("person").text())
            guard posts[person] == nil else {
                throw entry.error("person \(person) stands twice", remedy: "name all the roles in one entry")
            }
            var held: [Post] = []
            for role in try entry.value("roles").list() {
                held.append(try role.parse("storekeeper or receiver") { Post(rawValue: $0) })
            }
            posts[person] = held
        }
        return posts
    }

    /// Stores, routes and lots, from the whole document.
    func catalogue() throws(ConfigurationError) -> Catalogue {
        let items = try value("items").each { item throws(ConfigurationError) in
            try item.item()
        } key: {
            $0.value
        }
        let stores = try value("stores").each { item throws(ConfigurationError) in
            try item.store()
        } key: {
            $0.value
        }
        let routes = try value("routes").each { item throws(ConfigurationError) in
            try item.route(from: stores)
        } key: {
            "\($0.store) to \($0.destination)"
        }
        let lots = try value("lots").each { item throws(ConfigurationError) in
            try item.lot(stores, items)
        } key: {
            $0.id.value
        }
        return Catalogue(stores: stores, routes: routes, lots: lots)
    }

    /// The items of a list, each read by `read`; an error where two have one `key`.
    private func each<Value>(
        _ read: (YAMLValue) throws(ConfigurationError) -> Value,
        key: (Value) -> String
    ) throws(ConfigurationError) -> [Value] {
        var values: [Value] = []
        var keys: Set<String> = []
        for item in try list() {
            let value = try read(item)
            guard keys.insert(key(value)).inserted else {
                throw item.error("\(key(value)) stands twice", remedy: "remove one")
            }
            values.append(value)
        }
        return values
    }

    private func item() throws(ConfigurationError) -> ItemCode {
        try allow(["code", "name"])
        try value("name").names()
        return try value("code").parse("a GB/T 38565-2020 code: seven digits, the first 1, 2 or 3") { text in
            let digits = Array(text.utf8)
            guard digits.count == 7, digits.allSatisfy({ (48...57).contains($0) }), (49...51).contains(digits[0])
            else { return nil }
            return ItemCode(text)
        }
    }

    private func store() throws(ConfigurationError) -> StoreID {
        try allow(["id", "name", "division"])
        try value("name").names()
        _ = try value("division").parse("a division code") { DivisionCode($0)?.digits }
        return StoreID(try value("id").text())
    }

    private func route(from stores: [StoreID]) throws(ConfigurationError) -> Catalogue.Route {
        try allow(["from", "to", "minutes"])
        return Catalogue.Route(
            from: try value("from").known(stores, "a store of this file"),
            to: try value("to").text(),
            travel: .minutes(Int64(try value("minutes").integer(in: 0...10_080)))
        )
    }

    private func lot(_ stores: [StoreID], _ items: [ItemCode]) throws(ConfigurationError) -> Lot {
        try allow(["id", "store", "item", "quantity", "expiry"])
        let lot = Lot(
            LotID(try value("id").text()),
            store: try value("store").known(stores, "a store of this file"),
            item: try value("item").known(items, "an item of this file"),
            quantity: UInt64(try value("quantity").integer(in: 1...Int(Lot.largest))),
            expiry: try optional("expiry")?.parse("a day such as 2026-12-31") { Day($0) }
        )
        guard let lot else { throw error("too many pieces", remedy: "split the lot") }
        return lot
    }

    private func known<ID: Identifier>(_ ids: [ID], _ expected: String) throws(ConfigurationError) -> ID {
        try parse(expected) { text in ids.first { $0.value == text } }
    }
}
