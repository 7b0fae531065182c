import MonitoringDomain
import Testing
import Vocabulary

/// m of n and spatial consistency, by hand. A thousandth of a degree of latitude is 111 m.
@Suite struct AreaAgreementTests {
    static func station(_ name: String, north: Int32, basin: String? = "halha", _ value: Int64?) throws
        -> AreaAgreement.Station
    {
        AreaAgreement.Station(
            id: StationID(name),
            position: try #require(
                Position(latitudeMicrodegrees: 47_000_000 + north, longitudeMicrodegrees: 120_000_000, datum: .wgs84)
            ),
            basin: basin,
            value: value
        )
    }

    /// 8,900 microdegrees are 990 m, 9,100 are 1,012 m: within 1,000 m of s1 lie s2, s3 and s5, of which s5 says nothing.
    @Test(
        arguments: [
            (1_000, 1, 1, 9, ["s4"]), (1_000, 2, 3, 5, ["s1", "s2"]), (1_000, 3, 3, 3, ["s1", "s2", "s3"]),
            (1_000, 2, 4, nil, []), (1_100, 3, 4, 5, ["s4", "s1", "s2"]), (1_100, 4, 4, 3, ["s4", "s1", "s2", "s3"]),
        ] as [(Int64, Int, Int, Int64?, [StationID])]
    )
    func `enough stations around one agree on the least of their worst`(
        metres: Int64,
        needed: Int,
        least: Int,
        value: Int64?,
        agreeing: [StationID]
    ) throws {
        let stations = try [
            Self.station("s1", north: 0, 7), Self.station("s2", north: 8_000, 5), Self.station("s3", north: -8_900, 3),
            Self.station("s4", north: 9_100, 9), Self.station("s5", north: 100, nil),
        ]
        // Around s2 lie s1 and s4 too; where the radius decides, only s1 is meant to have enough around it.
        let around = metres == 1_000 && needed > 1 ? stations.filter { $0.id != "s4" } : stations
        let agreement = try AreaAgreement(.radius(metres: metres), needed: needed, leastReporting: least)
        for order in [around, around.reversed(), around + around] {
            let found = agreement.finding(order)
            #expect(found?.value == value && found?.stations ?? [] == agreeing)
        }
    }

    @Test func `a basin counts wherever its stations lie, and one without a basin stands alone`() throws {
        let stations = try [
            Self.station("s1", north: 0, 4), Self.station("s2", north: 2_000_000, 2),
            Self.station("s3", north: 10, basin: "arshan", 9), Self.station("s4", north: 10, basin: nil, 9),
            Self.station("s5", north: 10, basin: nil, 9),
        ]
        let two = try AreaAgreement(.basin, needed: 2, leastReporting: 2)
        #expect(two.finding(stations)?.value == 2 && two.finding(stations)?.stations == ["s1", "s2"])
        #expect(two.finding(Array(stations.dropFirst(2))) == nil)
        let anywhere = try AreaAgreement(.anywhere, needed: 4, leastReporting: 5)
        #expect(anywhere.finding(stations)?.value == 4)
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
        QualitySpatial.Reading(position: try station("s", north: north, nil).position, value: value)
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
