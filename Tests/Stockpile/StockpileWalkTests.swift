import GRDB
import MessageSchema
import ServiceKit
import ServiceStore
import StockpileService
import TestSupport
import Testing
import Vocabulary

/// Many orders at once, acts in any order, right and wrong ones. The pieces are counted by the test from the messages alone.
@Suite struct StockpileWalkTests {
    /// What `Rig.configuration` opens.
    static let opened: [String: Int64] = ["L1": 100, "L2": 50, "L3": 30, "L4": 40]

    /// Where the messages say the pieces of the lots are.
    struct Tally: Equatable {
        var reserved: [String: Int64] = [:]
        var picked: [String: Int64] = [:]
        var road: [String: Int64] = [:]
        var delivered: [String: Int64] = [:]
        var lost: [String: Int64] = [:]

        mutating func read(_ envelope: Envelope) throws {
            switch envelope.type {
            case SuppliesReserved.type:
                Self.add(try envelope.decodePayload(as: SuppliesReserved.self).lines, to: &reserved)
            case ReservationReleased.type:
                Self.add(try envelope.decodePayload(as: ReservationReleased.self).lines, to: &reserved, -1)
            case SuppliesPicked.type:
                let lines = try envelope.decodePayload(as: SuppliesPicked.self).lines
                Self.add(lines, to: &reserved, -1)
                Self.add(lines, to: &picked)
            case SuppliesShipped.type:
                let lines = try envelope.decodePayload(as: SuppliesShipped.self).lines
                Self.add(lines, to: &picked, -1)
                Self.add(lines, to: &road)
            case SuppliesReceived.type: try receive(envelope.decodePayload(as: SuppliesReceived.self))
            case ShortageReported.type: break
            default: Issue.record("unexpected \(envelope.type)")
            }
        }

        private mutating func receive(_ message: SuppliesReceived) {
            Self.add(message.lines, to: &road, -1)
            Self.add(message.lines, to: &delivered)
            for difference in message.differences {
                let missing = Int64(difference.shipped) - Int64(difference.counted)
                road[difference.lot, default: 0] -= missing
                lost[difference.lot, default: 0] += missing
            }
        }

        static func add(_ lines: [LotLine], to pieces: inout [String: Int64], _ sign: Int64 = 1) {
            for line in lines { pieces[line.lot, default: 0] += sign * Int64(line.quantity) }
        }
    }

    /// One input of the walk: an act on one of six orders, in one of two stores, mostly out of turn.
    static func input(_ rig: Rig, _ random: inout Seeded) throws -> Arrival {
        let order = "O\(Int.random(in: 0..<6, using: &random))"
        let store = Bool.random(using: &random) ? "S1" : "S2"
        switch Int.random(in: 0..<12, using: &random) {
        case 0...1:
            let lines = ["1010100", "1020100", "3999999"].shuffled(using: &random).prefix(2).map {
                ($0, UInt64.random(in: 1...60, using: &random))
            }
            return try rig.record(Rig.request(order, Array(lines)))
        case 2...4: return try rig.command(Rig.pick(order, store))
        case 5...6: return try rig.command(Rig.ship(order, store))
        case 7...8: return try rig.record(Rig.arrival(order, store))
        case 9...10: return try rig.command(receipt(of: order, from: store, rig, &random), by: "p-hao")
        default: return try rig.record(Rig.closing(Int.random(in: 0..<8, using: &random) == 0 ? "I" : "J"))
        }
    }

    /// A count of what the last shipment said, sometimes lower, sometimes without the reason.
    static func receipt(of order: String, from store: String, _ rig: Rig, _ random: inout Seeded) throws -> ReceiveOrder
    {
        let shipped = try rig.all(SuppliesShipped.self).last { $0.order == order && $0.store == store }
        let counts = (shipped?.lines ?? []).map { line in
            let counted =
                Bool.random(using: &random) ? line.quantity : UInt64.random(in: 0...line.quantity, using: &random)
            return (line.lot, counted, Int.random(in: 0..<4, using: &random) == 0 ? "" : "wet")
        }
        return Rig.receive(order, store, counts)
    }

    /// The ledger's pieces of each lot on the accounts whose names begin so.
    static func booked(_ kind: String, _ rig: Rig) throws -> [String: Int64] {
        try rig.store.read { db in
            let rows = try Row.fetchAll(
                db,
                sql: "SELECT lot, sum(amount) AS pieces FROM balance WHERE account LIKE ? GROUP BY lot",
                arguments: [kind + "/%"]
            )
            return Dictionary(uniqueKeysWithValues: rows.map { ($0["lot"] as String, $0["pieces"] as Int64) })
        }
    }

    static func withoutZeros(_ pieces: [String: Int64]) -> [String: Int64] { pieces.filter { $0.value != 0 } }

    /// Lots whose accounts do not sum to zero, or whose balances are not what their movements add up to.
    static func unsound(_ rig: Rig) throws -> [String] {
        try rig.store.read { db in
            try String.fetchAll(
                db,
                sql: """
                    SELECT lot FROM balance GROUP BY lot HAVING sum(amount) <> 0
                    UNION ALL
                    SELECT b.lot || ' ' || b.account FROM balance b WHERE b.amount <>
                        (SELECT coalesce(sum(CASE WHEN m.debit = b.account THEN quantity ELSE -quantity END), 0)
                         FROM movement m WHERE m.lot = b.lot AND b.account IN (m.debit, m.credit))
                    """
            )
        }
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `on any walk nothing appears or vanishes, and no lot is promised twice`(seed: UInt64) throws {
        var random = Seeded(seed)
        let rig = try Rig()
        try rig.tell(Rig.request("O0", [("1010100", 20)]))
        var (tally, read) = (Tally(), 0)
        for _ in 0..<80 {
            // Several inputs a batch, so that the edges of transactions do not matter.
            let inputs = try (0..<Int.random(in: 1...5, using: &random)).map { _ in try Self.input(rig, &random) }
            _ = try rig.handle(inputs)
            for envelope in rig.sent[read...] { try tally.read(envelope) }
            read = rig.sent.count
            try check(tally, rig, seed)
        }
        #expect(tally.delivered.values.reduce(0, +) > 0, "the walk of seed \(seed) delivers nothing: widen it")
        #expect(try rig.verify().holds, "seed \(seed)")
    }

    private func check(_ tally: Tally, _ rig: Rig, _ seed: UInt64) throws {
        let kinds: [(String, [String: Int64])] = [
            ("reserved", tally.reserved), ("picked", tally.picked), ("transit", tally.road),
            ("delivered", tally.delivered), ("loss", tally.lost),
        ]
        let shelf = try Self.booked("shelf", rig)
        for (lot, opened) in Self.opened {
            let out = kinds.reduce(0) { $0 + ($1.1[lot] ?? 0) }
            #expect(kinds.allSatisfy { ($0.1[lot] ?? 0) >= 0 }, "seed \(seed): \(lot)")
            #expect(out <= opened && shelf[lot] == opened - out, "seed \(seed): \(lot)")
        }
        for (kind, told) in kinds {
            #expect(try Self.withoutZeros(Self.booked(kind, rig)) == Self.withoutZeros(told), "seed \(seed): \(kind)")
        }
        #expect(try Self.unsound(rig) == [], "seed \(seed)")
    }
}
