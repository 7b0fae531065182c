import Foundation
import MonitoringCodecs
import ServiceKit
import Vocabulary

/// Documents of others that are looked for now and then, in a folder or at an address.
struct Feed: Sendable {
    let id: String
    let kind: Kind
    let place: Place
    /// How often it is looked for.
    let every: Duration
    /// Silent after so long without a new document; nil where nobody expects one.
    let silentAfter: Duration?
    /// So large is a document at the most.
    let maximumBytes: Int

    /// What the documents are.
    enum Kind: Sendable {
        /// Warnings: CAP 1.2 or 1.1, or the national platform's form.
        case cap
        case earthquake(EarthquakeChoice)
        case weather(Source.StationChoice, AcceptedTimes)
    }

    enum Place: Hashable, Sendable {
        case folder(String)
        case address(String)
    }
}

/// Which of the world's earthquakes are reported.
struct EarthquakeChoice: Sendable {
    /// In hundredths of magnitude.
    var atLeast: Int64?
    /// In microdegrees; west is less than east.
    var area: Area?

    struct Area: Sendable {
        let south, west, north, east: Int32

        func contains(_ place: Position) -> Bool {
            (south...north).contains(place.latitudeMicrodegrees) && (west...east).contains(place.longitudeMicrodegrees)
        }
    }
}

extension YAMLValue {
    func feed(_ stations: Set<StationID>?) throws(ConfigurationError) -> Feed {
        try allow([
            "id", "kind", "folder", "url", "every", "silent_after", "maximum_kib", "at_least", "area", "stations",
            "ahead", "behind",
        ])
        let every = try value("every")
        guard try every.duration() >= .seconds(1) else {
            throw every.error("a feed that is looked for without pause", remedy: "write at least 1s; 1m is usual")
        }
        let silence = try optional("silent_after")
        return Feed(
            id: try value("id").inletName(),
            kind: try feedKind(stations),
            place: try feedPlace(),
            every: try every.duration(),
            silentAfter: try silence.map { item throws(ConfigurationError) in try item.duration() },
            maximumBytes: (try optional("maximum_kib")?.integer(in: 1...8_192) ?? 1_024) << 10
        )
    }

    private func feedPlace() throws(ConfigurationError) -> Feed.Place {
        switch (try optional("folder"), try optional("url")) {
        case (let folder?, nil): return .folder(try folder.text())
        case (nil, let url?):
            return .address(
                try url.parse("an address that begins with https:// or http://") { text in
                    guard let url = URL(string: text), ["http", "https"].contains(url.scheme), url.host != nil,
                        url.user == nil
                    else { return nil }
                    return text
                }
            )
        default: throw error("a feed without its place", remedy: "write folder or url, one of them")
        }
    }

    private func feedKind(_ stations: Set<StationID>?) throws(ConfigurationError) -> Feed.Kind {
        let kind = try value("kind")
        switch try kind.text() {
        case "cap": return .cap
        case "earthquake": return .earthquake(try earthquakeChoice())
        case "weather":
            return .weather(try optional("stations")?.stationChoice(stations) ?? .all, try acceptedTimes())
        case let other: throw kind.error("'\(other)' is no kind", remedy: "write cap, earthquake or weather")
        }
    }

    private func earthquakeChoice() throws(ConfigurationError) -> EarthquakeChoice {
        var choice = EarthquakeChoice()
        choice.atLeast = try optional("at_least")?.parse("a magnitude such as 3.5") { text in
            guard let number = try? DecimalNumber(text) else { return nil }
            return number.rounded(places: 2)
        }
        guard let area = try optional("area") else { return choice }
        let corners = try area.list()
        guard corners.count == 2 else {
            throw area.error("not two corners", remedy: "write [[south, west], [north, east]] in degrees")
        }
        let (low, high) = (try corners[0].position(), try corners[1].position())
        guard low.latitudeMicrodegrees <= high.latitudeMicrodegrees,
            low.longitudeMicrodegrees <= high.longitudeMicrodegrees
        else { throw area.error("the corners are swapped", remedy: "write [[south, west], [north, east]]") }
        choice.area = EarthquakeChoice.Area(
            south: low.latitudeMicrodegrees,
            west: low.longitudeMicrodegrees,
            north: high.latitudeMicrodegrees,
            east: high.longitudeMicrodegrees
        )
        return choice
    }
}
