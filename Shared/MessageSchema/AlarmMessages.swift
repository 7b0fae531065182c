// Types of what is told of floods of alarms.

extension MessageCatalogue {
    static let alarmMessages: [any StreamMessage.Type] = [
        AlarmFloodBegun.self,
        AlarmFloodUpdated.self,
        AlarmFloodEnded.self,
    ]
}

extension AlarmFloodBegun: StreamMessage {
    package static let type = "monitoring.alarm-flood.begun"
    package static let stream = StreamName.monitoring
}

extension AlarmFloodUpdated: StreamMessage {
    package static let type = "monitoring.alarm-flood.updated"
    package static let stream = StreamName.monitoring
}

extension AlarmFloodEnded: StreamMessage {
    package static let type = "monitoring.alarm-flood.ended"
    package static let stream = StreamName.monitoring
}
