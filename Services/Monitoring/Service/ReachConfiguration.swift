import Foundation
import MessageSchema
import MonitoringDomain
package import ServiceKit
import ServiceStore
import Vocabulary

/// Whom warnings have to reach, by which channels, and by when: `reach` of monitoring.yaml.
package struct Reach: Sendable {
    let target: ReachTarget
    /// By when the people should be reached, from when the document went out.
    let deadlines: [WarningColour: Duration]
    /// After so many hundredths of that time it is told who is not.
    let checkPercent: Int
    /// So long an all-clear is brought to people.
    let allClear: Duration
    /// In the file's order.
    let places: [ReachPlace]
    let channels: [ReachChannel]

    func channel(_ id: ReachChannelID) -> ReachChannel? { channels.first { $0.id == id } }

    /// The places of these divisions, or of divisions within them.
    func places(in divisions: [String]) -> [ReachPlace] {
        places.filter { place in divisions.contains { place.division.hasPrefix($0) } }
    }

    /// Those keys that open the door of receipts.
    var keys: APIKeys { APIKeys(channels.compactMap(\.receiptKey)) }

    /// The same for a port, of the text of `file`; nil where nobody has to be reached.
    package static func read(text: String, file: String) throws(ConfigurationError) -> Reach? {
        let configuration = try YAMLValue(text: text, file: file)
        let names = try configuration.value("divisions").divisions()
        return try configuration.optional("reach").map { value throws(ConfigurationError) in try value.reach(names) }
    }
}

/// People who live together and are told together.
struct ReachPlace: Sendable {
    let id: ReachPlaceID
    let name: Name
    let division: String
    let population: Int
}

/// One way to people.
struct ReachChannel: Sendable {
    /// The kinds of channels, as they stand in the file.
    enum Kind: String, CaseIterable, Sendable {
        /// 手机短信
        case sms
        /// 大喇叭
        case loudspeaker
        /// 广播电视
        case broadcast
        /// 客户端
        case app
        /// 网格员
        case gridWorker = "grid-worker"
        /// 警报器
        case siren
    }

    let id: ReachChannelID
    let kind: Kind
    /// Where texts are posted.
    let address: String
    /// RFC 3066, in the order in which they are sent.
    let languages: [String]
    let colours: Set<WarningColour>
    /// Whether its receipts say who got the text, by digests.
    let knowsPersons: Bool
    /// Whether it is used where nothing is real.
    let exercises: Bool
    /// How many people it covers in each place that it covers, in the file's order.
    let covers: [(place: ReachPlaceID, people: Int)]
    let retry: EffectRetry
    /// Nil: its receipts do not come over HTTP.
    let receiptKey: APIKeys.Entry?

    func people(in place: ReachPlaceID) -> Int? { covers.first { $0.place == place }?.people }
}

extension YAMLValue {
    func reach(_ divisions: [String: Name]) throws(ConfigurationError) -> Reach {
        try allow(["target_percent", "deadlines", "check_percent", "all_clear", "places", "channels"])
        var deadlines: [WarningColour: Duration] = [:]
        for (name, item) in try value("deadlines").entries() {
            guard let colour = WarningColour(name: name) else {
                throw item.error("'\(name)' is no colour", remedy: "write blue, yellow, orange or red")
            }
            deadlines[colour] = try item.longEnough()
        }
        for colour in WarningColour.allCases where deadlines[colour] == nil {
            throw try value("deadlines").error("no deadline for \(colour.name)", remedy: "add `\(colour.name): 1h`")
        }
        let places = try value("places").reachPlaces(divisions)
        return Reach(
            target: ReachTarget(percent: try value("target_percent").integer(in: 1...100)),
            deadlines: deadlines,
            checkPercent: try value("check_percent").integer(in: 1...99),
            allClear: try value("all_clear").longEnough(),
            places: places,
            channels: try value("channels").reachChannels(places)
        )
    }

    private func longEnough() throws(ConfigurationError) -> Duration {
        let duration = try duration()
        guard duration >= .minutes(1) else { throw error("no time to reach anybody", remedy: "write at least 1m") }
        return duration
    }

    private func reachPlaces(_ divisions: [String: Name]) throws(ConfigurationError) -> [ReachPlace] {
        var places: [ReachPlace] = []
        for item in try list() {
            try item.allow(["id", "name", "division", "population"])
            let place = ReachPlace(
                id: ReachPlaceID(try item.value("id").inletName()),
                name: try item.value("name").name(),
                division: try item.value("division").division(),
                population: try item.value("population").integer(in: 1...100_000_000)
            )
            guard divisions[place.division] != nil else {
                throw item.error("division \(place.division) has no name", remedy: "add it to divisions")
            }
            guard !places.contains(where: { $0.id == place.id }) else {
                throw item.error("place '\(place.id)' stands twice", remedy: "give it another id, or remove one")
            }
            places.append(place)
        }
        guard !places.isEmpty else { throw error("no place", remedy: "name at least one, with its population") }
        return places
    }

    private func reachChannels(_ places: [ReachPlace]) throws(ConfigurationError) -> [ReachChannel] {
        var channels: [ReachChannel] = []
        for item in try list() {
            let channel = try item.reachChannel(places)
            guard !channels.contains(where: { $0.id == channel.id }) else {
                throw item.error("channel '\(channel.id)' stands twice", remedy: "give it another id, or remove one")
            }
            channels.append(channel)
        }
        guard !channels.isEmpty else { throw error("no channel", remedy: "name at least one, or remove reach") }
        return channels
    }

    private func reachChannel(_ places: [ReachPlace]) throws(ConfigurationError) -> ReachChannel {
        try allow([
            "id", "kind", "address", "languages", "colours", "people", "exercises", "covers", "retry", "key_sha256",
        ])
        let id = try value("id").inletName()
        let kinds = ReachChannel.Kind.allCases.map(\.rawValue).joined(separator: ", ")
        let receiptKey = try optional("key_sha256")
        return ReachChannel(
            id: ReachChannelID(id),
            kind: try value("kind").parse("one of \(kinds)") { ReachChannel.Kind(rawValue: $0) },
            address: try value("address").gateway(),
            languages: try value("languages").languages(),
            colours: try value("colours").colours(),
            knowsPersons: try value("people").parse("identified or anonymous") {
                $0 == "identified" ? true : $0 == "anonymous" ? false : nil
            },
            exercises: try optional("exercises")?.flag() ?? false,
            covers: try value("covers").covered(places),
            retry: try value("retry").effectRetry(),
            receiptKey: try receiptKey.map { digest throws(ConfigurationError) in try digest.keyDigest(of: id) }
        )
    }

    /// Texts and keys cross the network: in plain text only on this machine.
    private func gateway() throws(ConfigurationError) -> String {
        try parse("an address such as https://sms.example/v1/warnings, or http:// on 127.0.0.1") { text in
            guard let parts = URLComponents(string: text), let host = parts.host, !host.isEmpty, parts.user == nil,
                parts.password == nil, parts.fragment == nil
            else { return nil }
            let isLocal = host == "localhost" || host == "[::1]" || host.hasPrefix("127.")
            return parts.scheme == "https" || parts.scheme == "http" && isLocal ? text : nil
        }
    }

    private func languages() throws(ConfigurationError) -> [String] {
        var languages: [String] = []
        for item in try list() {
            let language = try item.parse("zh or en") { ["zh": "zh-CN", "en": "en-US"][$0] }
            guard !languages.contains(language) else { throw item.error("it stands twice", remedy: "remove one") }
            languages.append(language)
        }
        guard !languages.isEmpty else { throw error("no language", remedy: "write [zh], [en] or both") }
        return languages
    }

    private func colours() throws(ConfigurationError) -> Set<WarningColour> {
        var colours: Set<WarningColour> = []
        for item in try list() {
            colours.insert(try item.parse("blue, yellow, orange or red") { WarningColour(name: $0) })
        }
        guard !colours.isEmpty else { throw error("no colour", remedy: "name at least one, or remove the channel") }
        return colours
    }

    private func covered(_ places: [ReachPlace]) throws(ConfigurationError) -> [(place: ReachPlaceID, people: Int)] {
        var covers: [(place: ReachPlaceID, people: Int)] = []
        for item in try list() {
            try item.allow(["place", "people"])
            let place = try item.value("place").parse("a place of reach") { id in
                places.first { $0.id.value == id }
            }
            guard !covers.contains(where: { $0.place == place.id }) else {
                throw item.error("place '\(place.id)' stands twice", remedy: "remove one")
            }
            let people = try item.value("people")
            let count = try people.integer(in: 1...100_000_000)
            guard count <= place.population else {
                throw people.error(
                    "\(count) people where \(place.population) live",
                    remedy: "write at most the place's population"
                )
            }
            covers.append((place.id, count))
        }
        guard !covers.isEmpty else { throw error("it covers nobody", remedy: "name a place, or remove the channel") }
        return covers
    }

    /// `{ first: 10s, most: 5m, attempts: 8 }`.
    private func effectRetry() throws(ConfigurationError) -> EffectRetry {
        try allow(["first", "most", "attempts"])
        let (first, most) = (try value("first").duration(), try value("most").duration())
        guard first >= .seconds(1), most >= first else {
            throw error("no pause that grows", remedy: "write first: at least 1s, and most: not below it")
        }
        return EffectRetry(first: first, most: most, attempts: try value("attempts").integer(in: 1...1_000))
    }
}
