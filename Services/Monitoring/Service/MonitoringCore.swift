import Foundation
package import MessageSchema
import MonitoringCodecs
import MonitoringDomain
package import ServiceKit
package import ServiceStore
import Vocabulary

/// Monitoring 监测预警: readings in, quality checked, rules evaluated, warnings through their life.
///
/// A constant, and a class: it is handed from function to function for every reading.
package final class MonitoringCore: ServiceCore {
    package static let name = ServiceName.monitoring
    package static let subscriptions: [StreamName] = []
    /// Each station's readings are written to another page.
    package static let pageBytes = 4_096
    package static let migrations =
        MonitoringRepository.migrations + [
            GridRepository.migration, DangerRepository.migration, ForecastRepository.migration,
        ] + InletRepository.migrations + [
            RuleRepository.migration, VerificationRepository.migration, WarningRepository.migration,
            AlarmFloodRepository.migration, SuspensionRepository.migration, ReachRepository.migration,
            StationRepository.codings, InletRepository.keeping,
        ]

    /// The channel of SL 651 frames.
    package static let sl651 = "sl651"
    /// The channel of HJ 212 packets.
    package static let hj212 = "hj212"
    static let silence = "silence"
    static let expiry = "expiry"
    static let rule = "rule"

    package let jurisdiction: String
    let sender: Sender
    let divisionNames: [String: Name]
    /// What warnings for a division show on the map; none where nothing stands.
    let divisionAreas: [String: [WarningArea]]
    let elements: ElementList
    /// Those of the configuration; others are registered, in a table.
    let stations: [StationID: Station]
    let kinds: [String: StationKind]
    let links: StationLinks
    let rules: [AppliedRule]
    let dependents: RuleDependents
    /// Nil: floods of alarms are not told.
    let floodLimits: AlarmFlood.Limits?
    let inlets: Inlets
    let approvers: [PersonID]
    /// What watches each place; nothing does where none stands.
    let watches: [Place: Watch]
    /// The same for registered stations.
    let kindWatches: KindWatches
    /// Nil: the place has none.
    let grid: GridConfiguration?
    let dangers: DangerConfiguration?
    let riskPoints: RiskPointConfiguration?
    let officers: Set<PersonID>
    let clock: ClockLimits
    let quality: QualityChecks
    let punctuality: Duration?
    let forecasts: Forecasts
    let chains: Chains
    /// Nil: warnings are not judged by what happened.
    let verification: VerificationSettings?
    /// What stops because of warnings.
    let suspensions: [SuspensionDefinition]
    /// What is watched for its own sake.
    let greatEvents: [GreatEvent]
    /// Nil: nobody has to be reached.
    let reach: Reach?
    /// How long what came from feeds is kept; nil: for good.
    let keeping: FeedKeeping?

    /// Reads `monitoring.yaml`. Errors: `ConfigurationError` with file, line and remedy.
    package init(configuration: YAMLValue) throws {
        try configuration.allow([
            "jurisdiction", "sender", "divisions", "people", "elements", "stations", "station_kinds", "rules", "grid",
            "dangers",
            "risk_points", "station_orders", "clock", "quality", "statistics", "forecasts", "chains", "sources", "mqtt",
            "feeds", "verification", "suspension", "events", "alarm_flood", "reach",
            "seasons", "keep",
        ])
        jurisdiction = try configuration.value("jurisdiction").division()
        sender = try configuration.value("sender").sender()
        divisionNames = try configuration.value("divisions").divisions()
        divisionAreas = try configuration.value("divisions").divisionAreas()
        elements = try ElementList(configuration.optional("elements"))
        var stations: [StationID: Station] = [:]
        for item in try configuration.value("stations").list() {
            let station = try item.station(elements)
            guard stations.updateValue(station, forKey: station.id) == nil else {
                throw item.error("station \(station.id) stands twice", remedy: "remove one")
            }
        }
        self.stations = stations
        links = try StationLinks(configuration, elements)
        inlets = try Inlets(configuration, stations: Set(stations.keys))
        let known = Set(stations.keys)
        kinds = try configuration.optional("station_kinds")?.stationKinds(elements) ?? [:]
        let references = RuleReferences(
            stations: stations,
            kinds: Set(kinds.keys),
            elements: elements,
            divisions: divisionNames,
            seasons: try configuration.optional("seasons")?.ruleSeasons() ?? [:]
        )
        rules = try configuration.value("rules").rules(references)
        dependents = RuleDependents(rules)
        keeping = try configuration.optional("keep")?.feedKeeping()
        floodLimits = try configuration.optional("alarm_flood")?.floodLimits()
        watches = Watch.all(self.stations, rules)
        kindWatches = KindWatches(kinds, rules)
        (grid, dangers, riskPoints) = try configuration.dualPrevention()
        officers = try configuration.value("people").persons(in: Self.officerRoles)
        clock = try ClockLimits(configuration.optional("clock"))
        quality = try QualityChecks(configuration.optional("quality"), stations, elements)
        punctuality = try configuration.optional("statistics")?.interval()
        forecasts = try Forecasts(configuration.optional("forecasts"), stations)
        chains = try Chains(configuration.optional("chains"), stations: known, elements)
        verification = try configuration.optional("verification")?.verification(stations, elements)
        suspensions = try configuration.optional("suspension")?.suspensions(divisionNames) ?? []
        greatEvents = try configuration.optional("events")?.greatEvents(divisionNames) ?? []
        let names = divisionNames
        reach = try configuration.optional("reach").map { value throws(ConfigurationError) in try value.reach(names) }
        approvers = try configuration.value("people").list().compactMap { person in
            try person.allow(["person", "roles"])
            let roles = try person.value("roles").texts()
            return roles.contains("approver") ? PersonID(try person.value("person").text()) : nil
        }
    }

    /// Stations' frames, people's commands, silences and lifetimes.
    package static func register(_ routes: inout Routes<MonitoringCore>) {
        routes.device(sl651) { core, bytes, turn in try core.take(sl651: bytes, turn) }
        routes.device(hj212) { core, bytes, turn in try core.take(hj212: bytes, turn) }
        routes.timer(order) { core, turn in try core.orderIsDue(turn) }
        routes.command(SetStationClock.self) { core, order, turn in try core.order(order, turn) }
        routes.command(AskStation.self) { core, ask, turn in try core.ask(ask, turn) }
        registerForecasts(&routes)
        registerInlets(&routes)
        routes.timer(silence) { core, turn in try core.reportSilence(turn) }
        routes.command(RegisterStations.self) { core, order, turn in try core.register(order, turn) }
        routes.command(RetireStations.self) { core, order, turn in try core.retire(order, turn) }
        routes.timer(expiry) { core, turn in try core.expire(turn) }
        registerAlarmFlood(&routes)
        routes.timer(rule) { core, turn in try core.ruleIsDue(turn) }
        routes.command(ApproveWarning.self) { core, order, turn in try core.approve(order, turn) }
        routes.command(RejectWarning.self) { core, order, turn in try core.reject(order, turn) }
        routes.command(CancelWarning.self) { core, order, turn in try core.cancel(order, turn) }
        registerWarnings(&routes)
        registerVerification(&routes)
        routes.timer(riskReport) { core, turn in try core.reportRisk(turn) }
        registerGrid(&routes)
        registerDangers(&routes)
        registerRiskPoints(&routes)
        registerReach(&routes)
    }

    // MARK: silence

    /// A word of the station came: it is not silent.
    ///
    /// When it was heard is noted each time; the timer stays where it was set and looks there, so that most reports move none.
    func heard(_ station: Station, _ turn: Turn) throws {
        guard try turn.remembered.hear(station.id, at: turn.now, turn.database) else { return }
        try turn.setTimer(Self.silence, subject: station.id.value, due: turn.now + station.silentAfter)
        guard let since = try ReadingRepository.endSilence(station.id, turn.database) else { return }
        var message = StationRestored()
        message.station = station.id.value
        message.silentSinceUs = since.microseconds
        try turn.send(message, subject: station.id.value)
    }

    private func reportSilence(_ turn: Turn) throws {
        let station = StationID(turn.subject)
        guard let after = try self.station(station, turn)?.silentAfter else { return }
        // A timer from before it was noted when stations are heard was moved by each word.
        let last = try ReadingRepository.heard(station, turn.database) ?? turn.happened - after
        guard last + after <= turn.now else {
            return try turn.setTimer(Self.silence, subject: turn.subject, due: last + after)
        }
        try ReadingRepository.silence(station, since: last, turn.database)
        var message = StationSilent()
        message.station = station.value
        message.lastObservedUs = last.microseconds
        try turn.send(message, subject: station.value)
    }
}
