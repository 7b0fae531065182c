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

    /// So many readings, of some 40 bytes each, so many stations, of some 1,000 with their places, and so many tracks are remembered at
    /// the most.
    private static let limits = (readings: 1 << 20, stations: 1 << 18, tracks: 1 << 15)

    private struct TrackKey: Hashable {
        let rule: RuleID
        let station: StationID
    }

    /// Which tracks the table has: most stations never moved a rule, and need not be looked up.
    private enum KeptTracks {
        case unread
        case all(Set<TrackKey>)
        /// More than are remembered.
        case many
    }

    private var changes = 0
    /// What it remembers of stations' links and orders.
    let stations = StationMemory()
    var version: Int { changes + stations.version }
    private var known: [StationID: KnownStation] = [:]
    /// In the order in which they were remembered, a ring once there are too many: the oldest goes for the next one.
    private var order: [StationID] = []
    private var oldest = 0
    /// The station that was asked for last: a report's readings are of one.
    private var latest: KnownStation?
    /// The elements that have numbers; nil until they were read.
    private var elements: [ElementID: Int64]?
    /// How many readings the series have.
    private var count = 0
    private var keptTracks = KeptTracks.unread
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
        let row = try ReadingRepository.station(id, db)
        let station = KnownStation(id, number: row?.number, row?.registered)
        known[id] = station
        if order.count < Self.limits.stations { order.append(id) } else { order[forgetOldest()] = id }
        return station
    }

    /// Lets go of the station that was remembered first; gives its place in the ring.
    private func forgetOldest() -> Int {
        let place = oldest
        oldest = (oldest + 1) % order.count
        letGo(order[place])
        return place
    }

    private func letGo(_ id: StationID) {
        guard let station = known.removeValue(forKey: id) else { return }
        count -= station.readingCount
        station.letGo()
        if latest === station { latest = nil }
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
        switch known.registration {
        case .none: return nil
        case .station(let station): return station
        case .entry(let entry):
            let station = try make(entry)
            known.registration = .station(station)
            return station
        }
    }

    func isRegistered(_ id: StationID, _ db: Database) throws -> Bool {
        if case .none = try station(id, db).registration { return false }
        return true
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
        letGo(id)
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
        station.keep(new, place.element)
        add(new.readings.count)
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
        if series.isRemembered { add(series.readings.count - before) }
    }

    /// So many readings more are remembered; where those are too many, stations go that were remembered long ago.
    private func add(_ readings: Int) {
        count += readings
        guard count > Self.limits.readings, !order.isEmpty else { return }
        for _ in 0..<8 { _ = forgetOldest() }
    }

    private func begin(_ place: Place, _ db: Database) throws -> ReadingRepository.Key {
        let number = try number(of: station(place.station, db), db)
        if let element = try self.number(of: place.element, db) { return .init(station: number, element: element) }
        let element = try ReadingRepository.begin(place.element, db)
        elements?[place.element] = element
        return .init(station: number, element: element)
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
        guard try mayBeKept(key, db) else { return (WarningTrack(), WarningContent()) }
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
        let key = TrackKey(rule: rule, station: station)
        tracks[key] = (track, crossing)
        guard case .all(var keys) = keptTracks else { return }
        keptTracks = .unread
        keys.insert(key)
        keptTracks = keys.count <= Self.limits.stations ? .all(keys) : .many
    }

    private func mayBeKept(_ key: TrackKey, _ db: Database) throws -> Bool {
        if case .unread = keptTracks {
            let keys = try MonitoringRepository.trackKeys(upTo: Self.limits.stations + 1, db)
                .map { TrackKey(rule: $0.rule, station: $0.station) }
            keptTracks = keys.count <= Self.limits.stations ? .all(Set(keys)) : .many
        }
        if case .all(let keys) = keptTracks { return keys.contains(key) }
        return true
    }
}

/// What is remembered of one station.
private final class KnownStation {
    /// How it is registered, in as little room as may be: most entries are wanted once.
    enum Registration {
        case none
        indirect case entry(RegisteredStation)
        case station(Station)
    }

    let id: StationID
    /// By which the tables know it; nil until something of it is kept.
    var number: Int64?
    var registration: Registration
    /// A station has few elements: looking through them is faster than a table.
    private var places: [(element: ElementID, series: ReadingSeries)] = []

    init(_ id: StationID, number: Int64?, _ entry: RegisteredStation?) {
        (self.id, self.number) = (id, number)
        registration = entry.map { .entry($0) } ?? .none
    }

    var readingCount: Int { places.reduce(0) { $0 + $1.series.readings.count } }

    func series(_ element: ElementID) -> ReadingSeries? { places.first { $0.element == element }?.series }

    func keep(_ series: ReadingSeries, _ element: ElementID) { places.append((element, series)) }

    /// Whoever still has one of its series keeps it for himself.
    func letGo() { for place in places { place.series.isRemembered = false } }
}

extension Turn {
    /// What monitoring remembers of its tables.
    var remembered: MonitoringMemory { memory(of: MonitoringMemory.self) }
}
