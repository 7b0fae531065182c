// Types of the stockpile stream and the commands to its writer.

extension MessageCatalogue {
    static let stockpileMessages: [any StreamMessage.Type] = [
        SuppliesReserved.self,
        ShortageReported.self,
        SuppliesPicked.self,
        SuppliesShipped.self,
        SuppliesReceived.self,
        ReservationReleased.self,
    ]
    static let stockpileCommands: [any CommandMessage.Type] = [
        PickOrder.self,
        ShipOrder.self,
        ReceiveOrder.self,
    ]
}

extension SuppliesReserved: StreamMessage {
    package static let type = "stockpile.supplies.reserved"
    package static let stream = StreamName.stockpile
}

extension ShortageReported: StreamMessage {
    package static let type = "stockpile.shortage.reported"
    package static let stream = StreamName.stockpile
}

extension SuppliesPicked: StreamMessage {
    package static let type = "stockpile.supplies.picked"
    package static let stream = StreamName.stockpile
}

extension SuppliesShipped: StreamMessage {
    package static let type = "stockpile.supplies.shipped"
    package static let stream = StreamName.stockpile
}

extension SuppliesReceived: StreamMessage {
    package static let type = "stockpile.supplies.received"
    package static let stream = StreamName.stockpile
}

extension ReservationReleased: StreamMessage {
    package static let type = "stockpile.reservation.released"
    package static let stream = StreamName.stockpile
}

extension PickOrder: CommandMessage {
    package static let type = "stockpile.command.order.pick"
    package static let service = ServiceName.stockpile
}

extension ShipOrder: CommandMessage {
    package static let type = "stockpile.command.order.ship"
    package static let service = ServiceName.stockpile
}

extension ReceiveOrder: CommandMessage {
    package static let type = "stockpile.command.order.receive"
    package static let service = ServiceName.stockpile
}
