import Foundation
import GRDB
import MessageSchema
import MonitoringDomain
import ServiceKit
import Vocabulary

// Warnings against what happened: by rule, station and season, from each colour of the rule up; those that people drafted by hazard.

extension MonitoringCore {
    static let verification = "verification"
    private static let daily = "daily"

    // MARK: what was released

    /// A warning was issued or updated.
    func noteRelease(_ content: WarningContent, _ turn: Turn) throws {
        let isByHand = content.rule.isEmpty
        let known = try VerificationRepository.released(content.warning, turn.database)
        var released =
            try known
            ?? .init(
                warning: content.warning,
                rule: isByHand ? Self.byHand(try content.hazard.checked()).value : content.rule,
                station: isByHand ? "" : rulesWarning(content.warning).station.value,
                colours: [],
                ended: nil
            )
        let divisions = isByHand ? content.divisions : nil
        released.colours.append(.init(colour: try content.colour.checked(), at: turn.now, divisions: divisions))
        try VerificationRepository.keep(released, turn.database)
        try armVerification(turn)
    }

    /// Under which name the warnings of a hazard that people drafted are judged: no rule has one with a full stop.
    private static func byHand(_ hazard: Hazard) -> RuleID { RuleID("hand.\(hazard.rawValue)") }

    /// The warning is over, in whatever way.
    func noteEnd(_ warning: WarningID, _ turn: Turn) throws {
        guard var released = try VerificationRepository.released(warning.value, turn.database) else { return }
        released.ended = turn.now
        try VerificationRepository.keep(released, turn.database)
    }

    // MARK: when

    /// There is something to verify: the timer runs from now on.
    func armVerification(_ turn: Turn) throws {
        guard let verification else { return }
        // Where the configuration was without it for a while, the timer is lost, and is set anew.
        if let due = try VerificationRepository.due(turn.database), turn.now - due < .hours(48) { return }
        try setVerification(verification, turn)
    }

    private func setVerification(_ settings: VerificationSettings, _ turn: Turn) throws {
        let due = settings.schedule.after(turn.now)
        try VerificationRepository.keep(due: due, turn.database)
        try turn.setTimer(Self.verification, subject: Self.daily, due: due)
    }

    /// The day's scores: those that say other than when they were told last.
    func verifyWarnings(_ turn: Turn) throws {
        guard let verification else { return }
        let known = try scores(verification, now: turn.now, turn.database)
        for var score in try known + emptied(known, turn.database) {
            let told = try VerificationRepository.told(score, turn.database)
            score.knownUs = told?.knownUs ?? 0
            guard score != told else { continue }
            score.knownUs = turn.now.microseconds
            try VerificationRepository.keep(score, turn.database)
            try turn.send(score, subject: score.station.isEmpty ? score.rule : "\(score.rule)/\(score.station)")
        }
        try setVerification(verification, turn)
    }

    /// Scores that were told and are empty by now, for a correction took their last warning or event.
    private func emptied(_ known: [VerificationComputed], _ db: Database) throws -> [VerificationComputed] {
        let keys = Set(known.map(\.place))
        let names = rules.map(\.rule.id) + Hazard.allCases.map(Self.byHand)
        return try names.flatMap { try VerificationRepository.told(of: $0, db) }.map(\.place)
            .filter { !keys.contains($0) }
    }

    // MARK: scores

    /// Every score that is not empty, by rule as configured, station, colour and season, a rule's own last; then those of hands, by hazard.
    func scores(_ settings: VerificationSettings, now: Instant, _ db: Database) throws -> [VerificationComputed] {
        var scores: [VerificationComputed] = []
        for applied in rules {
            let events = try VerificationRepository.events(applied.rule.hazard, db)
            for band in applied.rule.bands {
                let judged = RuleScores(applied.rule.id, from: band.colour, settings, now: now)
                scores += try judged.messages(applied.stations.sorted()) { station in
                    let released = try VerificationRepository.released(by: applied.rule.id, at: station, db)
                    return (
                        released.map(\.verified),
                        try events.filter { try happened($0, at: station) }.map { try .init($0) }
                    )
                }
            }
        }
        return try scores + Hazard.allCases.flatMap { try handScores($0, settings, now: now, db) }
    }

    /// Of what people drafted about the hazard, where they ever did: against all its events, as one place would be, but by division.
    private func handScores(_ hazard: Hazard, _ settings: VerificationSettings, now: Instant, _ db: Database) throws
        -> [VerificationComputed]
    {
        let warnings = try VerificationRepository.released(by: Self.byHand(hazard), at: StationID(""), db)
        guard !warnings.isEmpty else { return [] }
        let events = try VerificationRepository.events(hazard, db).map {
            try WarningVerification.Event($0, area: DivisionCode($0.division))
        }
        return try WarningColour.allCases.flatMap { colour in
            try RuleScores(Self.byHand(hazard), from: colour, settings, now: now)
                .messages(warnings.map(\.verified), events)
        }
    }

    /// Whether the event counts at the station: it hit the gauge, or its division has the station or lies in the station's.
    private func happened(_ event: ObservedEvent, at station: StationID) throws -> Bool {
        guard event.station.isEmpty else { return event.station == station.value }
        guard let own = stations[station].flatMap({ DivisionCode($0.division) }),
            let division = DivisionCode(event.division)
        else { return false }
        return own.contains(division) || division.contains(own)
    }
}

/// The scores of one rule from one colour up, as messages.
private struct RuleScores {
    typealias Found = ([WarningVerification.Warning], [WarningVerification.Event])

    private let rule: RuleID
    private let colour: WarningColour
    private let settings: VerificationSettings
    private let now: Instant

    init(_ rule: RuleID, from colour: WarningColour, _ settings: VerificationSettings, now: Instant) {
        (self.rule, self.colour, self.settings, self.now) = (rule, colour, settings, now)
    }

    /// Those of all together, which are of no station.
    func messages(_ warnings: [WarningVerification.Warning], _ events: [WarningVerification.Event]) throws
        -> [VerificationComputed]
    {
        do throws(ForecastError) {
            return try verified(warnings, events).map { scored throws(ForecastError) in try message("", scored) }
        } catch {
            return [withheld("", error)]
        }
    }

    private func verified(_ warnings: [WarningVerification.Warning], _ events: [WarningVerification.Event])
        throws(ForecastError) -> [WarningVerification.SeasonScore]
    {
        try WarningVerification(warnings, events, from: colour, settings.seasons, settings.terms, now: now).scores
    }

    /// Those of each station, then those of all together.
    func messages(_ stations: [StationID], _ found: (StationID) throws -> Found) throws -> [VerificationComputed] {
        var messages: [VerificationComputed] = []
        var all: [WarningVerification.SeasonScore] = []
        for station in stations {
            let (warnings, events) = try found(station)
            do throws(ForecastError) {
                let scores = try verified(warnings, events)
                for scored in scores { messages.append(try message(station.value, scored)) }
                all += scores
            } catch {
                messages.append(withheld(station.value, error))
            }
        }
        for season in Set(all.map(\.season)).sorted(by: { ($0.year, $0.name) < ($1.year, $1.name) }) {
            let sum = all.filter { $0.season == season }.reduce(WarningScore()) { $0 + $1.score }
            do throws(ForecastError) {
                messages.append(try message("", .init(season: season, score: sum)))
            } catch {
                messages.append(withheld("", error))
            }
        }
        return messages
    }

    private func withheld(_ station: String, _ error: ForecastError) -> VerificationComputed {
        var message = VerificationComputed()
        (message.rule, message.station, message.fromColour) = (rule.value, station, WireWarningColour(colour))
        message.withheld = error.description
        return message
    }

    private func message(_ station: String, _ scored: WarningVerification.SeasonScore) throws(ForecastError)
        -> VerificationComputed
    {
        let (score, table) = (scored.score, try scored.score.table())
        var message = VerificationComputed()
        (message.rule, message.station, message.fromColour) = (rule.value, station, WireWarningColour(colour))
        (message.season, message.seasonYear) = (scored.season.name, Int32(clamping: scored.season.year))
        (message.hits, message.falseAlarms) = (UInt64(table.hits), UInt64(table.falseAlarms))
        (message.misses, message.late, message.open) = (UInt64(table.misses), UInt64(score.late), UInt64(score.open))
        if let share = table.probabilityOfDetection { message.podThousandths = share.thousandths }
        if let share = table.falseAlarmRatio { message.farThousandths = share.thousandths }
        if let share = table.criticalSuccessIndex { message.csiThousandths = share.thousandths }
        if let share = table.frequencyBias { message.biasThousandths = share.thousandths }
        let leads = score.leadTimes
        if let lead = leads.shortest { message.leadShortestSeconds = lead.inSeconds }
        if let lead = leads.median { message.leadMedianSeconds = lead.inSeconds }
        if let lead = leads.mean { message.leadMeanSeconds = lead.inSeconds }
        if let lead = leads.longest { message.leadLongestSeconds = lead.inSeconds }
        return message
    }
}

extension VerificationComputed {
    /// What it is a score of, without numbers.
    fileprivate var place: VerificationComputed {
        var place = VerificationComputed()
        (place.rule, place.station, place.fromColour) = (rule, station, fromColour)
        (place.season, place.seasonYear) = (season, seasonYear)
        return place
    }
}

extension Double {
    /// Of a share of counts: at most 10¹², so its thousandths fit.
    fileprivate var thousandths: UInt64 { UInt64((self * 1_000).rounded()) }
}

extension VerificationRepository.Released {
    var verified: WarningVerification.Warning {
        let released = colours.map { colour in
            let areas = (colour.divisions ?? []).compactMap { DivisionCode($0) }
            return WarningVerification.Release(colour.colour, at: colour.at, areas: areas)
        }
        return WarningVerification.Warning(released: released, ended: ended)
    }
}

extension WarningVerification.Event {
    fileprivate init(_ event: ObservedEvent, area: DivisionCode? = nil) throws {
        self.init(
            try event.colour.checked(),
            began: Instant(microseconds: event.beganUs),
            ended: event.hasEndedUs ? Instant(microseconds: event.endedUs) : nil,
            area: area
        )
    }
}
