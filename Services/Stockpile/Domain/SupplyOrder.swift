package import Vocabulary

/// An order for supplies 物资调拨单: what was set aside for it, store by store, and how far each part has come.
///
/// What it could not get when it came in is reported once; pieces that become free later are not given to it, because whoever
/// was told of the shortage has turned elsewhere. Who still needs them orders again.
package struct SupplyOrder: Hashable, Sendable {
    package let id: OrderID
    package let incident: IncidentID
    /// A key of the travel-time table.
    package let destination: String
    /// One for each store that gives anything, nearest first.
    package private(set) var consignments: [Consignment]

    package init(_ id: OrderID, incident: IncidentID, destination: String, consignments: [Consignment]) {
        (self.id, self.incident, self.destination) = (id, incident, destination)
        self.consignments = consignments
    }

    /// Whether every consignment was received; never so for an order that got nothing or whose part was released.
    package var isComplete: Bool { !consignments.isEmpty && consignments.allSatisfy { $0.stage == .received } }

    /// The movements that set everything aside.
    package var reservation: [Movement] { consignments.flatMap(\.reservation) }

    /// The consignment from that store; nil if the store gives nothing.
    package func consignment(from store: StoreID) -> Consignment? { consignments.first { $0.store == store } }

    /// Does `body` to the consignment from that store, and gives the consignment after it with what `body` gave.
    ///
    /// Errors: `not-reserved` if the store gives nothing, or what `body` throws; nothing is changed then.
    package mutating func act<Outcome>(
        from store: StoreID,
        _ body: (inout Consignment) throws(Consignment.Refusal) -> Outcome
    ) throws(Consignment.Refusal) -> (consignment: Consignment, outcome: Outcome) {
        guard let index = consignments.firstIndex(where: { $0.store == store }) else { throw .notReserved }
        let outcome = try body(&consignments[index])
        return (consignments[index], outcome)
    }

    /// Gives back what was never picked: the consignments released by this, and their movements.
    package mutating func release() -> (released: [Consignment], movements: [Movement]) {
        var (released, movements): ([Consignment], [Movement]) = ([], [])
        for index in consignments.indices where consignments[index].stage == .reserved {
            movements += consignments[index].release()
            released.append(consignments[index])
        }
        return (released, movements)
    }
}
