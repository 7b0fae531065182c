import Foundation
import GRDB
import MessageSchema
import MonitoringDomain
import ServiceKit
import Vocabulary

/// What monitoring remembers of its tables: the last readings of each place, the tracks, and who is silent.
///
/// Questions about what is not remembered go to the table; what changes is written there first. Bounded: what is too much is
/// forgotten, and read again where it is asked for.
final class MonitoringMemory: TableMemory {
    typealias Place = MonitoringRepository.Place

    /// So many readings, of some 40 bytes each, and so many tracks are remembered at the most.
    private static let limits = (readings: 1 << 20, tracks: 1 << 15)

    private struct TrackKey: Hashable {
        let rule: RuleID
        let station: StationID
    }

    private(set) var version = 0
    private var series: [Place: ReadingSeries] = [:]
    /// How many readings all series have, and what they let go since they were last counted.
    private var count = 0
    private var tracks: [TrackKey: (track: WarningTrack, crossing: WarningContent)] = [:]
    private var silent: [String: Instant]?

    init() {}

    // MARK: readings

    /// The last readings of the place, as far back as `reach` before the newest.
    func series(_ place: Place, reach: Duration, _ db: Database) throws -> ReadingSeries {
        if let known = series[place] { return known }
        let new = try MonitoringRepository.series(place, reach: reach, db)
        if count >= Self.limits.readings { recount() }
        count += new.readings.count
        series[place] = new
        return new
    }

    /// Keeps the reading, in the table and in the place's series.
    func keep(_ reading: ReadingSeries.Reading, _ place: Place, in series: ReadingSeries, _ db: Database) throws {
        version += 1
        let number = try series.number ?? MonitoringRepository.begin(place, db)
        series.number = number
        try MonitoringRepository.keep(reading, in: number, db)
        let before = series.readings.count
        series.keep(reading)
        count += max(0, series.readings.count - before)
        if count >= Self.limits.readings { recount() }
    }

    /// What the series let go does not count; where too much is left, all of it is forgotten.
    private func recount() {
        count = series.values.reduce(0) { $0 + $1.readings.count }
        guard count >= Self.limits.readings / 2 else { return }
        series.removeAll()
        count = 0
    }

    // MARK: warnings

    /// The track, and the content of its last crossing as a message; a new one where nothing was kept.
    func track(_ rule: RuleID, _ station: StationID, _ db: Database) throws -> (WarningTrack, WarningContent) {
        let key = TrackKey(rule: rule, station: station)
        if let known = tracks[key] { return known }
        let read = try MonitoringRepository.track(rule, station, db)
        if tracks.count >= Self.limits.tracks { tracks.removeAll() }
        tracks[key] = read
        return read
    }

    func keep(
        _ track: WarningTrack,
        _ crossing: WarningContent,
        _ rule: RuleID,
        _ station: StationID,
        _ db: Database
    ) throws {
        version += 1
        try MonitoringRepository.keep(track, crossing, rule, station, db)
        tracks[TrackKey(rule: rule, station: station)] = (track, crossing)
    }

    // MARK: silence

    func silence(_ station: String, since: Instant, _ db: Database) throws {
        version += 1
        try MonitoringRepository.silence(station, since: since, db)
        silent?[station] = since
    }

    /// Ends the station's silence; nil where it was not silent.
    func endSilence(_ station: String, _ db: Database) throws -> Instant? {
        let known = try silent ?? MonitoringRepository.silent(db)
        silent = known
        guard let since = known[station] else { return nil }
        version += 1
        try MonitoringRepository.endSilence(station, db)
        silent?[station] = nil
        return since
    }
}

extension Turn {
    /// What monitoring remembers of its tables.
    var remembered: MonitoringMemory { memory(of: MonitoringMemory.self) }
}
