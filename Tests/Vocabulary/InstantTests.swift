import Testing
import Vocabulary

// Expected microseconds: Python 3.11, `(datetime.fromisoformat(text) - epoch) // timedelta(microseconds=1)`.

@Suite struct InstantTests {
    @Test(arguments: [
        // RFC 3339 §5.8, the examples but for the leap seconds.
        ("1985-04-12T23:20:50.52Z", 482_196_050_520_000),
        ("1996-12-19T16:39:57-08:00", 851_042_397_000_000),
        ("1937-01-01T12:00:27.87+00:20", -1_041_337_172_130_000),
        // The last second before the first example's leap second.
        ("1990-12-31T23:59:59Z", 662_687_999_000_000),
        ("2026-10-03T12:12:00+08:00", 1_791_000_720_000_000),
        ("1970-01-01T00:00:00Z", 0),
    ])
    func `a text of RFC 3339 names the instant that Python's datetime names`(text: String, microseconds: Int64) throws {
        #expect(try #require(Instant(text)).microseconds == microseconds)
    }

    @Test func `an instant with an offset equals the one in UTC`() throws {
        #expect(try #require(Instant("1996-12-19T16:39:57-08:00")) == #require(Instant("1996-12-20T00:39:57Z")))
    }

    @Test(arguments: [
        (0, "1970-01-01T00:00:00Z"), (1, "1970-01-01T00:00:00.000001Z"), (-1, "1969-12-31T23:59:59.999999Z"),
        (482_196_050_520_000, "1985-04-12T23:20:50.52Z"), (1_791_000_720_000_000, "2026-10-03T04:12:00Z"),
        (-1_041_337_172_130_000, "1937-01-01T11:40:27.87Z"),
    ])
    func `an instant prints in UTC with the fractional digits that are not zero`(microseconds: Int64, text: String) {
        #expect(Instant(microseconds: microseconds).description == text)
    }

    @Test func `what is printed reads back as the same instant`() throws {
        // A stride that is no multiple of a second, a day or a year, over 1935 … 2099.
        for microseconds in stride(from: -1_100_000_000_000_003, through: 4_100_000_000_000_000, by: 7_777_777_777_777)
        {
            let instant = Instant(microseconds: Int64(microseconds))
            #expect(Instant(instant.description) == instant, "\(instant)")
        }
    }

    @Test(arguments: [
        "", "yesterday", "2026-10-03", "2026-13-03T04:12:00Z", "2026-10-03T04:12:00", "2026-10-03T04:12:00.Z",
        "2026-10-03T04:12:00.1234567Z", "2026-10-03T04:12:00.5", "2026-10-03T04:12:00.٣Z", "1791000720",
    ])
    func `anything that is not RFC 3339 is refused`(text: String) {
        #expect(Instant(text) == nil)
    }

    @Test func `seconds are rounded towards the past`() {
        #expect(Instant(microseconds: 1_999_999).seconds == 1)
        #expect(Instant(microseconds: -1).seconds == -1)
        #expect(Instant(microseconds: -1_000_000).seconds == -1)
        #expect(Instant(microseconds: -1_000_001).seconds == -2)
    }

    @Test func `instants move and differ by durations`() {
        let noon = Instant(seconds: 1_791_000_720)
        #expect(noon + .minutes(90) == Instant(seconds: 1_791_006_120))
        #expect(noon - .hours(1) == Instant(seconds: 1_790_997_120))
        #expect((noon + .milliseconds(1)) - noon == .milliseconds(1))
        #expect(noon.duration(to: noon - .seconds(5)) == .seconds(-5))
        #expect(noon < noon + .microseconds(1))
    }

    @Test func `times beyond what 64 bits hold are the first and the last instant`() {
        let (first, last) = (Instant(microseconds: .min), Instant(microseconds: .max))
        #expect(last + .microseconds(1) == last && first - .microseconds(1) == first)
        #expect(Instant(seconds: .max) == last && Instant(seconds: .min) == first)
        #expect(last + .seconds(Int64.max) == last && (last - first).inMicroseconds == .max)
        #expect((first - last).inMicroseconds == .min && last - .zero - last == .zero)
        // -9,223,372,036,854,775,808 µs: the second that began 0.775808 … 0.224192 s before.
        #expect(first.seconds == -9_223_372_036_855 && last.seconds == 9_223_372_036_854)
        #expect(first.description.hasSuffix(".224192Z") && last.description.hasSuffix(".775807Z"))
        #expect(Duration.seconds(Int64.max).inMicroseconds == .max)
    }

    @Test func `a duration below a microsecond is rounded towards zero`() {
        #expect(Duration.nanoseconds(1_999).inMicroseconds == 1)
        #expect(Duration.nanoseconds(-1_999).inMicroseconds == -1)
        #expect(Duration.milliseconds(1_999).inSeconds == 1)
    }
}
