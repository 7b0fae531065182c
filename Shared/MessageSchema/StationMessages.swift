// What monitoring tells of its stations beyond their readings, and the orders to them.

extension MessageCatalogue {
    static let stationMessages: [any StreamMessage.Type] = [
        PictureReceived.self,
        StationOrdered.self,
        StationAnswered.self,
        StationOrderFailed.self,
        StationRegistered.self,
        StationRetired.self,
    ]
    static let stationCommands: [any CommandMessage.Type] = [
        SetStationClock.self,
        AskStation.self,
        RegisterStations.self,
        RetireStations.self,
    ]
}

extension PictureReceived: StreamMessage {
    package static let type = "monitoring.picture.received"
    package static let stream = StreamName.monitoring
}

extension StationOrdered: StreamMessage {
    package static let type = "monitoring.station.ordered"
    package static let stream = StreamName.monitoring
}

extension StationAnswered: StreamMessage {
    package static let type = "monitoring.station.answered"
    package static let stream = StreamName.monitoring
}

extension StationOrderFailed: StreamMessage {
    package static let type = "monitoring.station.order-failed"
    package static let stream = StreamName.monitoring
}

extension SetStationClock: CommandMessage {
    package static let type = "monitoring.command.station.set-clock"
    package static let service = ServiceName.monitoring
}

extension AskStation: CommandMessage {
    package static let type = "monitoring.command.station.ask"
    package static let service = ServiceName.monitoring
}

extension StationRegistered: StreamMessage {
    package static let type = "monitoring.station.registered"
    package static let stream = StreamName.monitoring
}

extension StationRetired: StreamMessage {
    package static let type = "monitoring.station.retired"
    package static let stream = StreamName.monitoring
}

extension RegisterStations: CommandMessage {
    package static let type = "monitoring.command.station.register"
    package static let service = ServiceName.monitoring
}

extension RetireStations: CommandMessage {
    package static let type = "monitoring.command.station.retire"
    package static let service = ServiceName.monitoring
}
