import MessageSchema
import MonitoringDomain
import ServiceKit
import Vocabulary

/// `verification:` of monitoring.yaml: how warnings are judged by what happened.
struct VerificationSettings: Sendable {
    let terms: WarningVerification.Terms
    let seasons: WarningSeasons
    /// The scores are worked out once a day, at the full hour in Beijing.
    let schedule: ForecastSchedule
    /// What readings say happened, by the place that they come from.
    let observed: [MonitoringRepository.Place: [ObservedDefinition]]

    /// Without the key: every warning counts at once, in the whole year, and nothing happens unless a person says so.
    private init() throws(ForecastError) {
        (terms, seasons, observed) = (.init(), try WarningSeasons([]), [:])
        schedule = ForecastSchedule(period: .day, hour: 8, wait: .zero)
    }

    /// What holds where `verification:` is absent.
    static func standard() throws(ForecastError) -> VerificationSettings { try VerificationSettings() }

    /// `{ hour: 8, grace: 1h, least_lead: 10m, settle: 48h, seasons: [{ name, months: [6, 9] }], observed: [{ id, hazard, element, stations,
    /// colours: [{ colour, at }], over_after }] }`.
    init(_ item: YAMLValue, _ stations: [StationID: Station], _ elements: ElementList) throws(ConfigurationError) {
        try item.allow(["hour", "grace", "least_lead", "settle", "seasons", "observed"])
        schedule = ForecastSchedule(period: .day, hour: try item.value("hour").integer(in: 0...23), wait: .zero)
        terms = WarningVerification.Terms(
            grace: try item.optional("grace")?.duration() ?? .zero,
            leastLead: try item.optional("least_lead")?.duration() ?? .zero,
            settle: try item.optional("settle")?.duration() ?? .zero
        )
        seasons = try item.seasons()
        var observed: [MonitoringRepository.Place: [ObservedDefinition]] = [:]
        var ids: Set<String> = []
        for entry in try item.optional("observed")?.list() ?? [] {
            let (definition, places) = try entry.observed(stations, elements)
            guard ids.insert(definition.id).inserted else {
                throw entry.error("'\(definition.id)' stands twice", remedy: "give it another id")
            }
            for place in places { observed[place, default: []].append(definition) }
        }
        self.observed = observed
    }
}

/// A threshold whose crossing is what happened.
struct ObservedDefinition: Sendable {
    let id: String
    let hazard: Hazard
    /// Ascending in colour and threshold.
    let bands: [WarningRule.Band]
    let overAfter: Duration

    /// The colour that a value reaches; a threshold includes its number.
    func colour(of value: Quantity) -> WarningColour? {
        bands.last { value.millionths >= $0.threshold.millionths }?.colour
    }
}

extension YAMLValue {
    /// Reads `verification:`.
    func verification(_ stations: [StationID: Station], _ elements: ElementList) throws(ConfigurationError)
        -> VerificationSettings
    { try VerificationSettings(self, stations, elements) }

    fileprivate func seasons() throws(ConfigurationError) -> WarningSeasons {
        var ranges: [WarningSeasons.Range] = []
        let list = try optional("seasons")
        for entry in try list?.list() ?? [] {
            try entry.allow(["name", "months"])
            let ends = try entry.value("months").list()
            guard ends.count == 2 else { throw entry.error("months is no range", remedy: "write months: [6, 9]") }
            ranges.append(
                WarningSeasons.Range(
                    name: try entry.value("name").word(),
                    first: try ends[0].integer(in: 1...12),
                    last: try ends[1].integer(in: 1...12)
                )
            )
        }
        return try (list ?? self).made { () throws(ForecastError) in try WarningSeasons(ranges) }
    }

    fileprivate func observed(_ stations: [StationID: Station], _ elements: ElementList) throws(ConfigurationError) -> (
        ObservedDefinition, [MonitoringRepository.Place]
    ) {
        try allow(["id", "hazard", "element", "stations", "colours", "over_after"])
        let element = try value("element").parse("an element of the catalogue") { elements[ElementID($0)] }
        var places: [MonitoringRepository.Place] = []
        for station in try value("stations").list() {
            let id = try station.parse("a station of this file") { stations[StationID($0)]?.id }
            guard !places.contains(where: { $0.station == id }) else {
                throw station.error("station \(id) stands twice", remedy: "remove one")
            }
            places.append(.init(station: id, element: element.id))
        }
        let definition = ObservedDefinition(
            id: try value("id").word(),
            hazard: try value("hazard").parse("a hazard such as flash-flood") { Hazard(rawValue: $0) },
            bands: try value("colours").bands(element.unit, downward: false),
            overAfter: try value("over_after").duration()
        )
        return (definition, places)
    }
}
