import MessageSchema
import MonitoringDomain
import ServiceKit
import Vocabulary

extension MonitoringCore {
    /// Who enters earthquakes, corrects readings and fits forecasts: a duty officer, an approver or a hydrologist.
    static let officerRoles: Set<String> = ["duty-officer", "approver", "hydrologist"]

    /// Refuses a command of anybody else.
    func officer(_ turn: Turn) throws {
        guard let actor = turn.actor else { throw CommandRefusal("role-missing", "nobody is named") }
        guard officers.contains(actor.person) else {
            throw CommandRefusal("role-missing", "\(actor.person) is no duty officer; see people in monitoring.yaml")
        }
    }

    /// A person puts another value in a reading's place; the original stays in the record.
    func correct(_ order: CorrectReading, _ turn: Turn) throws {
        try officer(turn)
        guard let station = try station(StationID(order.station), turn) else {
            throw CommandRefusal("unknown-station", "station '\(order.station.shown(32))' is not in the catalogue")
        }
        guard !order.reason.isEmpty, order.reason.utf8.count <= 512 else {
            throw CommandRefusal("no-reason", "say in at most 512 bytes why the reading is wrong")
        }
        let (element, observed) = (ElementID(order.elementID), Instant(microseconds: order.observedUs))
        let value: Quantity
        do {
            value = try order.value.checked()
        } catch {
            throw CommandRefusal(error.code.rawValue, error.message)
        }
        guard let known = elements[element], known.unit == value.unit else {
            throw CommandRefusal("unit-mismatch", "name an element of the catalogue, and its own unit")
        }
        let stored = try ForecastRepository.stored(station.id, element, at: observed, turn.database)
        guard let stored, let previous = Quantity(stored.millionths, decimals: 6, known.unit) else {
            throw CommandRefusal("unknown-reading", "no reading of that instant is kept; name its observation time")
        }
        guard previous.millionths != value.millionths else {
            throw CommandRefusal("same-value", "the reading has that value already")
        }
        var message = ReadingCorrected()
        (message.station, message.elementID) = (station.id.value, element.value)
        (message.observedUs, message.reason) = (observed.microseconds, order.reason)
        (message.previous, message.value) = (WireQuantity(previous), WireQuantity(value))
        message.original = stored.record.bytes
        try turn.send(message, subject: station.id.value, happened: observed)
        try accept(
            Observation(element: element, value: value, observed: observed, isManual: true),
            station,
            turn
        )
    }
}

/// How far a station's clock may be off.
struct ClockLimits: Sendable {
    /// A reading further ahead of now belongs to no time: it is told, and not kept.
    let ahead: Duration?
    /// An older one is kept and evaluates no rule.
    let stale: Duration?

    /// `{ ahead: 10m, stale: 24h }`; absent checks nothing.
    init(_ item: YAMLValue?) throws(ConfigurationError) {
        try item?.allow(["ahead", "stale"])
        ahead = try item?.optional("ahead")?.duration()
        stale = try item?.optional("stale")?.duration()
    }

    func isAhead(_ observed: Instant, _ now: Instant) -> Bool { ahead.map { observed - now > $0 } ?? false }
    func isStale(_ observed: Instant, _ now: Instant) -> Bool { stale.map { now - observed > $0 } ?? false }
}
