import MonitoringDomain
import Testing
import Vocabulary

/// Distances and intensities. Expected values from an independent script in Python (haversine on 6371.0088 km; the ellipse through
/// the place by scipy's `brentq`). The coefficients are those often quoted for eastern China, not confirmed.
@Suite struct EarthquakeTests {
    static func place(_ latitude: Double, _ longitude: Double, _ datum: Datum = .wgs84) throws -> Position {
        try #require(
            Position(
                latitudeMicrodegrees: Int32((latitude * 1e6).rounded()),
                longitudeMicrodegrees: Int32((longitude * 1e6).rounded()),
                datum: datum
            )
        )
    }

    static func relation() throws -> EarthquakeAttenuation {
        EarthquakeAttenuation(
            longAxis: try EarthquakeAttenuation.Axis(a: 6.046, b: 1.480, c: 2.081, r0Kilometres: 25),
            shortAxis: try EarthquakeAttenuation.Axis(a: 2.617, b: 1.435, c: 1.441, r0Kilometres: 7),
            range: EarthquakeAttenuation.Range(
                magnitudeHundredths: 450...850,
                mostMetres: 300_000,
                mostDepthMetres: 60_000
            ),
            isConfirmed: false
        )
    }

    static func event(_ magnitudeHundredths: Int, depthMetres: Int = 10_000) throws -> EarthquakeEvent {
        try EarthquakeEvent(
            id: "e1",
            origin: Instant(seconds: 0),
            epicentre: place(47.18, 119.94),
            magnitudeHundredths: magnitudeHundredths,
            depthMetres: depthMetres
        )
    }

    @Test(
        arguments: [
            (0, 0, 0, 1, 111_195), (90, 0, -90, 0, 20_015_114), (39.9042, 116.4074, 31.2304, 121.4737, 1_067_312),
            (0, 179.5, 0, -179.5, 111_195), (47, 120, 47, 120, 0),
        ] as [(Double, Double, Double, Double, Int64)]
    )
    func `distances agree with the haversine formula`(
        latitude: Double,
        longitude: Double,
        otherLatitude: Double,
        otherLongitude: Double,
        metres: Int64
    ) throws {
        let one = try Self.place(latitude, longitude)
        let other = try Self.place(otherLatitude, otherLongitude, .cgcs2000)
        #expect(GreatCircle.metres(one, other) == metres && GreatCircle.metres(other, one) == metres)
        #expect(GreatCircle.metres(one, try Self.place(otherLatitude, otherLongitude, .gcj02)) == nil)
    }

    @Test func `bearings count from north by east`() throws {
        let zero = try Self.place(0, 0)
        let found = try [(0.0, 1.0), (1, 0), (0, -1), (-1, 0)].map {
            try #require(GreatCircle.bearingDegrees(zero, Self.place($0.0, $0.1)))
        }
        for (one, expected) in zip(found, [90.0, 0, 270, 180]) { #expect(abs(one - expected) < 1e-9) }
    }

    @Test(
        arguments: [
            (650, 47.18, 120.6, nil, 49_882, 6_684_584, 7), (650, 47.18, 120.6, 90, 49_882, 6_684_565, 7),
            (650, 47.18, 120.6, 0, 49_882, 6_121_455, 6), (650, 47.5, 120.4, 30, 49_674, 6_631_966, 7),
            (500, 46.9, 119.6, 120, 40_412, 4_240_682, 4), (730, 46.07, 122.05, 60, 202_959, 5_406_119, 5),
        ] as [(Int, Double, Double, Double?, Int64, Int64, Int)]
    )
    func `intensity at a place agrees with the script`(
        magnitude: Int,
        latitude: Double,
        longitude: Double,
        axis: Double?,
        metres: Int64,
        millionths: Int64,
        degree: Int
    ) throws {
        let found = try Self.relation().intensity(
            of: Self.event(magnitude),
            at: Self.place(latitude, longitude),
            longAxisDegrees: axis
        )
        #expect(found.distanceMetres == metres && found.degree == degree && !found.isConfirmed)
        // The script's distance is not rounded to whole metres.
        #expect(abs(found.millionths - millionths) <= 20)
    }

    @Test func `intensity never grows with the distance nor falls with the magnitude`() throws {
        let relation = try Self.relation()
        for axis in [nil, 0.0, 45, 90] {
            var last = Int64.max
            for step in 0...250 {
                let place = try Self.place(47.18, 119.94 + Double(step) * 0.015)
                let found = try relation.intensity(of: Self.event(700), at: place, longAxisDegrees: axis)
                #expect(found.millionths <= last && (1...12).contains(found.degree))
                last = found.millionths
            }
        }
        let place = try Self.place(47.5, 120.4)
        let degrees = try (450...850).map {
            try relation.intensity(of: Self.event($0), at: place, longAxisDegrees: 30).millionths
        }
        #expect(zip(degrees, degrees.dropFirst()).allSatisfy { $0 < $1 })
    }

    @Test func `what the coefficients were not made for is refused`() throws {
        let relation = try Self.relation()
        let near = try Self.place(47.2, 120)
        func refused(_ event: EarthquakeEvent, _ place: Position, axis: Double? = nil) {
            #expect(throws: ForecastError.self) { try relation.intensity(of: event, at: place, longAxisDegrees: axis) }
        }
        refused(try Self.event(449), near)
        refused(try Self.event(851), near)
        refused(try Self.event(650, depthMetres: 560_000), near)
        refused(try Self.event(650), try Self.place(40, 120))
        refused(try Self.event(650), try Self.place(47.2, 120, .gcj02))
        refused(try Self.event(650), near, axis: .nan)
        #expect(throws: ForecastError.self) { try Self.event(1001) }
        #expect(throws: ForecastError.self) { try Self.event(650, depthMetres: 800_001) }
        #expect(throws: ForecastError.self) {
            try EarthquakeAttenuation.Axis(a: 6, b: 1.5, c: -2, r0Kilometres: 25)
        }
        #expect(throws: ForecastError.self) { try EarthquakeAttenuation.Axis(a: 6, b: 1.5, c: 2, r0Kilometres: 0) }
    }
}
