import CommandCenterDomain
import Testing
import Vocabulary

@Suite struct RosterTests {
    static func place(_ latitude: Double, _ longitude: Double) -> Position {
        let position = Position(
            latitudeMicrodegrees: Int32((latitude * 1_000_000).rounded()),
            longitudeMicrodegrees: Int32((longitude * 1_000_000).rounded()),
            datum: .wgs84
        )
        guard let position else { preconditionFailure("no such place") }
        return position
    }

    /// The first two are published by others for the sphere, here scaled to the IUGG's mean radius:
    /// Nashville to Los Angeles, 2886.44444283798 km at 6371.0 km (rosettacode.org, "Haversine formula"), × 6371.0088 / 6371;
    /// Newport to Cleveland, 536.997990696 miles at 6371.009 km (geopy 2, documentation of `great_circle`), × 6371.0088 / 6371.009.
    /// The others are a quarter and a half of a circle, and a hundredth of a degree on the equator: R π / 2, R π, R π / 18 000.
    @Test(arguments: [
        (place(36.12, -86.67), place(33.94, -118.40), 2_886_448),
        (place(41.49008, -71.312796), place(41.499498, -81.695391), 864_214),
        (place(0, 0), place(90, 0), 10_007_557), (place(0, -90), place(0, 90), 20_015_114),
        (place(0, 179.995), place(0, -179.995), 1_112), (place(47.3, 119.8), place(47.3, 119.8), 0),
    ])
    func `a great circle is as long as published`(one: Position, other: Position, metres: Int) {
        #expect(greatCircleMetres(from: one, to: other) == metres)
        #expect(greatCircleMetres(from: other, to: one) == metres)
    }

    /// On the equator, where 0.01° is 1111.95 m, so 1112 m: from A at 0 and B at 0.03° E.
    static func roster(range: Int) -> Roster {
        Roster(
            members: [
                .init(participant: "u-2", role: "commander", person: "p-2"),
                .init(participant: "u-1", role: "hydrologist", person: "p-1"),
                .init(participant: "u-3", role: "commander", person: "p-3"),
            ],
            cameras: [
                .init(participant: "cam-b", position: place(0, 0.01)),
                .init(participant: "cam-a", position: place(0.01, 0)),
                .init(participant: "cam-c", position: place(0, 0.04)),
                .init(participant: "cam-d", position: place(0, 0.10)),
            ],
            sites: [
                .init(station: "A", position: place(0, 0)), .init(station: "B", position: place(0, 0.03)),
                .init(station: "C", position: place(1, 1)),
            ],
            cameraRangeMetres: range
        )
    }

    static func camera(_ id: ParticipantID, _ station: StationID, _ metres: Int) -> Callee {
        Callee(id, .camera(station: station, distanceMetres: metres))
    }

    @Test func `each station gets its nearest cameras, ties by id, each camera once`() {
        // A: cam-a and cam-b at 1112 m. B: cam-c at 1112 m, then cam-b at 2224 m, which already shows A. C and X: none.
        let list = Self.roster(range: 3_000).call(roles: [], stations: ["A", "B", "C", "X"], camerasPerStation: 2)
        #expect(
            list.callees == [
                Self.camera("cam-a", "A", 1_112), Self.camera("cam-b", "A", 1_112), Self.camera("cam-c", "B", 1_112),
            ]
        )
        #expect(list.missing == ["C", "X"])
    }

    @Test func `the range includes its number, in whole metres`() {
        let within = Self.roster(range: 1_112).call(roles: [], stations: ["A"], camerasPerStation: 1)
        #expect(within.callees == [Self.camera("cam-a", "A", 1_112)] && within.missing.isEmpty)
        let beyond = Self.roster(range: 1_111).call(roles: [], stations: ["A"], camerasPerStation: 1)
        #expect(beyond.callees.isEmpty && beyond.missing == ["A"])
    }

    @Test func `posts are called in the plan's order, all who hold them, and an empty post is missing`() {
        let list = Self.roster(range: 1).call(
            roles: ["hydrologist", "diver", "commander", "hydrologist", "diver"],
            stations: ["A"],
            camerasPerStation: 0
        )
        #expect(
            list.callees == [
                Callee("u-1", .person(role: "hydrologist")), Callee("u-2", .person(role: "commander")),
                Callee("u-3", .person(role: "commander")),
            ]
        )
        #expect(list.missing == ["diver"])
    }
}
