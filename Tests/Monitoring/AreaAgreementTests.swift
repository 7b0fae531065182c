import MonitoringDomain
import Testing
import Vocabulary

/// m of n and spatial consistency, by hand. A thousandth of a degree of latitude is 111 m.
@Suite struct AreaAgreementTests {
    static func station(_ name: String, north: Int32, basin: String? = "halha", exceeds: Bool?) throws
        -> AreaAgreement.Station
    {
        AreaAgreement.Station(
            id: StationID(name),
            position: try #require(
                Position(latitudeMicrodegrees: 47_000_000 + north, longitudeMicrodegrees: 120_000_000, datum: .wgs84)
            ),
            basin: basin,
            exceeds: exceeds
        )
    }

    @Test func `stations within the radius are counted once and those beyond never`() throws {
        let centre = try Self.station("s1", north: 0, exceeds: true)
        let others = try [
            Self.station("s2", north: 8_000, exceeds: true), Self.station("s3", north: -8_900, exceeds: false),
            Self.station("s4", north: 9_100, exceeds: true), Self.station("s5", north: 100, exceeds: nil),
        ]
        // 8,900 microdegrees are 990 m, 9,100 are 1,012 m.
        let two = try AreaAgreement(.radius(metres: 1000), needed: 2, leastReporting: 3)
        #expect(
            two.verdict(around: centre, stations: others + [centre] + others) == .agreed(exceeding: 2, reporting: 3)
        )
        #expect(two.verdict(around: centre, stations: others.reversed()) == .agreed(exceeding: 2, reporting: 3))
        let three = try AreaAgreement(.radius(metres: 1000), needed: 3, leastReporting: 3)
        #expect(three.verdict(around: centre, stations: others) == .notAgreed(exceeding: 2, reporting: 3))
        let four = try AreaAgreement(.radius(metres: 1000), needed: 2, leastReporting: 4)
        #expect(four.verdict(around: centre, stations: others) == .tooFew(exceeding: 2, reporting: 3))
        let wide = try AreaAgreement(.radius(metres: 1100), needed: 3, leastReporting: 4)
        #expect(wide.verdict(around: centre, stations: others) == .agreed(exceeding: 3, reporting: 4))
    }

    @Test func `a basin counts wherever its stations lie, and one without a basin stands alone`() throws {
        let centre = try Self.station("s1", north: 0, exceeds: true)
        let others = try [
            Self.station("s2", north: 2_000_000, exceeds: true),
            Self.station("s3", north: 10, basin: "arshan", exceeds: true),
            Self.station("s4", north: 10, basin: nil, exceeds: true),
        ]
        let two = try AreaAgreement(.basin, needed: 2, leastReporting: 2)
        #expect(two.verdict(around: centre, stations: others) == .agreed(exceeding: 2, reporting: 2))
        let lone = try Self.station("s9", north: 0, basin: nil, exceeds: true)
        #expect(two.verdict(around: lone, stations: others) == .tooFew(exceeding: 1, reporting: 1))
    }

    @Test func `what can never agree is refused`() {
        for (needed, least) in [(0, 1), (3, 2), (-1, 2), (1, 1001)] {
            #expect(throws: ForecastError.self) { try AreaAgreement(.basin, needed: needed, leastReporting: least) }
        }
        for metres in [0, -5, Int64.max] {
            #expect(throws: ForecastError.self) {
                try AreaAgreement(.radius(metres: metres), needed: 1, leastReporting: 1)
            }
        }
    }

    static func reading(_ north: Int32, _ value: Int64) throws -> QualitySpatial.Reading {
        QualitySpatial.Reading(position: try station("s", north: north, exceeds: nil).position, value: value)
    }

    /// Neighbours at 1,000, 2,000 and 2,000 units of distance with 10, 20 and 40: weights 4 : 1 : 1 give (40 + 20 + 40) / 6 =
    /// 16.667; their mean is 23.333 and their standard deviation √(1400/6) = 15.275.
    @Test(
        arguments: [
            (16_666_667, nil, 100, true), (20_000_000, 4_000_000, nil, true), (21_000_000, 4_000_000, nil, false),
            (12_000_000, 4_000_000, nil, false), (46_000_000, nil, 200, true), (48_000_000, nil, 200, false),
            (46_000_000, 4_000_000, 200, false),
        ] as [(Int64, Int64?, Int64?, Bool)]
    )
    func `a reading fits its neighbours or departs`(value: Int64, limit: Int64?, deviation: Int64?, fits: Bool) throws {
        let check = try QualitySpatial(
            radiusMetres: 30_000,
            neighbours: 3...5,
            absoluteLimit: limit,
            deviationHundredths: deviation
        )
        let neighbours = try [
            Self.reading(100_000, 10_000_000), Self.reading(-200_000, 20_000_000), Self.reading(200_000, 40_000_000),
            Self.reading(900_000, 999_000_000),
        ]
        for order in [neighbours, neighbours.reversed()] {
            let found = check.judge(try Self.reading(0, value), neighbours: order)
            // Distances are whole metres: the estimate may be off by a hundred-thousandth of a unit.
            switch found {
            case .fits(let estimate): #expect(fits && abs(estimate - 16_666_667) < 1000)
            case .departs(let estimate): #expect(!fits && abs(estimate - 16_666_667) < 1000)
            case .tooFewNeighbours: Issue.record("three neighbours are enough")
            }
        }
        #expect(check.judge(try Self.reading(0, value), neighbours: Array(neighbours.prefix(2))) == .tooFewNeighbours)
    }

    @Test func `extreme values neither trap nor fit, and a check without a limit is refused`() throws {
        let check = try QualitySpatial(
            radiusMetres: 1000,
            neighbours: 2...2,
            absoluteLimit: 1,
            deviationHundredths: nil
        )
        let neighbours = try [Self.reading(0, .max), Self.reading(0, .max)]
        #expect(check.judge(try Self.reading(0, .min), neighbours: neighbours) != .fits(estimate: .max))
        for (absolute, deviation): (Int64?, Int64?) in [(nil, nil), (0, nil), (1, -1)] {
            #expect(throws: ForecastError.self) {
                try QualitySpatial(
                    radiusMetres: 1000,
                    neighbours: 2...4,
                    absoluteLimit: absolute,
                    deviationHundredths: deviation
                )
            }
        }
        #expect(throws: ForecastError.self) {
            try QualitySpatial(radiusMetres: 1000, neighbours: 1...4, absoluteLimit: 1, deviationHundredths: nil)
        }
    }
}
