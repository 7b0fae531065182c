import ServiceKit
import Vocabulary

/// `keep:` of monitoring.yaml: how long it is known what came from feeds and is over.
struct FeedKeeping: Sendable {
    /// Documents of others, from when their warnings would have lapsed.
    let foreignAlerts: Duration?
    /// Earthquakes, from when the earth shook; an older one that comes for the first time is not taken.
    let earthquakes: Duration?
}

extension YAMLValue {
    /// `{ foreign_alerts: 30d, earthquakes: 400d }`
    func feedKeeping() throws(ConfigurationError) -> FeedKeeping {
        try allow(["foreign_alerts", "earthquakes"])
        return FeedKeeping(
            foreignAlerts: try optional("foreign_alerts")?.days(),
            earthquakes: try optional("earthquakes")?.days()
        )
    }

    /// Feeds show what is some days old again and again: forgotten, it would be taken for new.
    private func days() throws(ConfigurationError) -> Duration {
        let days = try duration()
        guard days >= .hours(7 * 24) else {
            throw error("feeds still show what is so young", remedy: "keep it for 7d at the least")
        }
        return days
    }
}
