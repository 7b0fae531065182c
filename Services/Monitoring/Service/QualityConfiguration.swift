import MonitoringDomain
import ServiceKit
import Vocabulary

/// What `quality:` checks beyond the limits of each station; nothing where the key is absent.
struct QualityChecks: Sendable {
    /// The checks of one element at one station.
    struct Check: Sendable {
        var seasons: [SeasonalLimits] = []
        var shifts: QualityShifts?
        var neighbourhood: Neighbourhood?
    }

    /// Who is compared with whom.
    struct Neighbourhood: Sendable {
        let check: QualitySpatial
        let stations: [StationID]
        /// Readings further apart in time are of another moment.
        let within: Duration
    }

    let checks: [MonitoringRepository.Place: Check]

    /// `[{ element, stations, seasons: [{ months: [6, 9], hard, soft, rise_per_hour, fall_per_hour }], spike, shift: { step, tolerance,
    /// longest }, longest_gap, neighbours: { radius_m, count: [2, 6], departs, deviations, within } }]`.
    init(_ list: YAMLValue?, _ stations: [StationID: Station], _ elements: ElementList) throws(ConfigurationError) {
        var checks: [MonitoringRepository.Place: Check] = [:]
        for item in try list?.list() ?? [] {
            try item.allow(["element", "stations", "seasons", "spike", "shift", "longest_gap", "neighbours"])
            let element = try item.value("element").parse("an element of the catalogue") { elements[ElementID($0)] }
            var ids: [StationID] = []
            for station in try item.value("stations").list() {
                ids.append(try station.parse("a station of this file") { stations[StationID($0)]?.id })
            }
            let check = try item.check(element.unit, ids)
            for station in ids {
                let place = MonitoringRepository.Place(station: station, element: element.id)
                guard checks.updateValue(check, forKey: place) == nil else {
                    throw item.error("\(element.id) of \(station) is checked twice", remedy: "keep one entry")
                }
            }
        }
        self.checks = checks
    }
}

extension YAMLValue {
    fileprivate func check(_ unit: Unit, _ stations: [StationID]) throws(ConfigurationError) -> QualityChecks.Check {
        var check = QualityChecks.Check()
        for season in try optional("seasons")?.list() ?? [] { check.seasons.append(try season.limits(of: unit)) }
        let (spike, shift) = (try optional("spike"), try optional("shift"))
        if spike != nil || shift != nil { check.shifts = try shifts(unit) }
        check.neighbourhood = try optional("neighbours")?.neighbourhood(unit, stations)
        return check
    }

    private func limits(of unit: Unit) throws(ConfigurationError) -> SeasonalLimits {
        try allow(["months", "hard", "soft", "rise_per_hour", "fall_per_hour"])
        let ends = try value("months").list()
        guard ends.count == 2 else { throw error("months is no range", remedy: "write months: [6, 9]") }
        let (first, last) = (try ends[0].integer(in: 1...12), try ends[1].integer(in: 1...12))
        var limits = SeasonalLimits(
            months: Set(first <= last ? Array(first...last) : Array(first...12) + Array(1...last))
        )
        limits.hard = try optional("hard")?.range(unit)
        limits.soft = try optional("soft")?.range(unit)
        limits.risePerHour = try optional("rise_per_hour")?.quantity(unit).millionths
        limits.fallPerHour = try optional("fall_per_hour")?.quantity(unit).millionths
        return limits
    }

    private func shifts(_ unit: Unit) throws(ConfigurationError) -> QualityShifts {
        let spike = try optional("spike")?.quantity(unit).millionths
        let gap = try value("longest_gap").duration()
        let shift = try optional("shift").map { item throws(ConfigurationError) in
            try item.allow(["step", "tolerance", "longest"])
            return QualityShifts.Shift(
                step: try item.value("step").quantity(unit).millionths,
                tolerance: try item.value("tolerance").quantity(unit).millionths,
                longest: try item.value("longest").duration()
            )
        }
        return try made { () throws(ForecastError) in
            try QualityShifts(spikeLimit: spike, shift: shift, longestGap: gap)
        }
    }

    private func neighbourhood(_ unit: Unit, _ stations: [StationID]) throws(ConfigurationError)
        -> QualityChecks.Neighbourhood
    {
        try allow(["radius_m", "count", "departs", "deviations", "within"])
        let ends = try value("count").list()
        guard ends.count == 2 else { throw error("count is no range", remedy: "write count: [2, 6]") }
        let (least, most) = (try ends[0].integer(in: 2...100), try ends[1].integer(in: 2...100))
        guard least <= most else { throw error("count ends before it begins", remedy: "swap its ends") }
        let radius = try value("radius_m").integer(in: 1...20_000_000)
        let departs = try optional("departs")?.quantity(unit).millionths
        let deviations = try optional("deviations")?.decimal(in: 0.01...100)
        let check = try made { () throws(ForecastError) in
            try QualitySpatial(
                radiusMetres: Int64(radius),
                neighbours: least...most,
                absoluteLimit: departs,
                deviationHundredths: deviations.map { Int64(($0 * 100).rounded()) }
            )
        }
        return .init(check: check, stations: stations, within: try value("within").duration())
    }
}
