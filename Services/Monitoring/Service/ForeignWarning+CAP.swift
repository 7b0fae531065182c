import MessageSchema
import MonitoringCodecs
import Vocabulary

extension CAPAlert {
    /// Whether its names and places fit a record: 256 bytes each, 5,000 codes and circles, 10,000 points.
    var isOfBearableSize: Bool {
        let areas = infos.flatMap(\.areas)
        let points = areas.flatMap(\.polygons).reduce(0) { $0 + $1.split(whereSeparator: \.isWhitespace).count }
        let codes = areas.reduce(0) { $0 + $1.geocodes.count + $1.circles.count }
        return max(sender.utf8.count, identifier.utf8.count) <= 256 && codes <= 5_000 && points <= 10_000
    }
}

extension ForeignWarning {
    /// What an alert says: in Chinese where it does, of the heaviest severity, until the last of its ends, in all its places.
    init(_ alert: CAPAlert) {
        self.init()
        (sender, identifier, sentUs) = (alert.sender, alert.identifier, alert.sent.instant.microseconds)
        let spoken = alert.infos.first { $0.language.lowercased().hasPrefix("zh") } ?? alert.infos.first
        (event, headline) = (spoken?.event.shown(256) ?? "", spoken?.headline.shown(512) ?? "")
        eventCode =
            alert.infos.lazy.flatMap(\.eventCodes)
            .first { $0.name == NationalEvent.name }.flatMap { NationalEvent($0.value)?.code } ?? ""
        severity = alert.infos.map { ForeignSeverity($0.severity) }.max { $0.rawValue < $1.rawValue } ?? .unknown
        // Where a sender names no end, a day: CAP 1.2, 3.2.2 leaves it to the recipient.
        let ends = alert.infos.map { $0.expires?.instant ?? ($0.effective ?? alert.sent).instant + .hours(24) }
        expiresUs = (ends.max() ?? alert.sent.instant).microseconds
        let places = alert.infos.flatMap(\.areas)
        areas = (spoken?.areas ?? []).prefix(500).map { $0.description.shown(256) }
        divisions = Self.once(places.flatMap(\.geocodes).filter { $0.name == CAPAlert.divisionName }.map(\.value))
            .filter { DivisionCode($0) != nil }
        polygons = Self.once(places.flatMap(\.polygons)).compactMap { try? CAPPolygon($0) }.map(ForeignPolygon.init)
        circles = Self.once(places.flatMap(\.circles)).compactMap { try? CAPCircle($0) }.map(ForeignCircle.init)
    }

    /// Each text once, in the order of its first coming: translations name the same places.
    private static func once(_ texts: [String]) -> [String] {
        var seen: Set<String> = []
        return texts.filter { seen.insert($0).inserted }
    }
}

extension ForeignSeverity {
    fileprivate init(_ severity: CAPAlert.Severity) {
        self =
            switch severity {
            case .extreme: .extreme
            case .severe: .severe
            case .moderate: .moderate
            case .minor: .minor
            case .unknown: .unknown
            }
    }
}

extension ForeignPolygon {
    fileprivate init(_ polygon: CAPPolygon) {
        self.init()
        points = polygon.points.map { WirePosition($0) }
    }
}

extension ForeignCircle {
    fileprivate init(_ circle: CAPCircle) {
        self.init()
        (centre, radiusMillimetres) = (WirePosition(circle.centre), circle.radiusMillimetres)
    }
}
