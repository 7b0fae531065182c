import Foundation
import GRDB
import MessageSchema
import ServiceKit
import ServiceStore
import StockpileDomain
import StockpileService
import TestSupport
import Testing
import Vocabulary

/// Through the engine, on a real database. Expected values are worked out by hand from `Rig.configuration`: tianchi is nearer
/// to S2 (30 tents) than to S1 (100 tents; 50 more are past their day).
@Suite struct StockpileCoreTests {
    let rig: Rig

    init() throws { rig = try Rig() }

    @Test func `an order goes from the shelf to the receiver, and the books follow every step`() throws {
        try rig.tell(Rig.request("O1", [("1010100", 50)]))
        let reserved = try #require(rig.all(SuppliesReserved.self).first)
        #expect(reserved.lines.map(\.lot) == ["L3", "L1"] && reserved.lines.map(\.quantity) == [30, 20])
        #expect(
            reserved.lines.map(\.expiry) == ["", "2026-12-31"] && reserved.lines.map(\.travelSeconds) == [1200, 2400]
        )
        #expect(try rig.order(Rig.pick("O1", "S1")) == "")
        #expect(try rig.balances()["picked/S1/L1/O1 L1"] == 20)
        #expect(try rig.order(Rig.ship("O1", "S1")) == "")
        try rig.tell(Rig.arrival("O1", "S1"))
        #expect(try rig.order(Rig.receive("O1", "S1", [("L1", 18, "two torn")]), by: "p-hao") == "")
        let received = try #require(rig.all(SuppliesReceived.self).first)
        #expect(received.lines.map(\.quantity) == [18] && !received.complete)
        #expect(received.differences.map(\.shipped) == [20] && received.differences.map(\.counted) == [18])
        #expect(received.differences.map(\.reason) == ["two torn"])
        // 100 - 20 on the shelf; 18 delivered, 2 lost; what came from outside is what was opened.
        let expected: [String: Int64] = [
            "external L1": -100, "external L2": -50, "external L3": -30, "external L4": -40, "shelf/S1/L1 L1": 80,
            "shelf/S1/L2 L2": 50, "shelf/S2/L4 L4": 40, "reserved/S2/L3/O1 L3": 30, "delivered/O1/L1 L1": 18,
            "loss/O1/L1 L1": 2,
        ]
        #expect(try rig.balances() == expected)
        #expect(try rig.order(Rig.pick("O1", "S2")) == "" && rig.order(Rig.ship("O1", "S2")) == "")
        try rig.tell(Rig.arrival("O1", "S2"))
        #expect(try rig.order(Rig.receive("O1", "S2", [("L3", 30, "")])) == "")
        #expect(try rig.all(SuppliesReceived.self).map(\.complete) == [false, true])
        #expect(try rig.verify().holds)
    }

    @Test func `of two orders for one lot the second is told who holds it`() throws {
        try rig.tell(Rig.request("O1", [("1020100", 40)]))
        try rig.tell(Rig.request("O2", [("1020100", 10)]))
        #expect(try rig.all(SuppliesReserved.self).map(\.order) == ["O1"])
        let shortage = try #require(rig.all(ShortageReported.self).first)
        #expect(shortage.order == "O2" && shortage.wanted == 10 && shortage.reserved == 0)
        #expect(shortage.reasons.map(\.store) == ["S2", "S1"])
        #expect(shortage.reasons.map(\.reason) == [.reserved, .notStocked])
        #expect(shortage.reasons.map(\.quantity) == [40, 0] && shortage.reasons[0].heldBy == ["O1"])
        // Once shipped, the pieces are gone: nobody holds them in a store any more.
        #expect(try rig.order(Rig.pick("O1", "S2")) == "" && rig.order(Rig.ship("O1", "S2")) == "")
        try rig.tell(Rig.request("O3", [("1020100", 1)]))
        #expect(try rig.all(ShortageReported.self).last?.reasons.map(\.reason) == [.notStocked, .notStocked])
    }

    @Test func `an expired lot is passed over, and an unknown kind is a shortage, not poison`() throws {
        #expect(try rig.tell(Rig.request("O1", [("1010100", 140), ("3999999", 2)])) == .handled)
        let shortages = try rig.all(ShortageReported.self)
        // 30 + 100 of 140; L2's 50 pieces were good until 1 October.
        #expect(shortages.map(\.reserved) == [130, 0])
        #expect(shortages[0].reasons.map(\.reason) == [.exhausted, .expired, .exhausted])
        #expect(shortages[0].reasons.map(\.quantity) == [0, 50, 0])
        #expect(shortages[1].reasons.map(\.reason) == [.notStocked, .notStocked])
        try rig.tell(Rig.request("O2", [("1020100", 2)], to: "nowhere"))
        #expect(try rig.all(ShortageReported.self).last?.reasons.map(\.reason) == [.notStocked, .noRoute])
    }

    @Test func `what is out of turn or not one's post is refused with its code`() throws {
        try rig.tell(Rig.request("O1", [("1010100", 40)]))
        #expect(try rig.order(Rig.pick("O1", "S1"), by: "p-hao") == "role-missing")
        #expect(try rig.order(Rig.ship("O1", "S1"), by: "p-nobody") == "role-missing")
        #expect(try rig.order(Rig.pick("O9", "S1")) == "unknown-order")
        #expect(try rig.order(Rig.pick("O1", "S9")) == "not-reserved")
        #expect(try rig.order(Rig.ship("O1", "S1")) == "not-picked")
        #expect(try rig.order(Rig.receive("O1", "S1", [])) == "not-shipped")
        #expect(try rig.order(Rig.pick("O1", "S1")) == "")
        #expect(try rig.order(Rig.pick("O1", "S1")) == "already-picked")
        #expect(try rig.order(Rig.ship("O1", "S1")) == "")
        #expect(try rig.order(Rig.ship("O1", "S1")) == "already-shipped")
        #expect(try rig.order(Rig.receive("O1", "S1", [("L1", 10, "")])) == "not-arrived")
        try rig.tell(Rig.arrival("O1", "S1"))
        #expect(try rig.order(Rig.receive("O1", "S1", [("L1", 9, "")])) == "count-reason-missing")
        #expect(try rig.order(Rig.receive("O1", "S1", [("L1", 11, "")])) == "count-exceeds-shipped")
        #expect(try rig.order(Rig.receive("O1", "S1", [("L3", 10, "")])) == "lot-not-in-consignment")
        #expect(try rig.order(Rig.receive("O1", "S1", [("L1", 10, "")]), by: "p-hao") == "")
        #expect(try rig.order(Rig.receive("O1", "S1", [("L1", 10, "")])) == "already-received")
        #expect(try rig.verify().holds)
    }

    @Test func `an arrival that overtakes the order and the shipment waits for them`() throws {
        #expect(try rig.tell(Rig.arrival("O1", "S2")) == .handled)
        try rig.tell(Rig.request("O1", [("1010100", 5)]))
        #expect(try rig.order(Rig.receive("O1", "S2", [("L3", 5, "")])) == "not-shipped")
        #expect(try rig.tell(Rig.arrival("O1", "S2")) == .handled)
        #expect(try rig.order(Rig.pick("O1", "S2")) == "" && rig.order(Rig.ship("O1", "S2")) == "")
        #expect(try rig.order(Rig.receive("O1", "S2", [("L3", 5, "")])) == "")
        #expect(try rig.tell(Rig.arrival("O1", "S2")) == .handled)
        #expect(try rig.verify().holds)
    }

    @Test func `the end of an incident frees what was never picked, and only that`() throws {
        try rig.tell(Rig.request("O1", [("1010100", 50)]))
        #expect(try rig.order(Rig.pick("O1", "S1")) == "")
        try rig.tell(Rig.closing("another"))
        #expect(try rig.all(ReservationReleased.self).isEmpty)
        try rig.tell(Rig.closing("I"))
        let released = try #require(rig.all(ReservationReleased.self).first)
        #expect(released.order == "O1" && released.reason == "incident-closed")
        #expect(released.lines.map(\.lot) == ["L3"] && released.lines.map(\.quantity) == [30])
        #expect(try rig.balances()["shelf/S2/L3 L3"] == 30 && rig.balances()["picked/S1/L1/O1 L1"] == 20)
        #expect(try rig.order(Rig.pick("O1", "S2")) == "not-reserved")
        try rig.tell(Rig.closing("I"))
        #expect(try rig.all(ReservationReleased.self).count == 1)
        #expect(try rig.verify().holds)
    }

    @Test func `a request that cannot be served as it stands is kept aside with its code`() throws {
        try rig.tell(Rig.request("O1", [("1010100", 5)]))
        let bad: [(String, SuppliesRequested)] = [
            ("duplicate-order", Rig.request("O1", [("1010100", 5)])), ("no-lines", Rig.request("O2", [])),
            ("quantity-zero", Rig.request("O3", [("1010100", 0)])),
            ("quantity-overflow", Rig.request("O4", [("1010100", .max), ("1010100", 1)])),
            ("wrong-name", Rig.request("", [("1010100", 5)])),
        ]
        for (code, request) in bad {
            guard case .deadLetter(code, _) = try rig.tell(request) else {
                Issue.record("\(code) expected")
                continue
            }
        }
        guard case .deadLetter("unknown-consignment", _) = try rig.tell(Rig.arrival("O1", "S1")) else {
            Issue.record("S1 gives nothing to O1")
            return
        }
        #expect(try rig.all(SuppliesReserved.self).count == 1 && rig.balances()["shelf/S2/L3 L3"] == 25)
    }

    @Test func `books that do not add up stop the service, and nothing of the turn is kept`() throws {
        try rig.tell(Rig.request("O1", [("1010100", 5)]))
        // Five pieces vanish behind the service's back.
        try rig.store.transaction {
            try $0.execute(sql: "UPDATE balance SET amount = 0 WHERE account = 'reserved/S2/L3/O1'")
        }
        #expect(throws: LedgerError.self) { try rig.order(Rig.pick("O1", "S2")) }
        #expect(try rig.all(SuppliesPicked.self).isEmpty && rig.balances()["picked/S2/L3/O1 L3"] == nil)
    }

    @Test func `the reference deployment's catalogue is read`() throws {
        let path = Checkout.root.path + "/compose/configuration/stockpile.yaml"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let core = try StockpileCore(configuration: YAMLValue(text: text, file: "stockpile.yaml"))
        #expect(core.jurisdiction == "152202")
    }

    @Test(arguments: [
        ("roles: [storekeeper]", "roles: [storekeper]", 3), ("code: \"1020100\"", "code: \"1010100\"", 7),
        ("code: \"1020100\"", "code: \"4020100\"", 7), ("{ from: S2, to:", "{ from: S9, to:", 13),
        ("quantity: 30 }", "quantity: 0 }", 17), ("expiry: 2026-10-01", "expiry: 2026-10-32", 16),
        ("expiry: 2026-10-01", "expires: 2026-10-01", 16), ("item: \"1020100\"", "item: \"1030100\"", 18),
    ])
    func `a mistake in the catalogue is named with its line and what to do`(right: String, wrong: String, line: Int) {
        let text = Rig.configuration.replacingOccurrences(of: right, with: wrong)
        #expect {
            _ = try StockpileCore(configuration: YAMLValue(text: text, file: "s.yaml"))
        } throws: { error in
            guard let error = error as? ConfigurationError else { return false }
            return error.line == line && !error.remedy.isEmpty
        }
    }
}
