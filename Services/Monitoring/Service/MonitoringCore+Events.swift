import Foundation
import MessageSchema
import MonitoringDomain
import ServiceKit
import Vocabulary

// What happened 实况: as people enter it and as readings say it.

extension MonitoringCore {
    /// An earlier event is history that no warning of this record is judged by.
    private static let oldestEvent = Duration.hours(24 * 400)
    private static let longestNote = 512

    static func registerVerification(_ routes: inout Routes<MonitoringCore>) {
        routes.command(ObserveEvent.self) { core, order, turn in try core.observe(order, turn) }
        routes.command(CorrectEvent.self) { core, order, turn in try core.correct(order, turn) }
        routes.timer(verification) { core, turn in try core.verifyWarnings(turn) }
    }

    // MARK: people

    private func observe(_ order: ObserveEvent, _ turn: Turn) throws {
        try officer(turn)
        guard order.note.utf8.count <= Self.longestNote else {
            throw CommandRefusal("too-long", "a note has at most \(Self.longestNote) bytes")
        }
        var event = ObservedEvent()
        (event.hazard, event.colour) = (WireHazard(try order.hazard.checked()), order.colour)
        _ = try order.colour.checked()
        (event.division, event.station) = try place(order, turn)
        (event.beganUs, event.author, event.revision) = (order.beganUs, turn.actor?.person.value ?? "", 1)
        if order.hasEndedUs { event.endedUs = order.endedUs }
        try check(event, turn)
        event.event = try eventID(event, turn)
        try VerificationRepository.keep(event, turn.database)
        var message = EventObserved()
        (message.content, message.note) = (event, order.note)
        try turn.send(message, subject: event.event, happened: Instant(microseconds: event.beganUs))
        try armVerification(turn)
    }

    /// The division and the station that are named; a station alone stands in its own division.
    private func place(_ order: ObserveEvent, _ turn: Turn) throws -> (division: String, station: String) {
        guard !order.station.isEmpty else {
            guard divisionNames[order.division] != nil else {
                throw CommandRefusal(
                    "unknown-division",
                    "division '\(order.division.shown(32))' has no name in monitoring.yaml; name it, or a station"
                )
            }
            return (order.division, "")
        }
        guard let station = try station(StationID(order.station), turn) else {
            throw CommandRefusal("unknown-station", "station '\(order.station.shown(32))' is not in the catalogue")
        }
        guard order.division.isEmpty || order.division == station.division else {
            throw CommandRefusal("other-division", "station \(station.id) stands in division \(station.division)")
        }
        return (station.division, station.id.value)
    }

    private func check(_ event: ObservedEvent, _ turn: Turn) throws {
        let began = Instant(microseconds: event.beganUs)
        guard began <= turn.now, turn.now - began <= Self.oldestEvent else {
            throw CommandRefusal(
                "bad-time",
                "it began ahead of \(turn.now) or more than 400 days back; correct its time"
            )
        }
        guard event.hasEndedUs else { return }
        let ended = Instant(microseconds: event.endedUs)
        guard began <= ended, ended <= turn.now else {
            throw CommandRefusal(
                "bad-time",
                "it ended before it began, or ahead of \(turn.now); leave out an end to come"
            )
        }
    }

    /// `E.<hazard>.<yyyyMMddHHmm>.<start of the cause's id>`, in UTC.
    private func eventID(_ event: ObservedEvent, _ turn: Turn) throws -> String {
        let digits = Instant(microseconds: event.beganUs).description.filter(\.isNumber).prefix(12)
        return "E.\(try event.hazard.checked().rawValue).\(digits).\(turn.cause.description.prefix(8))"
    }

    private func correct(_ order: CorrectEvent, _ turn: Turn) throws {
        try officer(turn)
        guard !order.reason.isEmpty, order.reason.utf8.count <= Self.longestNote else {
            throw CommandRefusal("no-reason", "say in at most \(Self.longestNote) bytes why the event is wrong")
        }
        guard let previous = try VerificationRepository.event(order.event, turn.database) else {
            throw CommandRefusal("unknown-event", "there is no event '\(order.event.shown(128))'")
        }
        var event = previous
        if order.hasColour {
            _ = try order.colour.checked()
            event.colour = order.colour
        }
        if order.hasBeganUs { event.beganUs = order.beganUs }
        if order.hasEndedUs { event.endedUs = order.endedUs }
        event.withdrawn = order.withdraw
        guard event != previous else { throw CommandRefusal("nothing-changed", "the event says that already") }
        try check(event, turn)
        event.revision += 1
        event.author = turn.actor?.person.value ?? ""
        try VerificationRepository.keep(event, turn.database)
        if event.withdrawn || event.hasEndedUs { try mute(event, turn) }
        var message = EventCorrected()
        (message.content, message.previous, message.reason) = (event, previous, order.reason)
        try turn.send(message, subject: event.event, happened: Instant(microseconds: event.beganUs))
        try armVerification(turn)
    }

    /// Readings say no more of an event that a person ended or withdrew.
    private func mute(_ event: ObservedEvent, _ turn: Turn) throws {
        guard !event.definition.isEmpty else { return }
        let station = StationID(event.station)
        var (track, current) = try VerificationRepository.track(event.definition, station, turn.database)
        guard current == event.event else { return }
        track.mute()
        try VerificationRepository.keep(track, of: current, event.definition, station, turn.database)
    }

    // MARK: readings

    /// A usable reading that is its series' newest: what it says happened.
    func readEvents(_ reading: Observation, _ place: Place, _ record: RecordID, _ turn: Turn) throws {
        for definition in verification?.observed[place] ?? [] {
            let station = place.station
            let (before, current) = try VerificationRepository.track(definition.id, station, turn.database)
            var track = before
            let effects = track.take(
                definition.colour(of: reading.value),
                observed: reading.observed,
                overAfter: definition.overAfter
            )
            guard track != before else { continue }
            var event = try VerificationRepository.event(current, turn.database) ?? ObservedEvent()
            for effect in effects { try tell(effect, &event, definition, station, reading.observed, record, turn) }
            try VerificationRepository.keep(track, of: event.event, definition.id, station, turn.database)
        }
    }

    private func tell(
        _ effect: ObservedEventTrack.Effect,
        _ event: inout ObservedEvent,
        _ definition: ObservedDefinition,
        _ station: StationID,
        _ observed: Instant,
        _ record: RecordID,
        _ turn: Turn
    ) throws {
        switch effect {
        case .began(let colour):
            event = ObservedEvent()
            (event.hazard, event.colour) = (WireHazard(definition.hazard), WireWarningColour(colour))
            (event.station, event.division) = (station.value, stations[station]?.division ?? jurisdiction)
            (event.beganUs, event.definition, event.revision) = (observed.microseconds, definition.id, 1)
            event.event = try "\(eventID(event, turn)).\(definition.id)"
            try VerificationRepository.keep(event, turn.database)
            var message = EventObserved()
            (message.content, message.evidence) = (event, record.bytes)
            try turn.send(message, subject: event.event, happened: observed)
            return try armVerification(turn)
        case .worsened(let colour): event.colour = WireWarningColour(max(colour, try event.colour.checked()))
        case .ended(let at): event.endedUs = at.microseconds
        }
        event.revision += 1
        try VerificationRepository.keep(event, turn.database)
        var message = EventUpdated()
        (message.content, message.evidence) = (event, record.bytes)
        try turn.send(message, subject: event.event, happened: observed)
    }
}
