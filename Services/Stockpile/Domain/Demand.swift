package import Vocabulary

/// What an order asks for 需求: each kind of supplies once, at least one piece of it.
package struct Demand: Hashable, Sendable {
    /// In the order in which the kinds are first named.
    package private(set) var lines: [Line] = []

    /// One kind of supplies and how many pieces of it.
    package struct Line: Hashable, Sendable {
        package let item: ItemCode
        package fileprivate(set) var quantity: UInt64

        package init(item: ItemCode, quantity: UInt64) { (self.item, self.quantity) = (item, quantity) }
    }

    /// What is wrong with the lines of an order. The raw value is the stable code.
    package enum Fault: String, Error, Sendable {
        case noLines = "no-lines"
        case quantityZero = "quantity-zero"
        case quantityOverflow = "quantity-overflow"
    }

    /// Adds up the lines of one kind. Errors: no line, a line of no piece, a sum beyond 2^64.
    package init(_ lines: [Line]) throws(Fault) {
        guard !lines.isEmpty else { throw .noLines }
        for line in lines {
            guard line.quantity > 0 else { throw .quantityZero }
            guard let known = self.lines.firstIndex(where: { $0.item == line.item }) else {
                self.lines.append(line)
                continue
            }
            let (sum, overflow) = self.lines[known].quantity.addingReportingOverflow(line.quantity)
            guard !overflow else { throw .quantityOverflow }
            self.lines[known].quantity = sum
        }
    }
}
