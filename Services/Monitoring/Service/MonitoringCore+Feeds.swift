import Foundation
import MessageSchema
import MonitoringCodecs
import ServiceKit
import Vocabulary

extension MonitoringCore {
    /// A feed's next document, whatever it holds.
    func take(document bytes: Data, _ turn: Turn) throws {
        guard let feed = inlets.feed(turn.subject) else {
            throw InputError("unknown-feed", "feed '\(turn.subject)' is not in feeds of monitoring.yaml")
        }
        switch feed.kind {
        case .cap: try take(alerts: bytes, feed, turn)
        case .earthquake(let choice): try take(catalogue: bytes, choice, feed, turn)
        case .weather(let stations, let times):
            let items = try Self.checked { () throws(DocumentError) in try WeatherTable.decode(bytes) }
            try refuse(try take(items, by: stations, times, turn), of: feed.id, batch: "", turn)
        }
        try endSilence(of: feed, turn)
        guard let after = feed.silentAfter else { return }
        try turn.setTimer(Self.feedSilence, subject: feed.id, due: turn.now + after)
    }

    static func checked<Value>(_ decode: () throws(DocumentError) -> Value) throws(InputError) -> Value {
        do throws(DocumentError) {
            return try decode()
        } catch {
            throw InputError(error.code.rawValue, error.message)
        }
    }

    // MARK: silence

    /// What the feed's port says of reaching it: `{"failing": "2026-…Z", "because": "…"}`, or `{"reached": "2026-…Z"}`.
    func take(feedState bytes: Data, _ turn: Turn) throws {
        guard let feed = inlets.feed(turn.subject) else {
            throw InputError("unknown-feed", "feed '\(turn.subject)' is not in feeds of monitoring.yaml")
        }
        let state = try Self.checked { () throws(DocumentError) in try JSONValue(bytes) }
        guard let since = state["failing"]?.string else { return try endSilence(of: feed, turn) }
        let instant = try Self.checked { () throws(DocumentError) in try ZonedTime.instant(since) }
        try silence(feed, since: instant, .unreachable, state["because"]?.string ?? "", turn)
    }

    func reportFeedSilence(_ turn: Turn) throws {
        guard let feed = inlets.feed(turn.subject), let after = feed.silentAfter else { return }
        try silence(feed, since: turn.happened - after, .noDocument, "", turn)
    }

    private func silence(_ feed: Feed, since: Instant, _ reason: FeedSilence, _ detail: String, _ turn: Turn) throws {
        guard try InletRepository.silence(feed.id, turn.database) == nil else { return }
        try InletRepository.keep(silence: since, of: feed.id, turn.database)
        var message = FeedSilent()
        (message.feed, message.sinceUs, message.reason) = (feed.id, since.microseconds, reason)
        message.detail = detail.shown(256)
        try turn.send(message, subject: feed.id)
    }

    private func endSilence(of feed: Feed, _ turn: Turn) throws {
        guard let since = try InletRepository.silence(feed.id, turn.database) else { return }
        try InletRepository.endSilence(of: feed.id, turn.database)
        var message = FeedRestored()
        (message.feed, message.silentSinceUs) = (feed.id, since.microseconds)
        try turn.send(message, subject: feed.id)
    }

    // MARK: earthquakes

    private func take(catalogue bytes: Data, _ choice: EarthquakeChoice, _ feed: Feed, _ turn: Turn) throws {
        let events = try Self.checked { () throws(DocumentError) in try SeismicCatalogue.decode(bytes) }
        if let kept = keeping?.earthquakes {
            try InletRepository.forgetEarthquakes(before: turn.now - kept, turn.database)
        }
        let verdicts = try events.map { item -> Verdict in
            switch item {
            case .success(let event): try take(event, choice, feed, turn)
            case .failure(let error): return .refused(about: "", InputError(error.code.rawValue, error.message))
            }
            return .accepted
        }
        try refuse(verdicts, of: feed.id, batch: "", turn)
    }

    /// Reports the event if it is new or was revised; an older word than the last one says nothing.
    private func take(_ event: SeismicEvent, _ choice: EarthquakeChoice, _ feed: Feed, _ turn: Turn) throws {
        let known = try InletRepository.earthquake(event.id, turn.database)
        let updated = event.updated?.microseconds ?? 0
        if let known, known.report.updatedUs > updated { return }
        guard !event.isDeleted else { return try withdraw(known, updated, feed, turn) }
        let isForgotten = keeping?.earthquakes.map { event.time < turn.now - $0 } ?? false
        guard known != nil || choice.takes(event) && !isForgotten else { return }
        var report = EarthquakeReported(event)
        (report.revision, report.feed) = (known?.report.revision ?? 0, known?.report.feed ?? feed.id)
        if let known, !known.isWithdrawn, known.report.saysAlike(report) { return }
        (report.revision, report.feed) = (report.revision &+ 1, feed.id)
        try InletRepository.keep(report, isWithdrawn: false, turn.database)
        let record = try turn.send(report, subject: event.id, happened: event.time)
        try shake(report, record, turn)
    }

    private func withdraw(
        _ known: (report: EarthquakeReported, isWithdrawn: Bool)?,
        _ updated: Int64,
        _ feed: Feed,
        _ turn: Turn
    ) throws {
        guard var report = known?.report, known?.isWithdrawn == false else { return }
        (report.revision, report.updatedUs) = (report.revision &+ 1, updated)
        try InletRepository.keep(report, isWithdrawn: true, turn.database)
        try RuleRepository.forget(shake: report.event, turn.database)
        var message = EarthquakeWithdrawn()
        (message.event, message.revision, message.feed) = (report.event, report.revision, feed.id)
        try turn.send(message, subject: report.event)
    }
}

extension EarthquakeChoice {
    fileprivate func takes(_ event: SeismicEvent) -> Bool {
        let magnitude = event.magnitude.rounded(places: 2) ?? .min
        return magnitude >= atLeast ?? .min && area?.contains(event.epicentre) ?? true
    }
}

extension EarthquakeReported {
    fileprivate init(_ event: SeismicEvent) {
        self.init()
        (self.event, magnitudeType, place) = (event.id, event.magnitudeType, event.place)
        magnitudeHundredths = event.magnitude.rounded(places: 2).flatMap(Int32.init(exactly:)) ?? 0
        epicentre = WirePosition(event.epicentre)
        if let depth = event.depthMetres { depthMetres = depth }
        (timeUs, updatedUs) = (event.time.microseconds, event.updated?.microseconds ?? 0)
    }

    /// Whether only the time of the word differs.
    fileprivate func saysAlike(_ other: EarthquakeReported) -> Bool {
        var other = other
        other.updatedUs = updatedUs
        return self == other
    }
}
