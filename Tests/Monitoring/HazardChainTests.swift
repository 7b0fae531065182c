import MonitoringDomain
import TestSupport
import Testing
import Vocabulary

/// Chains by hand: rain, flash flood, landslide, road cut, lifeline outage.
@Suite struct HazardChainTests {
    static let town = ["152202100"]
    static let crossing = HazardChain.Crossing(station: "S1", element: "rain_3h", millionths: 50_000_000)

    static func node(_ id: String, _ hazard: Hazard, signs: [HazardChain.Crossing] = []) -> HazardChain.Node {
        HazardChain.Node(id: id, hazard: hazard, divisions: town, signs: signs)
    }

    static func link(
        _ from: Int,
        _ to: Int,
        _ condition: HazardChain.Condition,
        _ hours: ClosedRange<Int64>,
        _ percent: Int
    )
        -> HazardChain.Link
    {
        HazardChain.Link(
            from: from,
            to: to,
            condition: condition,
            lag: .hours(hours.lowerBound) ... .hours(hours.upperBound),
            confidencePercent: percent,
            why: "why.\(from).\(to)"
        )
    }

    static func flood() throws -> HazardChain {
        try HazardChain(
            id: "flood",
            nodes: [
                node("rain", .rainstorm), node("flood", .flashFlood),
                node(
                    "slide",
                    .landslide,
                    signs: [.init(station: "S1", element: "displacement", millionths: 30_000_000)]
                ),
                node("road", .roadCut), node("outage", .lifelineOutage),
            ],
            links: [
                link(0, 1, .colour(.orange), 1...3, 70), link(0, 2, .crossing(crossing), 2...12, 30),
                link(1, 2, .colour(.yellow), 1...6, 50), link(2, 3, .colour(.blue), 0...1, 80),
                link(3, 4, .colour(.blue), 0...2, 55),
            ]
        )
    }

    static let start = Instant(seconds: 1_790_784_000)

    static func said(_ steps: [HazardChainRun.Step]) -> [String] {
        steps.map { step in
            let (from, until) = (step.from - start, step.until - start)
            return
                "\(step.node) \(step.state) \(from.inSeconds / 3600)-\(until.inSeconds / 3600) \(step.confidencePercent)"
        }
    }

    /// 70 %; 0.7 · 0.5 = 35 %; · 0.8 = 28 %; · 0.55 = 15.4 %. Windows add: 1–3, 2–9, 2–10, 2–12 h.
    @Test func `states, windows and confidences follow the links`() throws {
        let chain = try Self.flood()
        var run = HazardChainRun(chain, root: "W.rain")
        run.warn(.rainstorm, Self.town, .yellow, at: Self.start, record: [1], in: chain)
        #expect(
            Self.said(run.steps(of: chain)) == [
                "0 observed 0-0 100", "1 possible 1-3 70", "2 possible 2-9 35", "3 possible 2-10 28",
                "4 possible 2-12 15",
            ]
        )
        run.warn(.rainstorm, Self.town, .orange, at: Self.start + .hours(1), record: [2], in: chain)
        #expect(Self.said(run.steps(of: chain)).prefix(2) == ["0 observed 0-0 100", "1 expected 1-3 70"])
        // The rain link to the slide holds now: expected at 30 % stands before possible at 35 %.
        run.read("S1", "rain_3h", 50_000_000, at: Self.start + .hours(1), record: [3], in: chain)
        #expect(
            Self.said(run.steps(of: chain))[2...] == ["2 expected 2-12 30", "3 possible 2-13 24", "4 possible 2-15 13"]
        )
        // The slide is measured: sure, and no more by a link.
        run.read("S1", "displacement", 30_000_000, at: Self.start + .hours(5), record: [4], in: chain)
        let steps = run.steps(of: chain)
        #expect(Self.said(steps)[2...] == ["2 observed 5-5 100", "3 possible 5-6 80", "4 possible 5-8 44"])
        #expect(steps[2].why == [[4]] && steps[2].link == nil && steps[3].link == 3 && steps[3].why == [[4]])
    }

    @Test func `a reading below its threshold, another place and another hazard move nothing`() throws {
        let chain = try Self.flood()
        var run = HazardChainRun(chain, root: "W.rain")
        run.warn(.rainstorm, Self.town, .red, at: Self.start, record: [1], in: chain)
        let before = run
        run.read("S1", "rain_3h", 49_999_999, at: Self.start, record: [2], in: chain)
        run.read("S2", "rain_3h", 90_000_000, at: Self.start, record: [2], in: chain)
        run.warn(.flashFlood, ["152202101"], .red, at: Self.start, record: [2], in: chain)
        run.warn(.hail, Self.town, .red, at: Self.start, record: [2], in: chain)
        #expect(run == before)
        // A warning of the whole county meets the town.
        run.warn(.flashFlood, ["152202"], .blue, at: Self.start, record: [2], in: chain)
        #expect(run.steps(of: chain)[1].state == .observed)
    }

    @Test func `chains that lead nowhere, back or from nothing are refused`() {
        func refused(_ nodes: [HazardChain.Node], _ links: [HazardChain.Link]) -> Bool {
            (try? HazardChain(id: "x", nodes: nodes, links: links)) == nil
        }
        let two = [Self.node("a", .rainstorm), Self.node("b", .flashFlood)]
        #expect(!refused(two, [Self.link(0, 1, .colour(.blue), 0...1, 50)]))
        #expect(refused(two, []))
        #expect(refused([two[0]], []))
        #expect(refused([two[0], two[0]], [Self.link(0, 1, .colour(.blue), 0...1, 50)]))
        #expect(refused(two, [Self.link(1, 0, .colour(.blue), 0...1, 50)]))
        #expect(refused(two, [Self.link(0, 2, .colour(.blue), 0...1, 50)]))
        #expect(refused(two, [Self.link(0, 1, .colour(.blue), 0...1, 101)]))
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `whatever comes in which order, confidence never grows along a link and nothing seen is unseen`(_ seed: UInt64)
        throws
    {
        var random = Seeded(seed)
        let chain = try Self.flood()
        var run = HazardChainRun(chain, root: "W.rain")
        run.warn(.rainstorm, Self.town, .blue, at: Self.start, record: [0], in: chain)
        var seen: Set<Int> = [0]
        for number in 1...40 as ClosedRange<UInt8> {
            let time = Self.start + .minutes(Int64(number) * 10)
            if random.next() % 3 == 0 {
                let value = Int64.random(in: 0...60_000_000, using: &random)
                let element: ElementID = random.next() % 2 == 0 ? "rain_3h" : "displacement"
                run.read("S1", element, value, at: time, record: [number], in: chain)
            } else {
                let hazard = try #require(chain.nodes.map(\.hazard).randomElement(using: &random))
                let colour = try #require(WarningColour.allCases.randomElement(using: &random))
                run.warn(hazard, Self.town, colour, at: time, record: [number], in: chain)
            }
            let steps = run.steps(of: chain)
            #expect(steps.count == 5 && steps.allSatisfy { $0.from <= $0.until }, "seed \(seed)")
            for step in steps {
                if let link = step.link {
                    #expect(step.confidencePercent <= steps[chain.links[link].from].confidencePercent, "seed \(seed)")
                    #expect(step.from >= steps[chain.links[link].from].from, "seed \(seed)")
                }
                if step.state == .observed { #expect(step.confidencePercent == 100 && !step.why.isEmpty) }
            }
            let now = Set(steps.filter { $0.state == .observed }.map(\.node))
            #expect(now.isSuperset(of: seen), "seed \(seed)")
            seen = now
        }
    }
}
