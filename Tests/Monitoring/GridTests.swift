import MonitoringDomain
import Testing
import Vocabulary

/// A grid of six units, shared by the suites: arxan ▸ yirshi ▸ (zhen ▸ zhen-1), shan; arxan ▸ bailang.
enum SmallGrid {
    static func place(_ latitude: Int32, _ longitude: Int32, _ datum: Datum = .wgs84) -> Position {
        guard
            let place = Position(latitudeMicrodegrees: latitude, longitudeMicrodegrees: longitude, datum: datum)
        else { preconditionFailure("no place: \(latitude), \(longitude)") }
        return place
    }

    static func tree() throws -> GridTree {
        try GridTree([
            .init(id: "arxan", level: .city, parent: nil), .init(id: "yirshi", level: .town, parent: "arxan"),
            .init(id: "bailang", level: .town, parent: "arxan"),
            .init(id: "zhen", level: .community, parent: "yirshi", area: square(47_000_000, 120_000_000, 100_000)),
            .init(id: "shan", level: .community, parent: "yirshi"),
            .init(id: "zhen-1", level: .group, parent: "zhen", area: square(47_000_000, 120_000_000, 10_000)),
        ])
    }

    static func square(_ south: Int32, _ west: Int32, _ side: Int32) -> GridPolygon? {
        GridPolygon([
            place(south, west), place(south, west + side), place(south + side, west + side), place(south + side, west),
        ])
    }
}

@Suite struct GridTests {
    @Test func `a unit's path goes up to the city, and an ancestor is the first that is high enough`() throws {
        let tree = try SmallGrid.tree()
        #expect(tree.path(from: "zhen-1") == ["zhen-1", "zhen", "yirshi", "arxan"])
        #expect(tree.path(from: "nowhere").isEmpty && tree.parent(of: "arxan") == nil)
        #expect(tree.ancestor(of: "zhen-1", atLeast: .town) == "yirshi")
        #expect(tree.ancestor(of: "arxan", atLeast: .group) == "arxan")
        #expect(tree.subtree(of: "yirshi") == ["yirshi", "zhen", "shan", "zhen-1"])
    }

    @Test func `a unit that stands twice, skips a level or is a second city is named`() {
        let city = GridTree.Unit(id: "a", level: .city, parent: nil)
        let bad: [([GridTree.Unit], GridUnitID)] = [
            ([city, city], "a"), ([city, .init(id: "b", level: .city, parent: nil)], "b"),
            ([city, .init(id: "b", level: .community, parent: "a")], "b"),
            ([city, .init(id: "b", level: .town, parent: "z")], "b"),
            ([.init(id: "b", level: .town, parent: nil)], "b"),
            ([city, .init(id: "b", level: .town, parent: "b")], "b"),
        ]
        for (units, culprit) in bad {
            let fault = #expect(throws: GridTree.Fault.self) { try GridTree(units) }
            #expect(fault?.unit == culprit)
        }
    }

    @Test func `a place belongs to the lowest unit whose area holds it, its border among it`() throws {
        let tree = try SmallGrid.tree()
        #expect(tree.unit(at: SmallGrid.place(47_005_000, 120_005_000)) == "zhen-1")
        #expect(tree.unit(at: SmallGrid.place(47_050_000, 120_005_000)) == "zhen")
        #expect(tree.unit(at: SmallGrid.place(47_100_000, 120_100_000)) == "zhen")
        #expect(tree.unit(at: SmallGrid.place(47_010_000, 120_010_000)) == "zhen-1")
        #expect(tree.unit(at: SmallGrid.place(47_100_001, 120_050_000)) == nil)
        #expect(tree.unit(at: SmallGrid.place(47_005_000, 120_005_000, .gcj02)) == nil)
    }

    /// An L: the notch in the north-east does not belong to it; corners level with the place are counted once.
    @Test func `a hollow is outside, and clockwise corners are turned round`() throws {
        let corners = [(0, 0), (0, 40), (20, 40), (20, 20), (40, 20), (40, 0)].map { SmallGrid.place($0, $1) }
        let polygon = try #require(GridPolygon(corners.reversed()))
        #expect(polygon.corners == corners)
        #expect(GridPolygon(corners)?.corners == corners && GridPolygon(corners + [corners[0]])?.corners == corners)
        for (north, east, inside) in [
            (10, 10, true), (10, 30, true), (30, 10, true), (30, 30, false), (20, 30, true), (20, 41, false),
            (20, -1, false), (40, 21, false), (40, 20, true), (-1, 0, false), (20, 10, true), (0, -5, false),
        ] as [(Int32, Int32, Bool)] {
            #expect(polygon.contains(SmallGrid.place(north, east)) == inside, "\(north), \(east)")
        }
    }

    @Test func `corners that span nothing or too much are no area`() {
        let line = [(0, 0), (10, 10), (20, 20)].map { SmallGrid.place($0, $1) }
        let wide = [(0, -100_000_000), (0, 100_000_000), (10, 0)].map { SmallGrid.place($0, $1) }
        let shifted = [(0, 0), (0, 10), (10, 10)].map { SmallGrid.place($0, $1, .gcj02) }
        for corners in [[], Array(line.prefix(2)), line, wide, shifted] { #expect(GridPolygon(corners) == nil) }
    }
}

/// Distances by a Python haversine on 6,371,008.8 m: 4,496 µ° of latitude are 499.93 m and 4,506 are 501.05 m.
@Suite struct GridMergingTests {
    static let merging = GridMerging(metres: 500, time: .minutes(30))
    static let start = Instant(seconds: 1_790_784_000)

    static func sight(
        _ kind: String = "smoke",
        unit: GridUnitID = "zhen",
        north: Int32? = 0,
        minute: Int64 = 0,
        datum: Datum = .wgs84
    ) -> GridMerging.Sight {
        .init(
            kind: kind,
            unit: unit,
            position: north.map { SmallGrid.place(47_000_000 + $0, 120_000_000, datum) },
            observed: start + .minutes(minute)
        )
    }

    static func candidate(_ lead: GridReportID, _ first: GridMerging.Sight, last: Int64 = 0) -> GridMerging.Candidate {
        .init(lead: lead, first: first, last: start + .minutes(last))
    }

    @Test(
        arguments: [
            (sight(north: 4_496), "G"), (sight(north: 4_506), nil), (sight(north: -4_496), "G"),
            (sight("flood"), nil), (sight(unit: "shan"), "G"), (sight(unit: "shan", north: nil), nil),
            (sight(north: nil), "G"), (sight(minute: -30), "G"), (sight(minute: -31), nil), (sight(minute: 70), "G"),
            (sight(minute: 71), nil), (sight(unit: "shan", datum: .gcj02), nil), (sight(datum: .gcj02), "G"),
            (sight(datum: .cgcs2000), "G"),
        ] as [(GridMerging.Sight, GridReportID?)]
    )
    func `one happening is of one kind, within the distance of the first and the time of the last report`(
        sight: GridMerging.Sight,
        lead: GridReportID?
    ) {
        let candidate = Self.candidate("G", Self.sight(), last: 40)
        #expect(Self.merging.happening(of: sight, among: [candidate]) == lead)
    }

    @Test func `of several the nearest leads, and of equally near ones that of the least id, in any order`() {
        let candidates = [
            Self.candidate("G2", Self.sight(north: 300)), Self.candidate("G3", Self.sight(north: -100)),
            Self.candidate("G1", Self.sight(north: 100)),
        ]
        #expect(Self.merging.happening(of: Self.sight(), among: candidates) == "G1")
        #expect(Self.merging.happening(of: Self.sight(), among: candidates.reversed()) == "G1")
        #expect(Self.merging.happening(of: Self.sight(north: 301), among: candidates) == "G2")
        #expect(Self.merging.happening(of: Self.sight(), among: []) == nil)
    }
}
