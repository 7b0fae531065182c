package import Vocabulary

/// How one hazard brings the next 灾害链: rain a flash flood, the flood a landslide, the slide a cut road. Data of the place.
///
/// Nodes are hazards at places, links lead from one to a later one with a lag and a confidence. Nothing here is a forecast of
/// physics: the confidence is the one that somebody wrote into the configuration.
package struct HazardChain: Hashable, Sendable {
    package let id: String
    /// The first is the root.
    package let nodes: [Node]
    package let links: [Link]

    /// A hazard at places.
    package struct Node: Hashable, Sendable {
        package let id: String
        package let hazard: Hazard
        /// Division codes.
        package let divisions: [String]
        /// Crossings that show that it happens, besides a warning of that hazard.
        package let signs: [Crossing]

        package init(id: String, hazard: Hazard, divisions: [String], signs: [Crossing]) {
            (self.id, self.hazard, self.divisions, self.signs) = (id, hazard, divisions, signs)
        }
    }

    /// A reading from its threshold up.
    package struct Crossing: Hashable, Sendable, Codable {
        package let station: StationID
        package let element: ElementID
        package let millionths: Int64

        package init(station: StationID, element: ElementID, millionths: Int64) {
            (self.station, self.element, self.millionths) = (station, element, millionths)
        }

        /// Whether that reading crosses it (以上 includes the number).
        package func isCrossed(_ station: StationID, _ element: ElementID, _ millionths: Int64) -> Bool {
            self.station == station && self.element == element && millionths >= self.millionths
        }
    }

    /// What leads from one node to another.
    package struct Link: Hashable, Sendable {
        package let from: Int
        package let to: Int
        package let condition: Condition
        package let lag: ClosedRange<Duration>
        package let confidencePercent: Int
        /// The key of the text that says why.
        package let why: String

        package init(
            from: Int,
            to: Int,
            condition: Condition,
            lag: ClosedRange<Duration>,
            confidencePercent: Int,
            why: String
        ) {
            (self.from, self.to, self.condition) = (from, to, condition)
            (self.lag, self.confidencePercent, self.why) = (lag, confidencePercent, why)
        }
    }

    /// From when on the next node is expected, not only possible.
    package enum Condition: Hashable, Sendable {
        /// The node before is warned of in this colour or a worse one.
        case colour(WarningColour)
        case crossing(Crossing)
    }

    /// Throws `malformed` unless there are 2 … 32 nodes of different names, every link leads to a later node, none but the first is
    /// without a link that leads to it, confidences are 1 … 100 and lags are not negative.
    package init(id: String, nodes: [Node], links: [Link]) throws(ForecastError) {
        guard (2...32).contains(nodes.count), Set(nodes.map(\.id)).count == nodes.count else {
            throw ForecastError(.malformed, "a chain has 2 to 32 nodes of different names")
        }
        for link in links {
            guard nodes.indices.contains(link.from), nodes.indices.contains(link.to), link.from < link.to,
                (1...100).contains(link.confidencePercent), link.lag.lowerBound >= .zero
            else {
                throw ForecastError(.malformed, "a link leads to a later node, with 1 to 100 % and a lag of 0 or more")
            }
        }
        guard nodes.indices.dropFirst().allSatisfy({ node in links.contains { $0.to == node } }) else {
            throw ForecastError(.malformed, "every node but the first needs a link that leads to it")
        }
        (self.id, self.nodes, self.links) = (id, nodes, links)
    }

    /// Whether a crossing may move the chain.
    package var crossings: [Crossing] {
        nodes.flatMap(\.signs)
            + links.compactMap {
                switch $0.condition {
                case .colour: nil
                case .crossing(let crossing): crossing
                }
            }
    }
}

/// A chain that runs: what was seen of it since its root was warned of.
package struct HazardChainRun: Hashable, Sendable, Codable {
    /// The warning at its root.
    package let root: WarningID
    private var sightings: [Sighting?]
    /// Crossings that links wait for, each once, in order of their coming.
    private var crossings: [Crossed] = []

    private struct Crossed: Hashable, Sendable, Codable {
        let crossing: HazardChain.Crossing
        let record: [UInt8]
    }

    /// What shows that a node happens.
    private struct Sighting: Hashable, Sendable, Codable {
        var since: Instant
        /// Of its warning; nil where a reading shows it.
        var colour: WarningColour?
        var records: [[UInt8]]
    }

    /// The last so many records say why.
    private static let mostRecords = 16

    package init(_ chain: HazardChain, root: WarningID) {
        self.root = root
        sightings = .init(repeating: nil, count: chain.nodes.count)
    }

    /// A warning of that hazard for those divisions stands in that colour since `instant`; `record` says so.
    package mutating func warn(
        _ hazard: Hazard,
        _ divisions: [String],
        _ colour: WarningColour,
        at instant: Instant,
        record: [UInt8],
        in chain: HazardChain
    ) {
        for (index, node) in chain.nodes.enumerated() where node.hazard == hazard && node.meets(divisions) {
            see(index, at: instant, colour, record)
        }
    }

    /// A reading was observed; `record` is its observation.
    package mutating func read(
        _ station: StationID,
        _ element: ElementID,
        _ millionths: Int64,
        at instant: Instant,
        record: [UInt8],
        in chain: HazardChain
    ) {
        for (index, node) in chain.nodes.enumerated() where sightings[index] == nil {
            if node.signs.contains(where: { $0.isCrossed(station, element, millionths) }) {
                see(index, at: instant, nil, record)
            }
        }
        for crossing in chain.crossings where crossing.isCrossed(station, element, millionths) {
            guard !crossings.contains(where: { $0.crossing == crossing }) else { continue }
            crossings.append(Crossed(crossing: crossing, record: record))
        }
    }

    private mutating func see(_ index: Int, at instant: Instant, _ colour: WarningColour?, _ record: [UInt8]) {
        guard sightings.indices.contains(index) else { return }
        var sighting = sightings[index] ?? Sighting(since: instant, colour: nil, records: [])
        if let colour { sighting.colour = colour }
        if !sighting.records.contains(record) {
            sighting.records = sighting.records.suffix(Self.mostRecords - 1) + [record]
        }
        sightings[index] = sighting
    }

    // MARK: steps

    /// A node as it stands.
    package struct Step: Hashable, Sendable {
        package let node: Int
        package let state: State
        package let from: Instant
        package let until: Instant
        package let confidencePercent: Int
        package let why: [[UInt8]]
        /// The link that led here; nil for the root and for what was seen.
        package let link: Int?
    }

    /// How sure a node is.
    package enum State: Int, Comparable, Sendable {
        case possible
        case expected
        case observed

        package static func < (one: Self, other: Self) -> Bool { one.rawValue < other.rawValue }
    }

    /// Every node that the root leads to, in the chain's order. Where several links lead to one, the surest counts, of equals the
    /// earliest.
    package func steps(of chain: HazardChain) -> [Step] {
        var found: [Int: (step: Step, exact: Int64)] = [:]
        for index in chain.nodes.indices {
            if let sighting = sightings.indices.contains(index) ? sightings[index] : nil {
                let step = Step(
                    node: index,
                    state: .observed,
                    from: sighting.since,
                    until: sighting.since,
                    confidencePercent: 100,
                    why: sighting.records,
                    link: nil
                )
                found[index] = (step, Self.certain)
                continue
            }
            found[index] = best(index, of: chain, found)
        }
        return chain.nodes.indices.compactMap { found[$0]?.step }
    }

    /// 100 % in millionths: products are rounded once, when they are told.
    private static let certain: Int64 = 1_000_000

    private func best(_ index: Int, of chain: HazardChain, _ found: [Int: (step: Step, exact: Int64)])
        -> (step: Step, exact: Int64)?
    {
        var best: (step: Step, exact: Int64)?
        for (number, link) in chain.links.enumerated() where link.to == index {
            guard let before = found[link.from] else { continue }
            let exact = before.exact * Int64(link.confidencePercent) / 100
            let (holds, why) = holds(link)
            let state: State = holds && before.step.state >= .expected ? .expected : .possible
            let step = Step(
                node: index,
                state: state,
                from: before.step.from + link.lag.lowerBound,
                until: before.step.until + link.lag.upperBound,
                confidencePercent: Int((exact + 5_000) / 10_000),
                why: before.step.why + why,
                link: number
            )
            guard let known = best else {
                best = (step, exact)
                continue
            }
            let rank = (state.rawValue, exact, -step.from.microseconds)
            let last = (known.step.state.rawValue, known.exact, -known.step.from.microseconds)
            if rank > last { best = (step, exact) }
        }
        return best
    }

    private func holds(_ link: HazardChain.Link) -> (Bool, [[UInt8]]) {
        switch link.condition {
        case .colour(let colour): ((sightings[link.from]?.colour).map { $0 >= colour } ?? false, [])
        case .crossing(let crossing):
            crossings.first { $0.crossing == crossing }.map { (true, [$0.record]) } ?? (false, [])
        }
    }
}

extension HazardChain.Node {
    /// Whether one of the divisions lies within the node's, or one of these within it.
    package func meets(_ codes: [String]) -> Bool {
        divisions.contains { own in codes.contains { $0.hasPrefix(own) || own.hasPrefix($0) } }
    }
}
