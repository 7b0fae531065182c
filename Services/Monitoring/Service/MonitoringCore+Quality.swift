import MessageSchema
import MonitoringDomain
import ServiceKit
import Vocabulary

extension MonitoringCore {
    /// What quality control thinks of a reading by itself, by those before it and by its neighbours.
    func assess(
        _ reading: Observation,
        _ station: Station,
        _ place: Place,
        _ series: ReadingSeries,
        _ turn: Turn
    ) throws -> (trust: QualityLimits.Trust, flags: [String]) {
        let (trust, flags) = try judge(reading, station, place, series, turn)
        guard try departs(reading, station, place, turn) else { return (trust, flags) }
        return (max(trust, .doubtful), flags + ["SC"])
    }

    /// The station's limits for that place in that month; nil where there are none.
    func limits(_ station: Station, _ place: Place, at observed: Instant) -> QualityLimits? {
        let seasons = quality.checks[place]?.seasons ?? []
        guard !seasons.isEmpty else { return station.limits[place.element] }
        return (station.limits[place.element] ?? QualityLimits()).inMonth(BeijingTime.civil(observed).month, seasons)
    }

    /// Whether the reading departs from those of its neighbours: doubtful, and used.
    private func departs(_ reading: Observation, _ station: Station, _ place: Place, _ turn: Turn) throws -> Bool {
        guard let neighbourhood = quality.checks[place]?.neighbourhood else { return false }
        var neighbours: [QualitySpatial.Reading] = []
        for id in neighbourhood.stations where id != station.id {
            guard let other = stations[id] else { continue }
            let near = try ForecastRepository.readings(
                id,
                place.element,
                after: reading.observed - neighbourhood.within - .microseconds(1),
                through: reading.observed + neighbourhood.within,
                turn.database
            ).last
            if let near { neighbours.append(.init(position: other.position, value: near.millionths)) }
        }
        let own = QualitySpatial.Reading(position: station.position, value: reading.value.millionths)
        switch neighbourhood.check.judge(own, neighbours: neighbours) {
        case .departs: return true
        case .fits, .tooFewNeighbours: return false
        }
    }

    /// What the newest reading shows of the ones before it: a spike, a shift that went back. They are told anew, unreliable, and count no
    /// more; what they moved stays moved.
    func review(_ place: Place, _ element: Element, _ station: Station, _ series: ReadingSeries, _ turn: Turn) throws {
        guard let shifts = quality.checks[place]?.shifts, let newest = series.newest?.observed else { return }
        let reach = shifts.longestGap + shifts.longestGap + (shifts.shift?.longest ?? .zero)
        let past = try ForecastRepository.readings(
            place.station,
            place.element,
            after: newest - reach,
            through: newest,
            turn.database
        )
        let findings = shifts.judge(past.map { .init(observed: $0.observed, value: $0.millionths) })
        for position in Set(findings.map(\.position)).sorted() {
            let reading = past[position]
            guard let value = Quantity(reading.millionths, decimals: 6, element.unit) else { continue }
            let told = Observation(element: element.id, value: value, observed: reading.observed)
            var message = ObservationAccepted(told, element, station)
            message.reliability = .unreliable
            message.flags = findings.filter { $0.position == position }.map(\.flag)
            message.corrects = reading.record.bytes
            let record = try turn.send(message, subject: station.id.value, happened: reading.observed)
            let kept = ReadingSeries.Reading(
                observed: reading.observed,
                millionths: reading.millionths,
                isUsable: false,
                record: record
            )
            try turn.remembered.keep(kept, place, in: series, turn.database)
        }
    }
}
