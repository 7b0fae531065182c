import Foundation
package import MessageSchema
import MonitoringCodecs
import MonitoringDomain
package import ServiceKit
package import ServiceStore
import Vocabulary

/// Monitoring 监测预警: readings in, quality checked, rules evaluated, warnings through their life.
package struct MonitoringCore: ServiceCore {
    package static let name = ServiceName.monitoring
    package static let subscriptions: [StreamName] = []
    package static let migrations = MonitoringRepository.migrations

    /// The channel of SL 651 frames.
    package static let sl651 = "sl651"
    static let silence = "silence"
    static let expiry = "expiry"

    package let jurisdiction: String
    let stations: [StationID: Station]
    let rules: [AppliedRule]
    let approvers: [PersonID]

    package init(configuration: YAMLValue) throws {
        try configuration.allow(["jurisdiction", "people", "stations", "rules"])
        jurisdiction = try configuration.value("jurisdiction").parse("a division code") { DivisionCode($0)?.digits }
        var stations: [StationID: Station] = [:]
        var order: [StationID] = []
        for item in try configuration.value("stations").list() {
            let station = try item.station()
            guard stations.updateValue(station, forKey: station.id) == nil else {
                throw item.error("station \(station.id) stands twice", remedy: "remove one")
            }
            order.append(station.id)
        }
        self.stations = stations
        rules = try configuration.value("rules").list().map { try $0.rule(stations: order) }
        approvers = try configuration.value("people").list().compactMap { person in
            try person.allow(["person", "roles"])
            let roles = try person.value("roles").list().map { try $0.text() }
            return roles.contains("approver") ? PersonID(try person.value("person").text()) : nil
        }
    }

    package static func register(_ routes: inout Routes<MonitoringCore>) {
        routes.device(sl651) { core, bytes, turn in try core.take(frame: bytes, turn) }
        routes.timer(silence) { core, turn in try core.reportSilence(turn) }
        routes.timer(expiry) { core, turn in try core.expire(turn) }
        routes.command(ApproveWarning.self) { core, order, turn in try core.approve(order, turn) }
        routes.command(CancelWarning.self) { core, order, turn in try core.cancel(order, turn) }
    }

    // MARK: readings

    private func take(frame bytes: Data, _ turn: Turn) throws {
        let (frame, report): (SL651Frame, SL651Report?)
        do {
            frame = try SL651Frame.decode(Array(bytes))
            report = frame.function == 0x2F ? nil : try SL651Report.decode(frame)
        } catch {
            throw InputError(error.code.rawValue, error.message)
        }
        guard let station = stations[StationID(frame.station)] else {
            throw InputError(
                "unknown-station",
                "station \(frame.station) is not in the catalogue; add it to monitoring.yaml"
            )
        }
        try heard(station, turn)
        for reading in report?.readings ?? [] { try accept(reading, station, turn) }
    }

    private func heard(_ station: Station, _ turn: Turn) throws {
        try turn.setTimer(Self.silence, subject: station.id.value, due: turn.now + station.silentAfter)
        guard let since = try MonitoringRepository.endSilence(station.id.value, turn.database) else { return }
        var message = StationRestored()
        message.station = station.id.value
        message.silentSinceUs = since.microseconds
        try turn.send(message, subject: station.id.value)
    }

    private func accept(_ reading: SL651Reading, _ station: Station, _ turn: Turn) throws {
        let element = ObservedElement(reading.element)
        let stored = try MonitoringRepository.reading(station.id.value, element, at: reading.observed, turn.database)
        if let stored, stored.millionths == reading.value.millionths { return }
        let newest = try MonitoringRepository.newest(station.id.value, element, turn.database)
        var message = ObservationAccepted()
        message.station = station.id.value
        message.element = element
        message.value = WireQuantity(reading.value)
        message.observedUs = reading.observed.microseconds
        message.intervalSeconds = element == .rain1H ? 3600 : element == .rain5Min ? 300 : 0
        message.division = station.division
        (message.reliability, message.flags) = station.quality(of: reading)
        let isLate = newest.map { reading.observed < $0 } ?? false
        if isLate { message.flags.append("LATE") }
        if let stored { message.corrects = stored.record }
        let record = try turn.send(message, subject: station.id.value, happened: reading.observed)
        try MonitoringRepository.keep(message, millionths: reading.value.millionths, record: record, turn.database)
        guard reading.element == .stage, !isLate, message.reliability != .unreliable else { return }
        for applied in rules where applied.stations.contains(station.id) {
            try evaluate(applied, station, reading, record, turn)
        }
    }

    private func evaluate(
        _ applied: AppliedRule,
        _ station: Station,
        _ reading: SL651Reading,
        _ record: RecordID,
        _ turn: Turn
    ) throws {
        var (track, crossing) = try MonitoringRepository.track(applied.rule.id, station.id, turn.database)
        let effects = track.evaluate(
            reading.value,
            observed: reading.observed,
            by: applied.rule,
            newWarning: .derived(rule: applied.rule.id, station: station.id, observed: reading.observed)
        )
        if !effects.isEmpty, let live = track.live {
            crossing = WarningContent()
            crossing.value = WireQuantity(reading.value)
            crossing.threshold = WireQuantity(
                applied.rule.bands.first { $0.colour == live.colour }?.threshold ?? reading.value
            )
            crossing.observedUs = reading.observed.microseconds
            crossing.evidence = [record.bytes]
        }
        try save(track, crossing, effects, applied, station.id, turn)
    }

    private func reportSilence(_ turn: Turn) throws {
        let station = StationID(turn.subject)
        guard let after = stations[station]?.silentAfter else { return }
        let last = turn.happened - after
        try MonitoringRepository.silence(station.value, since: last, turn.database)
        var message = StationSilent()
        message.station = station.value
        message.lastObservedUs = last.microseconds
        try turn.send(message, subject: station.value)
    }
}

extension ObservedElement {
    init(_ element: SL651Element) {
        self =
            switch element {
            case .stage: .stage
            case .flow: .flow
            case .rain1h: .rain1H
            case .rain5min: .rain5Min
            case .rainAccumulated: .rainAccumulated
            case .battery: .battery
            }
    }
}

extension Station {
    /// Hard limits make a stage unreliable, soft ones doubtful; flags after Delft-FEWS.
    fileprivate func quality(of reading: SL651Reading) -> (Reliability, [String]) {
        guard reading.element == .stage else { return (.good, []) }
        let value = reading.value.millionths
        if let hard, !hard.contains(value) { return (.unreliable, [value < hard.lowerBound ? "HN" : "HX"]) }
        if let soft, !soft.contains(value) { return (.doubtful, [value < soft.lowerBound ? "SN" : "SX"]) }
        return (.good, [])
    }
}

extension WarningID {
    /// `W.<rule>.<station>.<yyyyMMddHHmm>`, in UTC, of the observation that first triggered it.
    static func derived(rule: RuleID, station: StationID, observed: Instant) -> WarningID {
        let digits = observed.description.filter { $0.isNumber }.prefix(12)
        return WarningID("W.\(rule).\(station).\(digits)")
    }
}
