import Foundation
import GRDB
import MessageSchema
import MonitoringDomain
import ServiceKit
import Vocabulary

/// What monitoring remembers of its tables: the last readings of each place, and the tracks.
///
/// Questions about what is not remembered go to the table; what changes is written there first. Bounded: what is too much is
/// forgotten, and read again where it is asked for.
final class MonitoringMemory: TableMemory {
    typealias Place = MonitoringRepository.Place

    /// So many readings, of some 40 bytes each, so many stations, of some 500, and so many tracks are remembered at the most.
    private static let limits = (readings: 1 << 20, stations: 1 << 18, tracks: 1 << 15)

    private struct TrackKey: Hashable {
        let rule: RuleID
        let station: StationID
    }

    private var changes = 0
    /// What it remembers of stations' links and orders.
    let stations = StationMemory()
    var version: Int { changes + stations.version }
    private var known: [StationID: KnownStation] = [:]
    /// The station that was asked for last: a report's readings are of one.
    private var latest: KnownStation?
    /// The elements that have numbers; nil until they were read.
    private var elements: [ElementID: Int64]?
    /// How many readings all series have, and what they let go since they were last counted.
    private var count = 0
    private var tracks: [TrackKey: (track: WarningTrack, crossing: WarningContent)] = [:]

    init() {}

    // MARK: stations and elements

    private func station(_ id: StationID, _ db: Database) throws -> KnownStation {
        if let latest, latest.id == id { return latest }
        let station = try known[id] ?? remember(id, db)
        latest = station
        return station
    }

    private func remember(_ id: StationID, _ db: Database) throws -> KnownStation {
        if known.count >= Self.limits.stations { forgetReadings() }
        let row = try ReadingRepository.station(id, db)
        let station = KnownStation(id, number: row?.number, row?.registered)
        known[id] = station
        return station
    }

    private func number(of station: KnownStation, _ db: Database) throws -> Int64 {
        if let number = station.number { return number }
        changes += 1
        let new = try ReadingRepository.begin(station.id, db)
        station.number = new
        return new
    }

    private func number(of element: ElementID, _ db: Database) throws -> Int64? {
        let all = try elements ?? ReadingRepository.elements(db)
        elements = all
        return all[element]
    }

    // MARK: the register

    /// The registered station, as `make` makes it of its entry; nil where it is not registered.
    func registered(_ id: StationID, _ db: Database, _ make: (RegisteredStation) throws -> Station) throws -> Station? {
        let known = try station(id, db)
        if let station = known.station { return station }
        guard let entry = known.entry else { return nil }
        let station = try make(entry)
        (known.station, known.entry) = (station, nil)
        return station
    }

    func isRegistered(_ id: StationID, _ db: Database) throws -> Bool {
        let known = try station(id, db)
        return known.station != nil || known.entry != nil
    }

    func register(_ entry: RegisteredStation, _ db: Database) throws {
        try StationRegister.keep(entry, db)
        forget(StationID(entry.id))
    }

    func retire(_ id: StationID, _ db: Database) throws {
        try StationRegister.remove(id, db)
        forget(id)
    }

    private func forget(_ id: StationID) {
        changes += 1
        known[id] = nil
        latest = nil
    }

    // MARK: series

    /// The last readings of the place, as far back as its watch reaches before the newest.
    func series(_ place: Place, _ db: Database, watchedBy watch: () throws -> Watch) throws -> ReadingSeries {
        let station = try station(place.station, db)
        if let known = station.series(place.element) { return known }
        let new: ReadingSeries
        if let number = station.number, let element = try self.number(of: place.element, db) {
            let key = ReadingRepository.Key(station: number, element: element)
            new = try ReadingRepository.series(key, try watch(), db)
            new.key = key
        } else {
            new = ReadingSeries([], isWhole: true, try watch())
        }
        if count >= Self.limits.readings { recount() }
        count += new.readings.count
        station.keep(new, place.element)
        return new
    }

    /// Keeps the reading, in the table and in the place's series.
    func keep(_ reading: ReadingSeries.Reading, _ place: Place, in series: ReadingSeries, _ db: Database) throws {
        changes += 1
        let key = try series.key ?? begin(place, db)
        series.key = key
        try ReadingRepository.keep(reading, key, db)
        let before = series.readings.count
        series.keep(reading)
        count += max(0, series.readings.count - before)
        if count >= Self.limits.readings { recount() }
    }

    private func begin(_ place: Place, _ db: Database) throws -> ReadingRepository.Key {
        let number = try number(of: station(place.station, db), db)
        if let element = try self.number(of: place.element, db) { return .init(station: number, element: element) }
        let element = try ReadingRepository.begin(place.element, db)
        elements?[place.element] = element
        return .init(station: number, element: element)
    }

    /// What the series let go does not count; where too much is left, all of it is forgotten.
    private func recount() {
        count = known.values.reduce(0) { $0 + $1.readingCount }
        if count >= Self.limits.readings / 2 { forgetReadings() }
    }

    private func forgetReadings() {
        known.removeAll()
        latest = nil
        count = 0
    }

    // MARK: silence

    /// Notes that the station was heard; gives whether it is the first time since it began, or was silent.
    func hear(_ station: StationID, at now: Instant, _ db: Database) throws -> Bool {
        changes += 1
        return try ReadingRepository.hear(number(of: self.station(station, db), db), at: now, db)
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
        changes += 1
        try MonitoringRepository.keep(track, crossing, rule, station, db)
        tracks[TrackKey(rule: rule, station: station)] = (track, crossing)
    }
}

/// What is remembered of one station.
private final class KnownStation {
    let id: StationID
    /// By which the tables know it; nil until something of it is kept.
    var number: Int64?
    /// A station has few elements: looking through them is faster than a table.
    private var places: [(element: ElementID, series: ReadingSeries)] = []

    /// How it is registered, until it was asked for.
    var entry: RegisteredStation?
    var station: Station?

    init(_ id: StationID, number: Int64?, _ entry: RegisteredStation?) {
        (self.id, self.number, self.entry) = (id, number, entry)
    }

    var readingCount: Int { places.reduce(0) { $0 + $1.series.readings.count } }

    func series(_ element: ElementID) -> ReadingSeries? { places.first { $0.element == element }?.series }

    func keep(_ series: ReadingSeries, _ element: ElementID) { places.append((element, series)) }
}

extension Turn {
    /// What monitoring remembers of its tables.
    var remembered: MonitoringMemory { memory(of: MonitoringMemory.self) }
}
