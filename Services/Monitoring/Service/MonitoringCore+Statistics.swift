import MessageSchema
import MonitoringDomain
import ServiceKit
import Vocabulary

extension MonitoringCore {
    static let statistics = "statistics"

    /// A day of statistics ends at eight in Beijing, as hydrological days do.
    private static let day = ForecastSchedule(period: .day, hour: 8, wait: .zero)

    /// Counts the observation times of a report, each once.
    func countPunctuality(_ station: StationID, _ observed: [Instant], _ turn: Turn) throws {
        guard let punctuality, !observed.isEmpty else { return }
        let known = try ForecastRepository.punctuality(station, turn.database)
        var (since, counts) = known ?? (turn.now, StationPunctuality())
        for instant in Set(observed).sorted() {
            counts.take(observed: instant, received: turn.now, interval: punctuality)
        }
        try ForecastRepository.keep(counts, since: since, of: station, turn.database)
        guard known == nil else { return }
        since = Self.day.after(turn.now)
        try turn.setTimer(Self.statistics, subject: station.value, due: since)
    }

    /// The day is over: what came of the station, and from zero again.
    func tellStatistics(_ turn: Turn) throws {
        let station = StationID(turn.subject)
        guard let punctuality, try self.station(station, turn) != nil,
            let (since, counts) = try ForecastRepository.punctuality(station, turn.database)
        else { return }
        var message = StationStatistics()
        (message.station, message.fromUs, message.untilUs) = (station.value, since.microseconds, turn.now.microseconds)
        (message.received, message.expected) = (counts.received, counts.expected)
        (message.gaps, message.longestGapSeconds) = (counts.gaps, counts.longestGap.inSeconds)
        (message.outOfOrder, message.ahead) = (counts.outOfOrder, counts.aheadOfTime)
        if let share = counts.availabilityHundredthsPercent(until: turn.now, interval: punctuality) {
            message.availability = share
        }
        if let median = counts.delaySeconds(percentile: 50) { message.delayMedianSeconds = median }
        if let most = counts.delaySeconds(percentile: 95) { message.delay95Seconds = most }
        try turn.send(message, subject: station.value)
        try ForecastRepository.keep(StationPunctuality(), since: turn.now, of: station, turn.database)
        try turn.setTimer(Self.statistics, subject: station.value, due: Self.day.after(turn.now))
    }
}

extension YAMLValue {
    /// `{ every: 1h }`: how often a station is expected to report.
    func interval() throws(ConfigurationError) -> Duration {
        try allow(["every"])
        let every = try value("every").duration()
        guard every >= .minutes(1) else { throw error("too often", remedy: "write at least 1m") }
        return every
    }

    /// The persons of a list of people who have one of the roles.
    func persons(in roles: Set<String>) throws(ConfigurationError) -> Set<PersonID> {
        var persons: Set<PersonID> = []
        for person in try list() where try !roles.isDisjoint(with: person.value("roles").texts()) {
            persons.insert(PersonID(try person.value("person").text()))
        }
        return persons
    }
}
