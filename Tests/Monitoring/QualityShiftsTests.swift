import MonitoringDomain
import Testing
import Vocabulary

/// Spikes, temporary shifts, gaps and delays: by hand. Values in millionths of a metre, one reading each five minutes.
@Suite struct QualityShiftsTests {
    static func series(_ values: [Int64], minutes: [Int64]? = nil) -> [QualityShifts.Reading] {
        values.enumerated().map { position, value in
            let minute = minutes?[position] ?? Int64(position) * 5
            return QualityShifts.Reading(observed: Instant(seconds: minute * 60), value: value * 10_000)
        }
    }

    static func check(spike: Int64? = 500_000, step: Int64? = 1_000_000) throws -> QualityShifts {
        try QualityShifts(
            spikeLimit: spike,
            shift: step.map { QualityShifts.Shift(step: $0, tolerance: 20_000, longest: .minutes(30)) },
            longestGap: .minutes(10)
        )
    }

    /// In centimetres; the limit of a spike is 50.
    @Test(
        arguments: [
            ([100, 151, 100], [1]), ([100, 150, 100], []), ([100, 49, 100], [1]), ([100, 160, 220], []),
            ([100, 160, 160, 100], []), ([100, 200, 100, 200, 100], [1, 2, 3]), ([100, 200], []), ([], []),
        ] as [([Int64], [Int])]
    )
    func `a spike departs from both its neighbours to one side`(values: [Int64], spikes: [Int]) throws {
        let found = try Self.check(step: nil).judge(Self.series(values))
        #expect(found.map(\.position) == spikes && found.allSatisfy { $0.flag == "SPIKE" })
    }

    /// A step of 100 cm, constant within 2 cm, back within 2 cm, within 30 minutes (six readings).
    @Test(
        arguments: [
            ([300, 310, 100, 101, 100, 309, 312], [2, 3, 4]), ([300, 200, 300], [1]), ([300, 201, 300], []),
            ([300, 400, 402, 298], [1, 2]), ([300, 400, 403, 300], []), ([300, 400, 400, 303], []),
            ([300, 100, 100, 100, 100, 100, 100, 300], [1, 2, 3, 4, 5, 6]),
            ([300, 100, 100, 100, 100, 100, 100, 100, 300], []), ([300, 100, 100], []),
            ([300, 100, 300, 100, 300], [1, 3]),
        ] as [([Int64], [Int])]
    )
    func `a shift that stays constant and returns in time is flagged`(values: [Int64], shifted: [Int]) throws {
        let found = try Self.check(spike: nil).judge(Self.series(values))
        #expect(found.map(\.position) == shifted && found.allSatisfy { $0.flag == "TS" })
    }

    @Test func `nothing is judged across a gap, and extremes do not trap`() throws {
        let check = try Self.check()
        #expect(check.judge(Self.series([300, 100, 300], minutes: [0, 11, 16])).isEmpty)
        #expect(check.judge(Self.series([300, 100, 300], minutes: [0, 5, 16])).isEmpty)
        let both = check.judge(Self.series([300, 100, 300], minutes: [0, 10, 20]))
        #expect(both.map(\.flag) == ["SPIKE", "TS"])
        let extremes = [Int64.min, .max, .min].enumerated().map {
            QualityShifts.Reading(observed: Instant(seconds: Int64($0.offset)), value: $0.element)
        }
        #expect(check.judge(extremes).count == 2)
        for (spike, step): (Int64?, Int64?) in [(0, nil), (nil, 20_000), (-1, nil), (nil, 0)] {
            #expect(throws: ForecastError.self) { try Self.check(spike: spike, step: step) }
        }
    }

    /// Every five minutes from 0 to 60 there should be 13 readings; those of 20, 25 and 50 are missing: 10 of 13 are 76.92 %.
    @Test func `availability counts the turns between readings`() throws {
        var station = StationPunctuality()
        #expect(station.availabilityHundredthsPercent(interval: .minutes(5)) == nil)
        for minute: Int64 in [0, 5, 10, 15, 30, 35, 40, 45, 55, 60] {
            let observed = Instant(seconds: minute * 60 + (minute == 10 ? 140 : 0))
            station.take(observed: observed, received: observed + .seconds(9), interval: .minutes(5))
        }
        #expect(station.received == 10 && station.expected == 13 && station.gaps == 2)
        #expect(station.longestGap == .minutes(15))
        #expect(station.availabilityHundredthsPercent(interval: .minutes(5)) == 7692)
        // Silent for half an hour more: 10 of 19.
        let later = Instant(seconds: 90 * 60)
        #expect(station.availabilityHundredthsPercent(until: later, interval: .minutes(5)) == 5263)
        // Repeated and older readings change the delays only.
        station.take(observed: Instant(seconds: 3600), received: later, interval: .minutes(5))
        station.take(observed: Instant(seconds: 0), received: later, interval: .minutes(5))
        #expect(station.outOfOrder == 2 && station.received == 10 && station.expected == 13)
    }

    /// 90 readings of 2 s, nine of 60 s, one of an hour: their buckets end at 2, 63 and 4,095 s.
    @Test func `delays are told by percentile, at most a quarter too long`() {
        var station = StationPunctuality()
        #expect(station.delaySeconds(percentile: 50) == nil)
        for turn: Int64 in 0..<100 {
            let observed = Instant(seconds: turn * 300)
            let delay: Int64 = turn < 90 ? 2 : turn < 99 ? 60 : 3600
            station.take(observed: observed, received: observed + .seconds(delay), interval: .minutes(5))
        }
        #expect(station.delaySeconds(percentile: 50) == 2 && station.delaySeconds(percentile: 90) == 2)
        #expect(station.delaySeconds(percentile: 91) == 63 && station.delaySeconds(percentile: 99) == 63)
        #expect(station.delaySeconds(percentile: 100) == 4095)
        #expect(station.delaySeconds(percentile: 0) == nil && station.delaySeconds(percentile: 101) == nil)
        #expect(station.availabilityHundredthsPercent(interval: .minutes(5)) == 10_000)
    }

    @Test func `every delay lies in a bucket that ends at most a quarter later`() throws {
        for delay: Int64 in [0, 1, 3, 4, 5, 7, 8, 9, 10, 15, 16, 31, 59, 100, 1000, 86_400, 8_000_000] {
            var station = StationPunctuality()
            station.take(
                observed: Instant(seconds: 0),
                received: Instant(seconds: delay),
                interval: .minutes(5)
            )
            let told = try #require(station.delaySeconds(percentile: 100))
            #expect(told >= delay && told * 4 <= delay * 5)
        }
    }

    @Test func `clocks that are ahead and times at the ends of time do not trap`() {
        var station = StationPunctuality()
        let times = [Instant(microseconds: .min), Instant(microseconds: 0), Instant(microseconds: .max)]
        for observed in times {
            for received in times {
                station.take(observed: observed, received: received, interval: .zero)
            }
        }
        #expect(station.aheadOfTime > 0 && station.received == 3)
        #expect(station.availabilityHundredthsPercent(until: times[2], interval: .zero) == 0)
    }
}
