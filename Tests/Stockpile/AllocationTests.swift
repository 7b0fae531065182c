import StockpileDomain
import TestSupport
import Testing
import Vocabulary

/// Expected values worked out by hand from the rules in the contract; none is our own output copied back.
@Suite struct AllocationTests {
    /// 20:00 on 3 October 2026 in Beijing.
    static func evening() throws -> Instant { try #require(Instant("2026-10-03T12:00:00Z")) }

    static func lot(_ id: LotID, _ store: StoreID, _ quantity: UInt64, _ expiry: String? = nil) throws -> Lot {
        try #require(Lot(id, store: store, item: "1010100", quantity: quantity, expiry: expiry.flatMap { Day($0) }))
    }

    static func allocate(_ quantity: UInt64, _ reaches: [Reach], _ stocks: [LotStock], item: ItemCode = "1010100")
        throws
        -> Allocation
    {
        let demand = try Demand([Demand.Line(item: item, quantity: quantity)])
        return Allocation(of: "O", demand, from: reaches, stocks, at: try evening())
    }

    static func given(_ allocation: Allocation) -> [String] {
        allocation.consignments.flatMap { consignment in
            consignment.lines.map { "\(consignment.store) \($0.lot) \($0.quantity)" }
        }
    }

    @Test func `the nearer store gives first, in each the lot that expires first, the one without expiry last`() throws
    {
        let reaches = [Reach(store: "S1", travel: .minutes(20)), Reach(store: "S2", travel: .minutes(40))]
        // 100 wanted. S1 by expiry: L4 (4 Oct) 10, L2 and L3 (31 Dec, by id) 20 + 30, L1 (never) 15: 75. S2 gives the other 25.
        let stocks = [
            LotStock(try Self.lot("L1", "S1", 15), free: 15),
            LotStock(try Self.lot("L3", "S1", 30, "2026-12-31"), free: 30),
            LotStock(try Self.lot("L2", "S1", 20, "2026-12-31"), free: 20),
            LotStock(try Self.lot("L4", "S1", 10, "2026-10-04"), free: 10),
            LotStock(try Self.lot("L0", "S2", 50, "2026-10-04"), free: 50),
        ]
        let allocation = try Self.allocate(100, reaches, stocks)
        #expect(Self.given(allocation) == ["S1 L4 10", "S1 L2 20", "S1 L3 30", "S1 L1 15", "S2 L0 25"])
        #expect(allocation.shortages.isEmpty)
    }

    @Test(arguments: [(239, true), (240, false)] as [(Int64, Bool)])
    func `a lot goes through its last day, judged in Beijing on arrival`(minutes: Int64, isUsable: Bool) throws {
        // 20:00 and 239 minutes is 23:59 of 3 October in Beijing; one minute more is 4 October. UTC still says the 3rd.
        let stocks = [
            LotStock(try Self.lot("L1", "S1", 10, "2026-10-03"), free: 10),
            LotStock(try Self.lot("L2", "S1", 10, "2026-10-04"), free: 10),
        ]
        let allocation = try Self.allocate(20, [Reach(store: "S1", travel: .minutes(minutes))], stocks)
        #expect(Self.given(allocation) == (isUsable ? ["S1 L1 10", "S1 L2 10"] : ["S1 L2 10"]))
        #expect(
            allocation.shortages.flatMap(\.reasons)
                == (isUsable ? [] : [.init("S1", .expired, quantity: 10), .init("S1", .exhausted)])
        )
    }

    @Test func `a shortage names every store with its reasons, nearest first, those without a road last`() throws {
        let reaches = ["S1", "S2", "S3", "S4", "S5"].map { StoreID($0) }
        let travels: [Duration?] = [.minutes(5), .minutes(10), .minutes(15), .minutes(20), nil]
        let stocks = [
            LotStock(try Self.lot("L1", "S1", 40, "2026-10-02"), free: 40),
            LotStock(
                try Self.lot("L2", "S2", 70),
                free: 30,
                holds: [.init(order: "O-a", quantity: 25), .init(order: "O-b", quantity: 15)]
            ),
            LotStock(try Self.lot("L3", "S2", 9), free: 0, holds: [.init(order: "O-a", quantity: 9)]),
            LotStock(try Self.lot("L4", "S4", 60), free: 60),
            LotStock(try Self.lot("L5", "S5", 500), free: 500),
            LotStock(try Self.lot("L6", "S3", 80), free: 0),
        ]
        // 200 wanted; S2 has 30 free, S4 60: 90. S3's lot has left the store. S1's expired yesterday. S5 has no road.
        let allocation = try Self.allocate(200, zip(reaches, travels).map { Reach(store: $0, travel: $1) }, stocks)
        #expect(Self.given(allocation) == ["S2 L2 30", "S4 L4 60"])
        let shortage = try #require(allocation.shortages.first)
        #expect(shortage.wanted == 200 && shortage.reserved == 90)
        #expect(
            shortage.reasons == [
                .init("S1", .expired, quantity: 40),
                .init("S2", .reserved, quantity: 49, heldBy: ["O-a", "O-b"]), .init("S2", .exhausted),
                .init("S3", .notStocked),
                .init("S4", .exhausted),
                .init("S5", .noRoute, quantity: 500),
            ]
        )
    }

    @Test func `what nobody keeps is not stocked anywhere, whatever the amount`() throws {
        let allocation = try Self.allocate(.max, [Reach(store: "S1", travel: nil)], [], item: "3999999")
        #expect(allocation.consignments.isEmpty)
        #expect(allocation.shortages.map(\.wanted) == [.max])
        #expect(allocation.shortages.flatMap(\.reasons) == [.init("S1", .notStocked)])
    }

    @Test func `stores are asked by travel time, then id, then those without a route`() {
        let routes: [Catalogue.Route] = [
            .init(from: "S3", to: "t", travel: .minutes(5)), .init(from: "S2", to: "t", travel: .minutes(9)),
            .init(from: "S1", to: "t", travel: .minutes(9)), .init(from: "S0", to: "u", travel: .minutes(1)),
        ]
        let catalogue = Catalogue(stores: ["S9", "S0", "S2", "S1", "S3"], routes: routes, lots: [])
        #expect(catalogue.reaches(towards: "t").map(\.store) == ["S3", "S1", "S2", "S0", "S9"])
    }

    @Test func `lines of one kind are added up, and amounts that cannot be are faults`() throws {
        let lines = [("1010100", 3), ("1020100", 4), ("1010100", 5)].map {
            Demand.Line(item: ItemCode($0), quantity: $1)
        }
        #expect(try Demand(lines).lines.map(\.quantity) == [8, 4])
        #expect(throws: Demand.Fault.noLines) { try Demand([]) }
        #expect(throws: Demand.Fault.quantityZero) { try Demand([.init(item: "1010100", quantity: 0)]) }
        let huge = Demand.Line(item: "1010100", quantity: .max)
        #expect(throws: Demand.Fault.quantityOverflow) { try Demand([huge, .init(item: "1010100", quantity: 1)]) }
    }

    @Test(arguments: ["2026-02-30", "2026-2-03", "26-02-03", "2026-10-03T", "", "0000-01-01", "２０２６-10-03"])
    func `a text that names no day is refused`(text: String) { #expect(Day(text) == nil) }

    @Test func `a day is written as it is read, and a lot has at least one piece`() {
        #expect(Day("0099-01-02")?.description == "0099-01-02")
        #expect(Lot("L", store: "S", item: "I", quantity: 0, expiry: nil) == nil)
        #expect(Lot("L", store: "S", item: "I", quantity: Lot.largest + 1, expiry: nil) == nil)
    }
}
