import MessageSchema
import StockpileDomain
import Vocabulary

// The stockpile's decisions in the words of the shared schema.

extension LotLine {
    init(_ line: Consignment.Line, of consignment: Consignment) {
        self.init()
        (item, lot, store) = (line.item.value, line.lot.value, consignment.store.value)
        quantity = line.quantity
        expiry = line.expiry?.description ?? ""
        travelSeconds = UInt32(clamping: consignment.travel.inSeconds)
    }

    static func lines(of consignment: Consignment) -> [LotLine] {
        consignment.lines.map { LotLine($0, of: consignment) }
    }
}

extension CountDifference {
    init(_ difference: Consignment.Difference) {
        self.init()
        lot = difference.lot.value
        (shipped, counted) = (difference.shipped, difference.counted)
        reason = difference.reason
    }
}

extension ShortageReported {
    init(_ shortage: Allocation.Shortage, of order: OrderID) {
        self.init()
        (self.order, item) = (order.value, shortage.item.value)
        (wanted, reserved) = (shortage.wanted, shortage.reserved)
        reasons = shortage.reasons.map(StoreReason.init)
    }
}

extension StoreReason {
    init(_ reason: Allocation.StoreReason) {
        self.init()
        store = reason.store.value
        self.reason = ShortageReason(reason.reason)
        quantity = reason.quantity
        heldBy = reason.heldBy.map(\.value)
    }
}

extension ShortageReason {
    init(_ reason: Allocation.Reason) {
        self =
            switch reason {
            case .notStocked: .notStocked
            case .noRoute: .noRoute
            case .reserved: .reserved
            case .expired: .expired
            case .exhausted: .exhausted
            }
    }
}
