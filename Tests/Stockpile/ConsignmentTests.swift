import StockpileDomain
import TestSupport
import Testing
import Vocabulary

@Suite struct ConsignmentTests {
    typealias Stage = Consignment.Stage
    typealias Refusal = Consignment.Refusal

    enum Act: CaseIterable { case pick, ship, arrive, receive, release }

    /// What an act leads to.
    enum Outcome: Hashable {
        case becomes(Stage)
        case refused(Refusal)
        case nothing
    }

    static let lines = [
        Consignment.Line(lot: "L1", item: "1010100", quantity: 10, expiry: nil),
        Consignment.Line(lot: "L2", item: "1010100", quantity: 5, expiry: nil),
    ]

    static func consignment(_ stage: Stage) -> Consignment {
        Consignment(order: "O", store: "S", travel: .minutes(5), lines: lines, stage: stage)
    }

    static func act(_ act: Act, on consignment: inout Consignment) -> Outcome {
        let before = consignment.stage
        do {
            switch act {
            case .pick: _ = try consignment.pick()
            case .ship: _ = try consignment.ship()
            case .arrive: _ = consignment.arrive()
            case .receive: _ = try consignment.receive(lines.map { .init(lot: $0.lot, quantity: $0.quantity) })
            case .release: _ = consignment.release()
            }
        } catch { return .refused(error) }
        return consignment.stage == before ? .nothing : .becomes(consignment.stage)
    }

    /// Every stage and act, written from the contract.
    static let table: [(Stage, [Outcome])] = [
        // pick, ship, arrive, receive, release
        (.reserved, [.becomes(.picked), .refused(.notPicked), .nothing, .refused(.notShipped), .becomes(.released)]),
        (.picked, [.refused(.alreadyPicked), .becomes(.shipped), .nothing, .refused(.notShipped), .nothing]),
        (
            .shipped,
            [
                .refused(.alreadyShipped), .refused(.alreadyShipped), .becomes(.arrived), .refused(.notArrived),
                .nothing,
            ]
        ),
        (
            .arrived,
            [.refused(.alreadyShipped), .refused(.alreadyShipped), .nothing, .becomes(.received), .nothing]
        ),
        (
            .received,
            [
                .refused(.alreadyReceived), .refused(.alreadyReceived), .nothing, .refused(.alreadyReceived),
                .nothing,
            ]
        ),
        (.released, [.refused(.notReserved), .refused(.notReserved), .nothing, .refused(.notReserved), .nothing]),
    ]

    @Test func `every act at every stage does what the table says, and a refused one changes nothing`() {
        #expect(Self.table.map(\.0) == Stage.allCases)
        for (stage, outcomes) in Self.table {
            #expect(outcomes.count == Act.allCases.count)
            for (act, expected) in zip(Act.allCases, outcomes) {
                var consignment = Self.consignment(stage)
                #expect(Self.act(act, on: &consignment) == expected, "\(act) while \(stage)")
                if case .refused = expected { #expect(consignment == Self.consignment(stage)) }
            }
        }
    }

    @Test func `an arrival before the shipment is too early, after it taken, then nothing new`() {
        var reserved = Self.consignment(.reserved)
        var shipped = Self.consignment(.shipped)
        #expect(reserved.arrive() == .tooEarly)
        #expect(shipped.arrive() == .taken)
        #expect(shipped.arrive() == .nothingNew)
    }

    @Test func `what was not counted is lost with its reason, and the rest delivered`() throws {
        var consignment = Self.consignment(.arrived)
        // 10 and 5 were shipped; 7 and 0 counted: 3 and 5 are lost.
        let counts: [Consignment.Count] = [
            .init(lot: "L1", quantity: 7, reason: "wet"), .init(lot: "L2", quantity: 0, reason: "washed away"),
        ]
        let receipt = try consignment.receive(counts)
        #expect(receipt.lines.map(\.lot) == ["L1"] && receipt.lines.map(\.quantity) == [7])
        #expect(receipt.differences.map(\.shipped) == [10, 5] && receipt.differences.map(\.counted) == [7, 0])
        let road = ["L1", "L2"].map { Account.transit("O", "S", LotID($0)) }
        #expect(
            receipt.movements == [
                .init(debit: "delivered/O/L1", credit: road[0], lot: "L1", quantity: 7, reason: "received"),
                .init(debit: "loss/O/L1", credit: road[0], lot: "L1", quantity: 3, reason: "wet"),
                .init(debit: "loss/O/L2", credit: road[1], lot: "L2", quantity: 5, reason: "washed away"),
            ]
        )
    }

    static let badCounts: [(Refusal, [Consignment.Count])] = [
        (.lotNotInConsignment, [.init(lot: "L9", quantity: 1)]),
        (.lotCountedTwice, [.init(lot: "L1", quantity: 5), .init(lot: "L1", quantity: 5)]),
        (.countExceedsShipped, [.init(lot: "L1", quantity: 11, reason: "more"), .init(lot: "L2", quantity: 5)]),
        (.countReasonMissing, [.init(lot: "L1", quantity: 10), .init(lot: "L2", quantity: 4, reason: " ")]),
        (.countReasonMissing, [.init(lot: "L1", quantity: 10)]),
        (.countReasonMissing, []),
    ]

    @Test(arguments: 0..<6) func `a wrong count is refused and nothing changes`(row: Int) {
        let (refusal, counts) = Self.badCounts[row]
        var consignment = Self.consignment(.arrived)
        #expect(throws: refusal) { try consignment.receive(counts) }
        #expect(consignment == Self.consignment(.arrived))
    }

    @Test func `an order is complete when all it got was received, and never when it got nothing`() throws {
        let order = SupplyOrder("O", incident: "I", destination: "t", consignments: [Self.consignment(.received)])
        #expect(order.isComplete)
        #expect(!SupplyOrder("O", incident: "I", destination: "t", consignments: []).isComplete)
        let other = Consignment(order: "O", store: "S2", travel: .zero, lines: Self.lines, stage: .released)
        let parts = [Self.consignment(.received), other]
        #expect(!SupplyOrder("O", incident: "I", destination: "t", consignments: parts).isComplete)
    }

    @Test func `closing gives back what was never picked, and nothing else`() {
        let picked = Consignment(order: "O", store: "S2", travel: .zero, lines: Self.lines, stage: .picked)
        var order = SupplyOrder(
            "O",
            incident: "I",
            destination: "t",
            consignments: [Self.consignment(.reserved), picked]
        )
        let (released, movements) = order.release()
        #expect(released.map(\.store) == ["S"] && order.consignments.map(\.stage) == [.released, .picked])
        #expect(movements.map(\.debit) == ["shelf/S/L1", "shelf/S/L2"])
        #expect(order.release().movements.isEmpty)
    }

    @Test func `the ledger refuses what does not add up`() throws {
        var ledger = Ledger()
        let lot = try #require(Lot("L", store: "S", item: "1010100", quantity: 10, expiry: nil))
        try ledger.book([.opening(lot)])
        #expect(ledger.balances.map(\.amount) == [-10, 10])
        func move(_ quantity: UInt64) -> Movement {
            Movement(debit: "a", credit: .shelf("S", "L"), lot: "L", quantity: quantity, reason: "")
        }
        var copies = [ledger, ledger, ledger]
        #expect { try copies[0].book([move(11)]) } throws: { ($0 as? LedgerError)?.code == .overdrawn }
        #expect { try copies[1].book([move(0)]) } throws: { ($0 as? LedgerError)?.code == .empty }
        #expect { try copies[2].book([move(.max)]) } throws: { ($0 as? LedgerError)?.code == .overflow }
        let lone = Ledger([.init(lot: "L", account: "a", amount: 1)])
        #expect { try lone.check() } throws: { ($0 as? LedgerError)?.code == .unbalanced }
    }
}
