// Types of the stream of who was reached by warnings.

extension MessageCatalogue {
    static let reachMessages: [any StreamMessage.Type] = [
        ReachSent.self,
        ReachFailed.self,
        ReachDelivered.self,
        ReachAcknowledged.self,
        ReachCoverage.self,
        ReachShort.self,
    ]
}

extension ReachSent: StreamMessage {
    package static let type = "monitoring.reach.sent"
    package static let stream = StreamName.reach
    /// The coverage says what came of it.
    package static let stands = false
}

extension ReachFailed: StreamMessage {
    package static let type = "monitoring.reach.failed"
    package static let stream = StreamName.reach
    /// The coverage says what came of it.
    package static let stands = false
}

extension ReachDelivered: StreamMessage {
    package static let type = "monitoring.reach.delivered"
    package static let stream = StreamName.reach
    /// The coverage says what came of it.
    package static let stands = false
}

extension ReachAcknowledged: StreamMessage {
    package static let type = "monitoring.reach.acknowledged"
    package static let stream = StreamName.reach
    /// It stands in the coverage.
    package static let stands = false
}

extension ReachCoverage: StreamMessage {
    package static let type = "monitoring.reach.coverage"
    package static let stream = StreamName.reach
}

extension ReachShort: StreamMessage {
    package static let type = "monitoring.reach.short"
    package static let stream = StreamName.reach
}
