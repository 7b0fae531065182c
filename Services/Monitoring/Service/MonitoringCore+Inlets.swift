import Foundation
import GRDB
import MessageSchema
import MonitoringCodecs
import MonitoringDomain
import ServiceKit
import Vocabulary

extension MonitoringCore {
    /// The channel of batches that sources post over HTTP.
    package static let observations = "observations"
    /// The channel of a broker's messages; their sender is the topic.
    package static let mqtt = "mqtt"
    /// The channel of feeds' documents; their sender is the feed.
    package static let feed = "feed"
    /// The channel on which a feed's port says that it cannot reach it, or can again.
    package static let feedState = "feed-state"
    static let feedSilence = "feed-silence"
    static let foreignExpiry = "foreign-expiry"

    /// What sources and feeds bring.
    static func registerInlets(_ routes: inout Routes<MonitoringCore>) {
        routes.source(observations, answer: answer) { core, bytes, turn in try core.take(batch: bytes, turn) }
        routes.source(mqtt) { core, bytes, turn in try core.take(message: bytes, turn) }
        routes.source(feed) { core, bytes, turn in try core.take(document: bytes, turn) }
        routes.source(feedState) { core, bytes, turn in try core.take(feedState: bytes, turn) }
        routes.timer(feedSilence) { core, turn in try core.reportFeedSilence(turn) }
        routes.timer(foreignExpiry) { core, turn in try core.expireForeign(turn) }
    }

    /// How long a batch is known, so that it is answered alike when it comes again.
    static let batchesKept = Duration.hours(24 * 7)

    // MARK: HTTP

    private func take(batch bytes: Data, _ turn: Turn) throws {
        guard let source = inlets.sources[turn.subject] else {
            throw InputError("unknown-source", "source '\(turn.subject)' is not in sources of monitoring.yaml")
        }
        let batch = try Self.batch(bytes)
        guard !batch.id.isEmpty else {
            throw InputError("missing-field", "'batch' is missing; name the batch, so that it may be sent again")
        }
        try keep(batch, bytes, source, turn)
    }

    /// What the batch's source is told; the same for the same bytes.
    private static func answer(_: MonitoringCore, _ bytes: Data, _ source: String, _ db: Database) throws -> Data {
        let batch = try batch(bytes)
        guard let kept = try InletRepository.batch(batch.id, of: source, db) else {
            throw InputError("forgotten-batch", "the batch was taken more than a week ago; its answer is not kept")
        }
        guard kept.content == content(bytes) else { throw conflict(batch.id) }
        return kept.answer
    }

    private static func batch(_ bytes: Data) throws -> ObservationBatch {
        do throws(DocumentError) {
            return try ObservationBatch(bytes)
        } catch {
            throw InputError(error.code.rawValue, error.message)
        }
    }

    private static func content(_ bytes: Data) -> RecordID { .input(channel: "source-batch", content: bytes) }

    private static func conflict(_ id: String) -> InputError {
        InputError("batch-conflict", "batch '\(id)' came before with other content; give what is new another name")
    }

    /// Takes each observation of the batch, once; keeps what its source is told.
    private func keep(_ batch: ObservationBatch, _ bytes: Data, _ source: Source, _ turn: Turn) throws {
        let content = Self.content(bytes)
        if let kept = try InletRepository.batch(batch.id, of: source.id, turn.database) {
            guard kept.content == content else { throw Self.conflict(batch.id) }
            return
        }
        let verdicts = try take(batch.items, by: source.stations, source.times, turn)
        try refuse(verdicts, of: source.id, batch: batch.id, turn)
        let answer = try BatchAnswer(.observations, batch: batch.id, verdicts: verdicts).encoded()
        try InletRepository.forgetBatches(before: turn.now - Self.batchesKept, turn.database)
        let kept = InletRepository.KeptBatch(content: content, answer: answer)
        try InletRepository.keep(kept, batch.id, of: source.id, at: turn.now, turn.database)
    }

    // MARK: MQTT

    private func take(message bytes: Data, _ turn: Turn) throws {
        guard let source = inlets.source(ofTopic: turn.subject) else {
            throw InputError(
                "unknown-topic",
                "no source speaks on '\(turn.subject)'; add the topic to mqtt in monitoring.yaml"
            )
        }
        let batch = try Self.batch(bytes)
        guard batch.id.isEmpty else { return try keep(batch, bytes, source, turn) }
        try refuse(try take(batch.items, by: source.stations, source.times, turn), of: source.id, batch: "", turn)
    }

    // MARK: observations

    /// Takes each observation by itself; what is wrong with one is its verdict.
    func take(
        _ items: [Result<SentObservation, DocumentError>],
        by stations: Source.StationChoice,
        _ times: AcceptedTimes,
        _ turn: Turn
    ) throws -> [Verdict] {
        var reached: Set<StationID> = []
        return try items.map { item in
            let about = (try? item.get().station) ?? ""
            do {
                let (observation, station) = try checked(item.get(), stations, times, turn)
                if reached.insert(station.id).inserted { try heard(station, turn) }
                try accept(observation, station, turn)
                return .accepted
            } catch let error as DocumentError {
                return .refused(about: about, InputError(error.code.rawValue, error.message))
            } catch let error as InputError {
                return .refused(about: about, error)
            }
        }
    }

    private func checked(
        _ sent: SentObservation,
        _ choice: Source.StationChoice,
        _ times: AcceptedTimes,
        _ turn: Turn
    ) throws -> (Observation, Station) {
        let id = StationID(sent.station)
        guard let station = try station(id, turn) else {
            throw InputError("unknown-station", "station \(id) is not in the catalogue; add it to monitoring.yaml")
        }
        guard choice.contains(id) else {
            throw InputError("station-of-another", "this source may not report station \(id); ask for it to be added")
        }
        guard let element = elements[ElementID(sent.element)] else {
            throw InputError("unknown-element", "'\(sent.element)' is no element of the catalogue; see elements")
        }
        guard sent.unit == element.unit.rawValue else {
            throw InputError(
                "unit-mismatch",
                "\(element.id) is in \(element.unit.rawValue), not '\(sent.unit)'; convert it before it is sent"
            )
        }
        guard sent.observed <= turn.now + times.ahead else {
            throw InputError(
                "future-observation",
                "observed \(sent.observed), received \(turn.now): the sender's clock is ahead; set it"
            )
        }
        guard sent.observed >= turn.now - times.behind else {
            throw InputError(
                "too-old",
                "observed \(sent.observed), received \(turn.now): too long ago to say what is; raise `behind` to take it"
            )
        }
        let value = try sent.value.quantity(element.unit)
        return (Observation(element: element.id, value: value, observed: sent.observed), station)
    }
}

/// What became of one item.
enum Verdict: Hashable {
    case accepted
    case refused(about: String, InputError)

    var refusal: (about: String, error: InputError)? {
        switch self {
        case .accepted: nil
        case .refused(let about, let error): (about, error)
        }
    }
}

extension MonitoringCore {
    /// Counts what was refused, and says so in one record.
    func refuse(_ verdicts: [Verdict], of source: String, batch: String, _ turn: Turn) throws {
        var message = ItemsRefused()
        (message.source, message.batch) = (source, batch)
        for (index, verdict) in verdicts.enumerated() {
            guard let (about, error) = verdict.refusal else { continue }
            try InletRepository.count(refused: error.code, error.message, of: source, at: turn.now, turn.database)
            message.count += 1
            guard message.items.count < 100 else { continue }
            var item = RefusedItem()
            (item.index, item.about, item.code, item.message) = (UInt32(index), about, error.code, error.message)
            message.items.append(item)
        }
        if message.count > 0 { try turn.send(message, subject: source) }
    }
}
