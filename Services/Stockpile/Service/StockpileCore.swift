package import MessageSchema
package import ServiceKit
package import ServiceStore
import StockpileDomain
import Vocabulary

/// Stockpile 应急物资: sets lots aside for orders, and books every movement to the hand-over.
///
/// A lot of the catalogue enters the books with the first input handled after it was listed; from then on the ledger
/// says how many pieces there are, and a changed `quantity` in the file changes nothing.
package struct StockpileCore: ServiceCore {
    package static let name = ServiceName.stockpile
    package static let subscriptions = [StreamName.dispatch]
    package static let migrations = StockpileRepository.migrations

    package let jurisdiction: String
    let catalogue: Catalogue
    let posts: [PersonID: [Post]]

    /// Reads `stockpile.yaml`. Errors: `ConfigurationError` with file, line and remedy.
    package init(configuration: YAMLValue) throws {
        try configuration.allow(["jurisdiction", "people", "items", "stores", "routes", "lots"])
        jurisdiction = try configuration.value("jurisdiction").parse("a division code") { DivisionCode($0)?.digits }
        posts = try configuration.value("people").posts()
        catalogue = try configuration.catalogue()
    }

    /// Requests and arrivals from dispatch, storekeepers' commands.
    package static func register(_ routes: inout Routes<StockpileCore>) {
        routes.on(SuppliesRequested.self) { core, message, turn in try core.take(message, turn) }
        routes.on(TransportArrived.self) { core, message, turn in try core.take(message, turn) }
        routes.on(IncidentClosed.self) { core, message, turn in try core.take(message, turn) }
        routes.command(PickOrder.self) { core, command, turn in try core.pick(command, turn) }
        routes.command(ShipOrder.self) { core, command, turn in try core.ship(command, turn) }
        routes.command(ReceiveOrder.self) { core, command, turn in try core.receive(command, turn) }
    }

    // MARK: requests

    private func take(_ request: SuppliesRequested, _ turn: Turn) throws {
        try openLots(turn)
        let (id, demand) = try Self.checked(request)
        guard try StockpileRepository.order(id, turn.database) == nil else {
            throw InputError("duplicate-order", "order '\(id)' was requested before; request another instead")
        }
        let allocation = Allocation(
            of: id,
            demand,
            from: catalogue.reaches(towards: request.destination),
            try StockpileRepository.stocks(catalogue.lots, turn.database),
            at: turn.now
        )
        let order = SupplyOrder(
            id,
            incident: IncidentID(request.incident),
            destination: request.destination,
            consignments: allocation.consignments
        )
        try StockpileRepository.insert(order, turn.database)
        try book(order.reservation, turn)
        try tell(allocation, order, turn)
    }

    private static func checked(_ request: SuppliesRequested) throws -> (OrderID, Demand) {
        let id = try name(request.order, "order")
        let lines = request.lines.map { Demand.Line(item: ItemCode($0.item), quantity: $0.quantity) }
        do {
            return (OrderID(id), try Demand(lines))
        } catch {
            throw InputError(error.rawValue, "order '\(id)' names no amount that can be served; request it again")
        }
    }

    private static func name(_ text: String, _ field: String) throws -> String {
        guard !text.isEmpty, text.utf8.count <= Limits.nameCharacters else {
            throw InputError("wrong-name", "'\(field)' has \(text.utf8.count) bytes, not 1 to \(Limits.nameCharacters)")
        }
        return text
    }

    private func tell(_ allocation: Allocation, _ order: SupplyOrder, _ turn: Turn) throws {
        if !order.consignments.isEmpty {
            var message = SuppliesReserved()
            message.order = order.id.value
            message.lines = order.consignments.flatMap { LotLine.lines(of: $0) }
            try turn.send(message, subject: order.id.value)
        }
        for shortage in allocation.shortages {
            try turn.send(ShortageReported(shortage, of: order.id), subject: order.id.value)
        }
    }

    // MARK: transport

    private func take(_ arrival: TransportArrived, _ turn: Turn) throws {
        try openLots(turn)
        let id = OrderID(try Self.name(arrival.order, "order"))
        let store = StoreID(try Self.name(arrival.store, "store"))
        guard let order = try StockpileRepository.order(id, turn.database) else {
            return try StockpileRepository.keepEarlyArrival(id, store, turn.database)
        }
        guard var consignment = order.consignment(from: store) else {
            throw InputError("unknown-consignment", "store '\(store)' gives nothing to order '\(id)'")
        }
        switch consignment.arrive() {
        case .taken: try StockpileRepository.update(consignment, turn.database)
        case .tooEarly: try StockpileRepository.keepEarlyArrival(id, store, turn.database)
        case .nothingNew: break
        }
    }

    // MARK: the end of an incident

    private func take(_ end: IncidentClosed, _ turn: Turn) throws {
        try openLots(turn)
        for var order in try StockpileRepository.orders(of: IncidentID(end.incident), turn.database) {
            let (released, movements) = order.release()
            guard !released.isEmpty else { continue }
            for consignment in released { try StockpileRepository.update(consignment, turn.database) }
            try book(movements, turn)
            var message = ReservationReleased()
            (message.order, message.reason) = (order.id.value, "incident-closed")
            message.lines = released.flatMap { LotLine.lines(of: $0) }
            try turn.send(message, subject: order.id.value)
        }
    }

    // MARK: the books

    /// Enters the lots that the books do not know. First in every handler, because only inputs change tables.
    func openLots(_ turn: Turn) throws {
        let new = try StockpileRepository.open(catalogue.lots, turn.database)
        try book(new.map(Movement.opening), turn)
    }

    func book(_ movements: [Movement], _ turn: Turn) throws {
        try StockpileRepository.book(movements, cause: turn.cause, at: turn.now, turn.database)
    }
}
