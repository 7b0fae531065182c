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
        /// An Atom or RSS index whose entries link to the documents.
        case index(String, Links)
    }

    /// Which of an index's links are followed.
    struct Links: Hashable, Sendable {
        /// So many entries at the most, the first.
        var entries = 100
        /// Beside the index's own `HOST` or `HOST:PORT`.
        var hosts: Set<String> = []
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
            "id", "kind", "folder", "url", "index", "every", "silent_after", "maximum_kib", "at_least", "area",
            "stations", "ahead", "behind",
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
        let index = try optional("index")
        switch (try optional("folder"), try optional("url")) {
        case (let folder?, nil):
            if let index { throw index.error("an index in a folder", remedy: "write url beside index") }
            return .folder(try folder.text())
        case (nil, let url?):
            let address = try url.parse("an address that begins with https:// or http://") { text -> String? in
                guard let url = URL(string: text), ["http", "https"].contains(url.scheme), url.host != nil,
                    url.user == nil
                else { return nil }
                return text
            }
            guard let index else { return .address(address) }
            return .index(address, try index.links())
        default: throw error("a feed without its place", remedy: "write folder or url, one of them")
        }
    }

    /// `{ entries: 100, hosts: ["cap.example.cn", "10.0.0.7:8080"] }`; both may be left out.
    private func links() throws(ConfigurationError) -> Feed.Links {
        try allow(["entries", "hosts"])
        var links = Feed.Links()
        links.entries = try optional("entries")?.integer(in: 1...1_000) ?? links.entries
        links.hosts = Set(try optional("hosts")?.texts().map { $0.lowercased() } ?? [])
        return links
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
