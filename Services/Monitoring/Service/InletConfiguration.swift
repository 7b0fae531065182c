import MonitoringCodecs
package import ServiceKit
import Vocabulary

/// The ways in beside the gauges' own ports: sources with their keys, a broker's topics, feeds of others.
package struct Inlets: Sendable {
    let sources: [String: Source]
    /// In the file's order, for a source may have several topics and a topic only one source.
    let broker: Broker?
    let feeds: [Feed]

    /// Reads `sources`, `mqtt` and `feeds` of monitoring.yaml; what is absent is off. `stations` are those of the file, where they are known.
    ///
    /// Errors: `ConfigurationError` with file, line and remedy.
    init(_ configuration: YAMLValue, stations: Set<StationID>?) throws(ConfigurationError) {
        var sources: [String: Source] = [:]
        for item in try configuration.optional("sources")?.list() ?? [] {
            let source = try item.source(stations)
            guard sources.updateValue(source, forKey: source.id) == nil else {
                throw item.error("source '\(source.id)' stands twice", remedy: "remove one")
            }
        }
        var feeds: [Feed] = []
        for item in try configuration.optional("feeds")?.list() ?? [] {
            let feed = try item.feed(stations)
            guard !feeds.contains(where: { $0.id == feed.id }), sources[feed.id] == nil else {
                throw item.error("'\(feed.id)' stands twice", remedy: "give the feed another id")
            }
            feeds.append(feed)
        }
        (self.sources, self.feeds) = (sources, feeds)
        broker = try configuration.optional("mqtt")?.broker(sources: Set(sources.keys))
    }

    /// The same for a port, of the text of `file`.
    package init(text: String, file: String) throws(ConfigurationError) {
        try self.init(YAMLValue(text: text, file: file), stations: nil)
    }

    /// The keys of all sources that have one.
    var keys: APIKeys { APIKeys(sources.values.compactMap(\.key)) }

    func feed(_ id: String) -> Feed? { feeds.first { $0.id == id } }

    /// The source whose topics that one is among.
    func source(ofTopic topic: String) -> Source? {
        broker?.topics.first { $0.filter.matches(topic) }.flatMap { sources[$0.source] }
    }
}

/// Who may report: a vendor's platform, a village's own gauges.
struct Source: Sendable {
    let id: String
    /// Nil for one that does not come over HTTP.
    let key: APIKeys.Entry?
    /// Whose observations it may bring.
    let stations: StationChoice
    let times: AcceptedTimes

    enum StationChoice: Sendable {
        case all
        case some(Set<StationID>)

        func contains(_ station: StationID) -> Bool {
            switch self {
            case .all: true
            case .some(let stations): stations.contains(station)
            }
        }
    }
}

/// Which times of observation are believed, seen from when they came.
struct AcceptedTimes: Sendable {
    /// Beyond it the sender's clock is wrong, and the reading would stand before all true ones.
    var ahead = Duration.minutes(10)
    /// Beyond it a reading says nothing of now, and would be judged as if it did.
    var behind = Duration.hours(24 * 30)
}

extension YAMLValue {
    fileprivate func source(_ stations: Set<StationID>?) throws(ConfigurationError) -> Source {
        try allow(["id", "key_sha256", "stations", "ahead", "behind"])
        let id = try value("id").inletName()
        let key = try optional("key_sha256")
        return Source(
            id: id,
            key: try key.map { digest throws(ConfigurationError) in try digest.keyDigest(of: id) },
            stations: try value("stations").stationChoice(stations),
            times: try acceptedTimes()
        )
    }

    /// `all`, or a list of stations of the file.
    func stationChoice(_ known: Set<StationID>?) throws(ConfigurationError) -> Source.StationChoice {
        if let text = try? text(), text == "all" { return .all }
        var stations: Set<StationID> = []
        for item in try list() {
            let id = StationID(try item.text())
            guard known?.contains(id) ?? true else {
                throw item.error("there is no station '\(id)'", remedy: "add it to stations, or write `stations: all`")
            }
            stations.insert(id)
        }
        guard !stations.isEmpty else {
            throw error("no station", remedy: "name at least one, or write `stations: all`")
        }
        return .some(stations)
    }

    func acceptedTimes() throws(ConfigurationError) -> AcceptedTimes {
        var times = AcceptedTimes()
        if let ahead = try optional("ahead") { times.ahead = try ahead.duration() }
        if let behind = try optional("behind") { times.behind = try behind.duration() }
        return times
    }

    /// A name that stands in logs and records.
    func inletName() throws(ConfigurationError) -> String {
        try parse("a name of 1 to 40 small letters, digits and hyphens") { text in
            (1...40).contains(text.utf8.count)
                && text.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 } ? text : nil
        }
    }
}
