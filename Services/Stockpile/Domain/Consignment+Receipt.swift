package import Vocabulary

extension Consignment {
    /// What the receiver counted of one lot.
    package struct Count: Hashable, Sendable {
        package let lot: LotID
        package let quantity: UInt64
        /// Why it is less than was shipped; blank where it is not.
        package let reason: String

        package init(lot: LotID, quantity: UInt64, reason: String = "") {
            (self.lot, self.quantity, self.reason) = (lot, quantity, reason)
        }
    }

    /// What was handed over 签收单.
    package struct Receipt: Hashable, Sendable {
        /// What was counted, lots of which nothing came left out.
        package let lines: [Line]
        /// Lots of which less came than was shipped.
        package let differences: [Difference]
        package let movements: [Movement]
    }

    /// Shipped but not counted.
    package struct Difference: Hashable, Sendable {
        package let lot: LotID
        package let shipped: UInt64
        package let counted: UInt64
        package let reason: String
    }

    /// The hand-over: what was counted is delivered, the rest is booked as lost with the receiver's reason.
    ///
    /// A lot that is not counted counts as none of it. Errors: the stage is not `arrived`; a lot that was not shipped,
    /// counted twice, counted higher than shipped, or counted lower without a reason.
    package mutating func receive(_ counts: [Count]) throws(Refusal) -> Receipt {
        var closed = self
        try closed.close()
        for (index, count) in counts.enumerated() {
            guard lines.contains(where: { $0.lot == count.lot }) else { throw .lotNotInConsignment }
            guard !counts[..<index].contains(where: { $0.lot == count.lot }) else { throw .lotCountedTwice }
        }
        var (received, differences, movements): ([Line], [Difference], [Movement]) = ([], [], [])
        for line in lines {
            let count = counts.first { $0.lot == line.lot } ?? Count(lot: line.lot, quantity: 0)
            if count.quantity > 0 {
                received.append(Line(lot: line.lot, item: line.item, quantity: count.quantity, expiry: line.expiry))
            }
            if let difference = try difference(line, count) { differences.append(difference) }
            movements += handOver(line, count)
        }
        self = closed
        return Receipt(lines: received, differences: differences, movements: movements)
    }

    private func difference(_ line: Line, _ count: Count) throws(Refusal) -> Difference? {
        guard count.quantity <= line.quantity else { throw .countExceedsShipped }
        guard count.quantity < line.quantity else { return nil }
        guard !count.reason.allSatisfy(\.isWhitespace) else { throw .countReasonMissing }
        return Difference(lot: line.lot, shipped: line.quantity, counted: count.quantity, reason: count.reason)
    }

    private func handOver(_ line: Line, _ count: Count) -> [Movement] {
        let road = Account.transit(order, store, line.lot)
        let arrived: [(Account, UInt64, String)] = [
            (.delivered(order, line.lot), count.quantity, "received"),
            (.loss(order, line.lot), line.quantity - count.quantity, count.reason),
        ]
        return arrived.filter { $0.1 > 0 }.map { account, quantity, reason in
            Movement(debit: account, credit: road, lot: line.lot, quantity: quantity, reason: reason)
        }
    }
}
