// Types of what comes in from other systems.

extension MessageCatalogue {
    static let feedMessages: [any StreamMessage.Type] = [
        ItemsRefused.self,
        ForeignWarningReceived.self,
        ForeignWarningUpdated.self,
        ForeignWarningEnded.self,
        ForeignAlertIgnored.self,
        EarthquakeReported.self,
        EarthquakeWithdrawn.self,
        FeedSilent.self,
        FeedRestored.self,
    ]
}

extension ItemsRefused: StreamMessage {
    package static let type = "monitoring.intake.refused"
    package static let stream = StreamName.monitoring
    /// What was refused then says nothing of now.
    package static let stands = false
}

extension ForeignWarningReceived: StreamMessage {
    package static let type = "monitoring.foreign-warning.received"
    package static let stream = StreamName.monitoring
}

extension ForeignWarningUpdated: StreamMessage {
    package static let type = "monitoring.foreign-warning.updated"
    package static let stream = StreamName.monitoring
}

extension ForeignWarningEnded: StreamMessage {
    package static let type = "monitoring.foreign-warning.ended"
    package static let stream = StreamName.monitoring
}

extension ForeignAlertIgnored: StreamMessage {
    package static let type = "monitoring.foreign-alert.ignored"
    package static let stream = StreamName.monitoring
    /// It changed nothing.
    package static let stands = false
}

extension EarthquakeReported: StreamMessage {
    package static let type = "monitoring.earthquake.reported"
    package static let stream = StreamName.monitoring
}

extension EarthquakeWithdrawn: StreamMessage {
    package static let type = "monitoring.earthquake.withdrawn"
    package static let stream = StreamName.monitoring
}

extension FeedSilent: StreamMessage {
    package static let type = "monitoring.feed.silent"
    package static let stream = StreamName.monitoring
}

extension FeedRestored: StreamMessage {
    package static let type = "monitoring.feed.restored"
    package static let stream = StreamName.monitoring
}
