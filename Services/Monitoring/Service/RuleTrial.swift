import Foundation
import MessageSchema
import MonitoringDomain
import ServiceKit
package import Vocabulary

/// What happened in truth while a recording was made.
package struct TrialEvent: Sendable {
    let place: DivisionCode
    let hazard: Hazard
    let event: WarningVerification.Event

    /// Reads one JSON object a line: `{"place": "152202004", "hazard": "flash-flood", "begin": "2026-10-01T20:00:00+08:00", "end": "…",
    /// "colour": "orange"}`; without `end` it goes on. Errors: `RecordingError` with file, line and what is wrong.
    package static func read(_ path: String) throws -> [TrialEvent] {
        guard let text = FileManager.default.contents(atPath: path).flatMap({ String(bytes: $0, encoding: .utf8) })
        else {
            throw RecordingError(file: path, line: 0, message: "cannot be read as UTF-8; name a file of events")
        }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        return try lines.enumerated().filter { !$1.allSatisfy(\.isWhitespace) }.map { number, line in
            func wrong(_ message: String) -> RecordingError {
                RecordingError(file: path, line: number + 1, message: message)
            }
            let fields: Line
            do {
                fields = try JSONDecoder().decode(Line.self, from: Data(line.utf8))
            } catch {
                throw wrong("no event; write {\"place\", \"hazard\", \"begin\", \"end\", \"colour\"}")
            }
            guard let place = DivisionCode(fields.place) else { throw wrong("'\(fields.place)' is no division code") }
            guard let hazard = Hazard(rawValue: fields.hazard) else { throw wrong("'\(fields.hazard)' is no hazard") }
            guard let colour = WarningColour(name: fields.colour) else {
                throw wrong("'\(fields.colour)' is no colour")
            }
            guard let began = Instant(fields.begin) else { throw wrong("begin is no RFC 3339 time") }
            let ended = fields.end.map { Instant($0) }
            if let ended, ended.map({ $0 < began }) ?? true { throw wrong("end is no RFC 3339 time after begin") }
            return TrialEvent(place: place, hazard: hazard, event: .init(colour, began: began, ended: ended ?? nil))
        }
    }

    private struct Line: Decodable {
        let place: String
        let hazard: String
        let begin: String
        let end: String?
        let colour: String
    }
}

/// Rules tried on a recording before they go live: the engine itself plays it, and what it warned of is held against what happened.
package struct RuleTrial: Sendable {
    /// What is counted, and how.
    package struct Terms: Sendable {
        /// Warnings and events from this colour up.
        let from: WarningColour
        /// From its draft on a warning counts; or, where false, from its release on, by a person of the recording or by the rule.
        let isFromDraft: Bool
        let matching: WarningVerification.Terms

        package init(from: WarningColour, isFromDraft: Bool, graceMinutes: Int64, leastLeadMinutes: Int64) {
            (self.from, self.isFromDraft) = (from, isFromDraft)
            matching = .init(grace: .minutes(graceMinutes), leastLead: .minutes(leastLeadMinutes))
        }
    }

    private let core: MonitoringCore
    private let terms: Terms
    private let played: Rehearsal.Played
    private let events: [TrialEvent]
    private var warnings: [String: WarningVerification.Warning] = [:]
    private var ruleOf: [String: String] = [:]

    /// Plays the recording, on a database that stands in `folder` while it plays. Errors: `ConfigurationError`, `RecordingError`.
    package init(
        configuration path: String,
        recording: String,
        events: [TrialEvent],
        realm: Realm,
        terms: Terms,
        within folder: String = FileManager.default.temporaryDirectory.path
    ) throws {
        let text = try ConfigurationError.text(of: path)
        core = try MonitoringCore(configuration: YAMLValue(text: text, file: path))
        let tracker = Tracker(isFromDraft: terms.isFromDraft)
        played = try Rehearsal.play(
            MonitoringCore.self,
            configuration: text,
            file: path,
            recording: recording,
            realm: realm,
            within: folder,
            take: { try tracker.take($0) }
        )
        (self.terms, self.events) = (terms, events)
        (warnings, ruleOf) = (tracker.warnings, tracker.ruleOf)
    }

    /// Follows the warnings through what is sent.
    private final class Tracker {
        let isFromDraft: Bool
        var warnings: [String: WarningVerification.Warning] = [:]
        var ruleOf: [String: String] = [:]

        init(isFromDraft: Bool) { self.isFromDraft = isFromDraft }

        func take(_ record: Envelope) throws {
            let now = Instant(microseconds: record.decidedUs)
            switch record.type {
            case WarningDrafted.type where isFromDraft:
                try release(try WarningDrafted.decode(record.payload).content, now)
            case WarningIssued.type where !isFromDraft:
                try release(try WarningIssued.decode(record.payload).content, now)
            case WarningUpdated.type where !isFromDraft:
                try release(try WarningUpdated.decode(record.payload).content, now)
            case WarningRejected.type where isFromDraft:
                if try WarningRejected.decode(record.payload).revision == 1 { end(record.subject, now) }
            case WarningCancelled.type, WarningExpired.type: end(record.subject, now)
            default: break
            }
        }

        private func release(_ content: WarningContent, _ now: Instant) throws {
            let release = WarningVerification.Release(try content.colour.checked(), at: now)
            warnings[content.warning] = .init(
                released: (warnings[content.warning]?.released ?? []) + [release],
                ended: nil
            )
            ruleOf[content.warning] = content.rule
        }

        private func end(_ warning: String, _ now: Instant) {
            guard let known = warnings[warning] else { return }
            warnings[warning] = .init(released: known.released, ended: now)
        }
    }

    // MARK: the result

    /// Each rule in the file's order against the events of its hazard within its divisions; last all rules together, hazard by hazard,
    /// against all events.
    package func report() throws -> RuleTrialReport {
        var lines = try core.rules.map { applied in
            let places = applied.divisions.compactMap { DivisionCode($0) }
            let own = events.filter { event in
                event.hazard == applied.rule.hazard
                    && (places.isEmpty || places.contains { $0.contains(event.place) })
            }
            return try RuleTrialReport.Line(applied.rule.id.value, try score(of: [applied], own))
        }
        var all = WarningScore()
        for hazard in Hazard.allCases {
            all =
                all
                + (try score(of: core.rules.filter { $0.rule.hazard == hazard }, events.filter { $0.hazard == hazard }))
        }
        lines.append(try RuleTrialReport.Line("all", all))
        return RuleTrialReport(
            from: played.from.description,
            until: played.until.description,
            inputs: played.tally.inputs,
            keptAside: Int(clamping: played.tally.deadLetters),
            rules: lines
        )
    }

    private func score(of rules: [AppliedRule], _ events: [TrialEvent]) throws -> WarningScore {
        let ids = Set(rules.map(\.rule.id.value))
        let own = ruleOf.filter { ids.contains($0.value) }.keys.sorted().compactMap { warnings[$0] }
        let verified = try WarningVerification(
            own,
            events.map(\.event),
            from: terms.from,
            WarningSeasons([]),
            terms.matching,
            now: played.until
        )
        return verified.scores.reduce(WarningScore()) { $0 + $1.score }
    }
}
