import AssessmentDomain
import Crypto
import Foundation
package import MessageSchema
package import ServiceKit
package import ServiceStore
import SwiftProtobuf
import Vocabulary

/// Assessment 考核评估: rebuilds an incident from the streams alone, and measures it against the plan.
///
/// Every record is kept. When an incident is closed, the assessment waits until all that dispatch had read then, every
/// reading that a warning refers to, and what its records say was known of who was reached, has come; so its outcome does not depend on the order between streams.
package struct AssessmentCore: ServiceCore {
    package static let name = ServiceName.assessment
    package static let subscriptions = [StreamName.monitoring, .observation, .reach, .dispatch, .stockpile, .center]
    package static let migrations = AssessmentRepository.migrations

    package let jurisdiction: String
    let yardstick: Yardstick

    /// Reads `assessment.yaml`. Errors: `ConfigurationError` with file, line and remedy.
    package init(configuration: YAMLValue) throws {
        try configuration.allow(["jurisdiction", "limits", "weights"])
        jurisdiction = try configuration.value("jurisdiction").parse("a division code") { DivisionCode($0)?.digits }
        yardstick = try configuration.yardstick()
    }

    /// Keeps every type of record of the streams that it reads.
    package static func register(_ routes: inout Routes<AssessmentCore>) {
        for type in MessageCatalogue.messages where subscriptions.contains(type.stream) { keep(type, &routes) }
    }

    private static func keep<M: StreamMessage>(_: M.Type, _ routes: inout Routes<AssessmentCore>) {
        routes.on(M.self) { core, message, turn in
            guard let record = turn.record else { return }
            try AssessmentRepository.insert(TimelineRow(record, turn), turn.database)
            if let closed = message as? IncidentClosed {
                guard try !AssessmentRepository.reported(turn.database).contains(closed.incident) else {
                    throw InputError("closed-twice", "incident '\(closed.incident.prefix(128))' was assessed before")
                }
                try AssessmentRepository.await(closed.incident, closing: record.payload, turn.database)
            }
            try core.assessWhatIsComplete(turn)
        }
    }

    // MARK: when everything has come

    private func assessWhatIsComplete(_ turn: Turn) throws {
        for bytes in try AssessmentRepository.awaited(turn.database) {
            let closing = try IncidentClosed.decode(bytes)
            let reach = try turn.position(of: .reach)
            guard try hasCome(closing, turn), let file = try IncidentFile(closing, reach: reach, turn.database) else {
                continue
            }
            try AssessmentRepository.stopAwaiting(closing.incident, turn.database)
            try assess(file, turn)
        }
    }

    private func hasCome(_ closing: IncidentClosed, _ turn: Turn) throws -> Bool {
        try closing.asOf.allSatisfy { position in
            guard let stream = StreamName(rawValue: position.stream), Self.subscriptions.contains(stream) else {
                return true
            }
            return try turn.position(of: stream) >= position.sequence
        }
    }

    // MARK: the assessment

    private func assess(_ file: IncidentFile, _ turn: Turn) throws {
        let stretches = file.facts.stretches { measure(of: $0).limit }
        let computed = stretches.map { KeyTimeComputed($0, file) }
        for message in computed { try turn.send(message, subject: file.incident) }
        let score = Score.hundredths(
            stretches,
            file.clauses,
            weight: { measure(of: $0).weight },
            clauseWeight: yardstick.clauseWeight
        )
        let pages = try Language.allCases.map { language in
            let html = try ReportPage(file: file, keyTimes: computed, score: score, language: language).html()
            try AssessmentRepository.keep(report: html, of: file.incident, in: language, turn.database)
            return (language, Data(SHA256.hash(data: Data(html.utf8))))
        }
        var message = ReportPublished()
        (message.incident, message.keyTimes) = (file.incident, computed)
        message.scoreHundredths = UInt32(clamping: score)
        message.timelineRecords = UInt32(clamping: file.rows.count)
        for (language, hash) in pages {
            switch language {
            case .chinese: message.htmlZhSha256 = hash
            case .english: message.htmlEnSha256 = hash
            }
        }
        try turn.send(message, subject: file.incident)
    }

    private func measure(of keyTime: KeyTime) -> Measure {
        // The configuration holds every key time: `yardstick()` reads them one by one.
        guard let measure = yardstick.measures.first(where: { $0.keyTime == keyTime }) else {
            preconditionFailure("\(keyTime)")
        }
        return measure
    }

    /// The page of an incident in `language` (zh or en), from the folder that the service keeps its database in, beside the
    /// running service or without it.
    ///
    /// Errors: `StoreError` where there is no database, `InputError` that names the incidents there are.
    package static func report(of incident: String, in language: String, data: String) throws -> String {
        try ServiceStore.readOnly(path: "\(data)/\(name.rawValue).db") { db in
            guard let page = try AssessmentRepository.report(of: incident, in: language, db) else {
                let known = try AssessmentRepository.reported(db).joined(separator: ", ")
                throw InputError(
                    "no-report",
                    "no report of '\(incident)' in '\(language)'; there are: \(known.isEmpty ? "none" : known), in zh and en"
                )
            }
            return String(decoding: page, as: UTF8.self)
        }
    }
}

extension TimelineRow {
    fileprivate init(_ record: RecordContext, _ turn: Turn) {
        self.init(
            stream: record.stream,
            sequence: record.sequence,
            id: turn.cause.bytes,
            type: record.type,
            subject: turn.subject,
            decided: record.decided,
            person: record.actor?.person.value ?? "",
            payload: record.payload
        )
    }
}

extension KeyTimeComputed {
    fileprivate init(_ stretch: Stretch, _ file: IncidentFile) {
        self.init()
        incident = file.incident
        keyTime = WireKeyTime(stretch.keyTime)
        fromRecord = file.rows[stretch.from.row].id
        if let to = stretch.to { toRecord = file.rows[to.row].id }
        elapsedUs = stretch.elapsed?.inMicroseconds ?? 0
        limitSeconds = UInt32(clamping: stretch.limit.inSeconds)
        switch stretch.verdict {
        case .met: verdict = .met
        case .exceeded: verdict = .exceeded
        case .neverHappened: verdict = .neverHappened
        }
    }
}

typealias KeyTime = AssessmentDomain.KeyTime
typealias WireKeyTime = MessageSchema.KeyTime

extension WireKeyTime {
    fileprivate init(_ keyTime: KeyTime) {
        self =
            switch keyTime {
            case .readingToWarning: .readingToWarning
            case .warningToLevel: .warningToLevel
            case .levelToFirstTask: .levelToFirstTask
            case .firstTaskToFirstArrival: .firstTaskToFirstArrival
            case .requestToSuppliesReceived: .requestToSuppliesReceived
            case .requestToSessionJoined: .requestToSessionJoined
            }
    }
}
