import MonitoringDomain
import Testing

/// The indices above the codes, the season's edges, and what is refused.
@Suite struct FireWeatherIndexTests {
    /// cffdrs_r tests/data/InitialSpreadIndex.csv (fire behaviour from 40 km/h up) and by hand: at the report's factor of 147.2
    /// the index lies up to 1.9 % higher.
    @Test func `the spread index agrees with the package's own figures`() throws {
        func spread(_ code: Double, _ wind: Double, _ scale: FireWeatherFineFuel.Scale = .cffdrs) throws -> Double {
            try FireWeatherIndex.initialSpread(
                fineFuelMoisture: code,
                windKilometresPerHour: wind,
                scale: scale,
                windEffect: .fireBehaviour
            )
        }
        #expect(FireWeatherTests.isNear(try spread(90, 0), 4.28395295839287))
        #expect(FireWeatherTests.isNear(try spread(87, 24.3), 9.48181256389258))
        #expect(FireWeatherTests.isNear(try spread(93, 48.6), 64.1049618941406))
        #expect(FireWeatherTests.isNear(try spread(0, 72.9), 2.19431455308548e-08))
        let more = try spread(0, 0, .report1987) / spread(0, 0) - 1
        #expect(more > 0 && more < 0.019)
        let wild = try FireWeatherIndex.initialSpread(fineFuelMoisture: 93, windKilometresPerHour: 48.6)
        #expect(try spread(93, 48.6) < wild)
    }

    /// cffdrs_r tests/data/BuildupIndex.csv.
    @Test(
        arguments: [
            (0, 0, 0), (2.7, 0, 1.77730811410816), (999, 0, 935.562791576939), (1.5, 218.7, 2.94942683749157),
            (85.2, 218.7, 86.3249478804726), (87.9, 218.7, 87.8953935916281), (592.8, 218.7, 572.993395721182),
        ] as [(Double, Double, Double)]
    )
    func `the buildup index agrees with the package's own figures`(duff: Double, drought: Double, expected: Double)
        throws
    {
        #expect(
            FireWeatherTests.isNear(try FireWeatherIndex.buildup(duffMoisture: duff, drought: drought), expected)
        )
    }

    /// cffdrs_r tests/data/FireWeatherIndex.csv: up to an intensity of 1 the index is the intensity.
    @Test(
        arguments: [
            (0, 0, 0), (4.5, 0, 0.9), (5.4, 0, 1.35203037234625), (299.7, 0, 51.6727610960276),
            (0.5, 218.7, 3.37851047518788), (233.6, 218.7, 240.9643921047),
        ] as [(Double, Double, Double)]
    )
    func `the fire weather index agrees with the package's own figures`(
        spread: Double,
        buildup: Double,
        expected: Double
    ) throws {
        let index = try FireWeatherIndex.fireWeather(initialSpread: spread, buildup: buildup)
        #expect(FireWeatherTests.isNear(index, expected))
    }

    /// cffdrs_r tests/data/OverwinterDroughtCode.csv; by hand: 400 · ln(800 / (0.75 · 800 · e^-0.75 + 0.75 · 3.94 · 110)).
    @Test func `a dry winter leaves the deep layers dry`() throws {
        func spring(_ fall: Double, _ rain: Double, _ carryOver: Double, _ wetting: Double) throws -> Double {
            try FireWeatherDuff.droughtInSpring(
                fallDrought: fall,
                winterRainMillimetres: rain,
                carryOver: carryOver,
                wetting: wetting
            )
        }
        #expect(FireWeatherTests.isNear(try spring(2.7, 0, 0.15, 0), 761.547993954352))
        #expect(FireWeatherTests.isNear(try spring(997.8, 243, 0.3, 0), 1479.38912173037))
        #expect(try spring(502.5, 486, 0.9, 0.9) == 15)
        #expect(abs(try spring(300, 110, 0.75, 0.75) - 109.4657) < 0.0001)
        #expect(throws: ForecastError.self) { try spring(300, 110, 0, 0.75) }
    }

    @Test(
        arguments: [
            (61, 50, 10, 0), (.nan, 50, 10, 0), (20, -0.1, 10, 0), (20, 100.1, 10, 0), (20, .nan, 10, 0),
            (20, 50, -1, 0), (20, 50, .infinity, 0), (20, 50, 10, -0.1), (20, 50, 10, .nan),
        ] as [(Double, Double, Double, Double)]
    )
    func `weather outside the range is refused`(temperature: Double, humidity: Double, wind: Double, rain: Double) {
        let error = #expect(throws: ForecastError.self) {
            try FireWeatherTests.weather(temperature, humidity, wind, rain)
        }
        #expect(error?.code == .outOfRange)
    }

    @Test func `months, latitudes and codes outside the range are refused`() throws {
        for month in [0, 13, -1, .max] {
            #expect(throws: ForecastError.self) { try FireWeatherDayLength(month: month, latitudeDegrees: nil) }
        }
        for latitude in [90.1, -90.1, .nan] {
            #expect(throws: ForecastError.self) { try FireWeatherDayLength(month: 1, latitudeDegrees: latitude) }
        }
        for (fine, duff, drought) in [(101.1, 0, 0), (-1, 0, 0), (85, .nan, 0), (85, 6, .infinity)] {
            #expect(throws: ForecastError.self) {
                try FireWeatherCodes(fineFuelMoisture: fine, duffMoisture: duff, drought: drought)
            }
        }
    }

    /// The corners of the allowed weather: every index stays a number that a message can tell.
    @Test func `no allowed weather yields what is no number`() throws {
        var codes = try FireWeatherCodes(fineFuelMoisture: 101, duffMoisture: 0, drought: 0)
        for temperature in [-80.0, -1.1, 60] {
            for humidity in [0.0, 50, 100] {
                for wind in [0.0, 400] {
                    for rain in [0.0, 0.5, 1.5, 2.8, 2000] {
                        let weather = try FireWeatherTests.weather(temperature, humidity, wind, rain)
                        let day = try FireWeatherIndex(after: codes, weather, month: 7, latitudeDegrees: 47)
                        for number in FireWeatherTests.numbers(day) {
                            #expect(number >= 0 && number.isFinite)
                        }
                        codes = day.codes
                    }
                }
            }
        }
    }

    /// Wotton and Flannigan 1993: the day after three days above 12 °C; the day after three below 5 °C.
    @Test func `three warm days begin a season and three cold ones end it`() {
        var season = FireSeason()
        let maxima: [Int64] = [13, 12, 13, 14, 15, 4, 5, 4, 4, 4, 13]
        let changes = maxima.map { season.take(maximumMillionthsCelsius: $0 * 1_000_000, rule: .wottonFlannigan1993) }
        #expect(changes == [nil, nil, nil, nil, .began, nil, nil, nil, nil, .ended, nil])
    }

    @Test func `where snow lies the third day without it begins a season and new snow ends it`() throws {
        let rule = try FireSeasonRule(start: .snowFree, endBelowMillionthsCelsius: 5_000_000, days: 3)
        var season = FireSeason()
        let depths: [Int64?] = [10, 0, nil, 0, 0, 0, nil, 2, 0]
        let changes = depths.map {
            season.take(maximumMillionthsCelsius: 9_000_000, snowMillimetres: $0, rule: rule)
        }
        #expect(changes == [nil, nil, nil, nil, nil, .began, nil, .ended, nil])
        #expect(throws: ForecastError.self) {
            try FireSeasonRule(
                start: .warm(aboveMillionthsCelsius: 4_000_000),
                endBelowMillionthsCelsius: 5_000_000,
                days: 3
            )
        }
        #expect(throws: ForecastError.self) {
            try FireSeasonRule(start: .snowFree, endBelowMillionthsCelsius: 0, days: 0)
        }
    }

    @Test func `a danger level includes its beginning and beginnings ascend`() throws {
        let classes = try FireDangerClasses(beginningsMillionths: [5_200_000, 11_200_000, 21_300_000, 38_000_000])
        let found = [0, 5_199_999, 5_200_000, 21_299_999, 38_000_000].map { classes.level(fireWeatherMillionths: $0) }
        #expect(found == [.one, .one, .two, .three, .five])
        #expect(throws: ForecastError.self) { try FireDangerClasses(beginningsMillionths: [1, 1, 2, 3]) }
        #expect(throws: ForecastError.self) { try FireDangerClasses(beginningsMillionths: [1, 2, 3]) }
    }

    @Test func `a forecast is told in millionths, rounded to nearest`() throws {
        #expect(try 10.0412345678.roundedToMillionths() == 10_041_235)
        #expect(try (-0.0000005).roundedToMillionths() == -1)
        #expect(throws: ForecastError.self) { try Double.nan.roundedToMillionths() }
        #expect(throws: ForecastError.self) { try 1e13.roundedToMillionths() }
    }
}
