import MessageSchema
import ServiceKit
import StockpileDomain
import Vocabulary

extension StockpileCore {
    // MARK: people's acts on a consignment

    func pick(_ command: PickOrder, _ turn: Turn) throws {
        try authorise([.storekeeper], turn)
        let (_, consignment, movements) = try act(on: command.order, from: command.store, turn) {
            consignment throws(Consignment.Refusal) in try consignment.pick()
        }
        try book(movements, turn)
        var message = SuppliesPicked()
        (message.order, message.store) = (command.order, command.store)
        message.lines = LotLine.lines(of: consignment)
        try turn.send(message, subject: command.order)
    }

    func ship(_ command: ShipOrder, _ turn: Turn) throws {
        try authorise([.storekeeper], turn)
        var (_, consignment, movements) = try act(on: command.order, from: command.store, turn) {
            consignment throws(Consignment.Refusal) in try consignment.ship()
        }
        try book(movements, turn)
        var message = SuppliesShipped()
        (message.order, message.store, message.vehicle) = (command.order, command.store, command.vehicle)
        message.lines = LotLine.lines(of: consignment)
        try turn.send(message, subject: command.order)
        guard try StockpileRepository.takeEarlyArrival(consignment.order, consignment.store, turn.database) else {
            return
        }
        _ = consignment.arrive()
        try StockpileRepository.update(consignment, turn.database)
    }

    func receive(_ command: ReceiveOrder, _ turn: Turn) throws {
        try authorise([.storekeeper, .receiver], turn)
        let counts = command.counted.map {
            Consignment.Count(lot: LotID($0.lot), quantity: $0.quantity, reason: $0.reason)
        }
        let (order, consignment, receipt) = try act(on: command.order, from: command.store, turn) {
            consignment throws(Consignment.Refusal) in try consignment.receive(counts)
        }
        try book(receipt.movements, turn)
        var message = SuppliesReceived()
        (message.order, message.store) = (command.order, command.store)
        message.lines = receipt.lines.map { LotLine($0, of: consignment) }
        message.differences = receipt.differences.map(CountDifference.init)
        message.complete = order.isComplete
        try turn.send(message, subject: command.order)
    }

    // MARK: what they have in common

    private func authorise(_ wanted: [Post], _ turn: Turn) throws {
        guard let actor = turn.actor, posts[actor.person]?.contains(where: wanted.contains) ?? false else {
            let names = wanted.map(\.rawValue).joined(separator: " or ")
            throw CommandRefusal("role-missing", "needs the role \(names); see people in stockpile.yaml")
        }
    }

    /// Opens lots, loads, does `body` to the consignment and keeps it. Errors: `CommandRefusal`.
    private func act<Outcome>(
        on id: String,
        from store: String,
        _ turn: Turn,
        _ body: (inout Consignment) throws(Consignment.Refusal) -> Outcome
    ) throws -> (SupplyOrder, Consignment, Outcome) {
        try openLots(turn)
        guard var order = try StockpileRepository.order(OrderID(id), turn.database) else {
            throw CommandRefusal("unknown-order", "there is no order '\(id.prefix(128))'")
        }
        let (consignment, outcome): (Consignment, Outcome)
        do {
            (consignment, outcome) = try order.act(from: StoreID(store), body)
        } catch {
            let stage = order.consignment(from: StoreID(store))?.stage.rawValue ?? "not there"
            let place = "the consignment of '\(id)' from '\(store.prefix(128))' is \(stage)"
            throw CommandRefusal(error.rawValue, error.hint.map { "\(place); \($0)" } ?? place)
        }
        try StockpileRepository.update(consignment, turn.database)
        return (order, consignment, outcome)
    }
}

extension Consignment.Refusal {
    /// What to do about a wrong count; nil where the stage says it all.
    fileprivate var hint: String? {
        switch self {
        case .notReserved, .notPicked, .notShipped, .notArrived, .alreadyPicked, .alreadyShipped, .alreadyReceived: nil
        case .lotNotInConsignment: "count only the lots that were shipped in it"
        case .lotCountedTwice: "count each lot once"
        case .countExceedsShipped: "count again; no lot can have more than was shipped"
        case .countReasonMissing: "say why a lot has less than was shipped; a lot left out counts as none of it"
        }
    }
}
