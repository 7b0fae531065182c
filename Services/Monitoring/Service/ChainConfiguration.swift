import MonitoringDomain
import ServiceKit
import Vocabulary

/// The hazard chains of `chains:`; none where the key is absent.
struct Chains: Sendable {
    let all: [HazardChain]
    /// Positions of the chains that a reading of a place may move.
    let read: [MonitoringRepository.Place: [Int]]

    init(_ list: YAMLValue?, stations: Set<StationID>, _ elements: ElementList) throws(ConfigurationError) {
        var (all, read): ([HazardChain], [MonitoringRepository.Place: [Int]]) = ([], [:])
        for item in try list?.list() ?? [] {
            let chain = try item.chain(stations, elements)
            guard !all.contains(where: { $0.id == chain.id }) else {
                throw item.error("chain '\(chain.id)' stands twice", remedy: "give it another id")
            }
            for crossing in chain.crossings {
                let place = MonitoringRepository.Place(station: crossing.station, element: crossing.element)
                if read[place]?.last != all.count { read[place, default: []].append(all.count) }
            }
            all.append(chain)
        }
        (self.all, self.read) = (all, read)
    }
}

extension YAMLValue {
    /// `{ id, nodes: [{ id, hazard, divisions, signs: [{ station, element, at }] }], links: [{ from, to, at: orange | reading: {…},
    /// lag: [0h, 3h], confidence: 60, why }] }`.
    fileprivate func chain(_ stations: Set<StationID>, _ elements: ElementList) throws(ConfigurationError)
        -> HazardChain
    {
        try allow(["id", "nodes", "links"])
        let id = try value("id").parse("a word without a full stop") { $0.contains(".") ? nil : $0 }
        var nodes: [HazardChain.Node] = []
        for item in try value("nodes").list() {
            try item.allow(["id", "hazard", "divisions", "signs"])
            var (divisions, signs): ([String], [HazardChain.Crossing]) = ([], [])
            for division in try item.value("divisions").list() { divisions.append(try division.division()) }
            for sign in try item.optional("signs")?.list() ?? [] { signs.append(try sign.crossing(stations, elements)) }
            nodes.append(
                HazardChain.Node(
                    id: try item.value("id").text(),
                    hazard: try item.value("hazard").parse("a hazard such as flash-flood") { Hazard(rawValue: $0) },
                    divisions: divisions,
                    signs: signs
                )
            )
        }
        var links: [HazardChain.Link] = []
        for item in try value("links").list() { links.append(try item.link(nodes, stations, elements)) }
        let (all, ways) = (nodes, links)
        return try made { () throws(ForecastError) in try HazardChain(id: id, nodes: all, links: ways) }
    }

    private func link(_ nodes: [HazardChain.Node], _ stations: Set<StationID>, _ elements: ElementList)
        throws(ConfigurationError) -> HazardChain.Link
    {
        try allow(["from", "to", "at", "reading", "lag", "confidence", "why"])
        func node(_ key: String) throws(ConfigurationError) -> Int {
            try value(key).parse("a node of this chain") { text in nodes.firstIndex { $0.id == text } }
        }
        let colour = try optional("at")?.parse("blue, yellow, orange or red") { WarningColour(name: $0) }
        let reading = try optional("reading")?.crossing(stations, elements)
        let lag = try value("lag").list()
        guard lag.count == 2 else { throw error("the lag is no range", remedy: "write lag: [0h, 3h]") }
        let (least, most) = (try lag[0].duration(), try lag[1].duration())
        guard least <= most else { throw error("the lag ends before it begins", remedy: "swap its ends") }
        let condition: HazardChain.Condition
        switch (colour, reading) {
        case (let colour?, nil): condition = .colour(colour)
        case (nil, let reading?): condition = .crossing(reading)
        case (nil, nil), (.some, .some): throw error("a link has one condition", remedy: "write at: or reading:")
        }
        return HazardChain.Link(
            from: try node("from"),
            to: try node("to"),
            condition: condition,
            lag: least...most,
            confidencePercent: try value("confidence").integer(in: 1...100),
            why: try value("why").text()
        )
    }

    private func crossing(_ stations: Set<StationID>, _ elements: ElementList) throws(ConfigurationError)
        -> HazardChain.Crossing
    {
        try allow(["station", "element", "at"])
        let element = try value("element").parse("an element of the catalogue") { elements[ElementID($0)] }
        return HazardChain.Crossing(
            station: try value("station").parse("a station of this file") { text in
                stations.contains(StationID(text)) ? StationID(text) : nil
            },
            element: element.id,
            millionths: try value("at").quantity(element.unit).millionths
        )
    }
}
