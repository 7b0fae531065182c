import AssessmentDomain
import Foundation
import GRDB
import MessageSchema
import ServiceKit
import SwiftProtobuf
import Vocabulary

/// All that was known of an incident when it was closed: its records up to the cut, and the readings that its warnings refer to.
struct IncidentFile {
    let incident: String
    let closing: IncidentClosed
    /// In order of decision, then stream, then sequence.
    let rows: [TimelineRow]
    let facts: IncidentFacts
    let clauses: ClauseCount

    /// Nil where a reading that a warning refers to has not come yet, or who was reached; `reach` is how far that stream was read.
    init?(_ closing: IncidentClosed, reach: UInt64, _ db: Database) throws {
        let cut = Dictionary(closing.asOf.map { ($0.stream, $0.sequence) }) { first, _ in first }
        func isBeforeCut(_ row: TimelineRow) -> Bool { row.sequence <= cut[row.stream.rawValue] ?? 0 }
        var rows = try AssessmentRepository.rows(about: closing.incident, db).filter(isBeforeCut)
        var evidence: [Data] = []
        for warning in try Self.warnings(rows) {
            let all = try AssessmentRepository.rows(about: warning, db)
            let told = all.filter(isBeforeCut)
            // Dispatch does not read who was reached: the warning's own records say how much of it was known.
            let known = try told.map { try $0.reachSequence() }.max() ?? 0
            guard reach >= known else { return nil }
            let records = told + all.filter { $0.stream == .reach && $0.sequence <= known }
            for content in try records.compactMap({ try $0.warningContent() }) {
                evidence += content.evidence.filter { !evidence.contains($0) }
            }
            rows += records
        }
        for id in evidence {
            guard let reading = try AssessmentRepository.row(id: id, db) else { return nil }
            rows.append(reading)
        }
        self.closing = closing
        self.rows = rows.sorted { $0.place < $1.place }
        incident = closing.incident
        facts = try Self.facts(self.rows)
        // Each activation names the clause that demanded the level, then those that it put in force.
        let inForce = try self.rows.filter { $0.type == PlanActivated.type }.reduce(0) {
            try $0 + max(0, PlanActivated.decode($1.payload).clauses.count - 1)
        }
        clauses = ClauseCount(inForce: inForce, met: max(0, inForce - closing.unmet.count))
    }

    private static func warnings(_ rows: [TimelineRow]) throws -> [String] {
        var warnings: [String] = []
        for row in rows where row.type == WarningLinked.type {
            let warning = try WarningLinked.decode(row.payload).warning
            if !warnings.contains(warning) { warnings.append(warning) }
        }
        return warnings
    }

    // MARK: what happened first

    private static func facts(_ rows: [TimelineRow]) throws -> IncidentFacts {
        func first(_ type: String) -> Moment? { moment(rows) { $0.type == type } }
        var facts = IncidentFacts()
        facts.warning = first(WarningIssued.type)
        facts.reading = try facts.warning.flatMap { try reading(behind: rows[$0.row].subject, rows) }
        facts.level = first(ResponseLevelChanged.type)
        facts.demandsTask = first(TaskCreated.type) != nil
        facts.task = first(TaskAssigned.type)
        facts.arrival = first(TaskArrived.type)
        for row in rows.indices {
            let asked = Moment(row: row, at: rows[row].decided)
            if rows[row].type == SuppliesRequested.type {
                let came = try moment(rows) {
                    try $0.type == SuppliesReceived.type && $0.subject == rows[row].subject
                        && SuppliesReceived.decode($0.payload).complete
                }
                facts.supplies.append(Asked(asked: asked, came: came))
            }
            if rows[row].type == SessionRequested.type {
                let came = try joined(rows[row].subject, rows)
                facts.sessions.append(Asked(asked: asked, came: came))
            }
        }
        return facts
    }

    /// The newest reading of the warning's first draft, or of what was issued where no draft was heard of.
    private static func reading(behind warning: String, _ rows: [TimelineRow]) throws -> Moment? {
        let contents = try rows.filter { $0.subject == warning }.compactMap { try $0.warningContent() }
        guard let first = contents.min(by: { $0.revision < $1.revision }), let newest = first.evidence.first else {
            return nil
        }
        return moment(rows) { $0.id == newest }
    }

    /// The first person, not camera, in the session.
    private static func joined(_ session: String, _ rows: [TimelineRow]) throws -> Moment? {
        guard let opened = rows.first(where: { $0.type == SessionOpened.type && $0.subject == session }) else {
            return nil
        }
        let cameras = try SessionOpened.decode(opened.payload).invitees.filter { $0.kind == .camera }.map(\.participant)
        return try moment(rows) {
            try $0.type == ParticipantJoined.type && $0.subject == session
                && !cameras.contains(ParticipantJoined.decode($0.payload).participant)
        }
    }

    private static func moment(_ rows: [TimelineRow], _ fits: (TimelineRow) throws -> Bool) rethrows -> Moment? {
        try rows.firstIndex(where: fits).map { Moment(row: $0, at: rows[$0].decided) }
    }
}

extension TimelineRow {
    /// Orders rows of one timeline: by decision, then by stream and sequence, which no two share unless the stream was restored.
    fileprivate var place: Place { Place(decided: decided, rank: rank, sequence: sequence, id: id) }

    /// At one instant readings come first, then what follows from them.
    private var rank: Int {
        switch stream {
        case .observation: 0
        case .monitoring: 1
        case .reach: 2
        case .dispatch: 3
        case .stockpile: 4
        case .center: 5
        case .assessment: 6
        }
    }

    fileprivate struct Place: Comparable {
        let decided: Instant
        let rank: Int
        let sequence: UInt64
        let id: Data

        static func < (one: Self, other: Self) -> Bool {
            let (own, others) = ((one.decided, one.rank, one.sequence), (other.decided, other.rank, other.sequence))
            return own == others ? one.id.lexicographicallyPrecedes(other.id) : own < others
        }
    }

    /// How far the stream of who was reached stood when a warning was issued, updated or ended; 0 for other records.
    fileprivate func reachSequence() throws -> UInt64 {
        switch type {
        case WarningIssued.type: try WarningIssued.decode(payload).reachSequence
        case WarningUpdated.type: try WarningUpdated.decode(payload).reachSequence
        case WarningCancelled.type: try WarningCancelled.decode(payload).reachSequence
        case WarningExpired.type: try WarningExpired.decode(payload).reachSequence
        default: 0
        }
    }

    /// What a warning said, for the records that carry it whole.
    func warningContent() throws -> WarningContent? {
        switch type {
        case WarningDrafted.type: try WarningDrafted.decode(payload).content
        case WarningIssued.type: try WarningIssued.decode(payload).content
        case WarningUpdated.type: try WarningUpdated.decode(payload).content
        default: nil
        }
    }
}
