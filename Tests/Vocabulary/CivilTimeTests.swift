import Testing
import Vocabulary

/// A civil time in Beijing and its instant, worked out by Python 3.11:
/// `(datetime(…, tzinfo=timezone(timedelta(hours=8))) - epoch) // timedelta(seconds=1)`.
struct BeijingCase: Sendable, CustomTestStringConvertible {
    let fields: [Int]
    let seconds: Int64
    var testDescription: String { "\(fields)" }

    init(_ fields: Int..., seconds: Int64) { (self.fields, self.seconds) = (fields, seconds) }

    var civil: CivilTime? {
        CivilTime(
            year: fields[0],
            month: fields[1],
            day: fields[2],
            hour: fields[3],
            minute: fields[4],
            second: fields[5]
        )
    }

    static let all = [
        BeijingCase(1970, 1, 1, 8, 0, 0, seconds: 0),
        BeijingCase(1970, 1, 1, 0, 0, 0, seconds: -28_800),
        BeijingCase(2000, 2, 29, 23, 59, 59, seconds: 951_839_999),
        BeijingCase(2024, 2, 29, 12, 0, 0, seconds: 1_709_179_200),
        BeijingCase(1900, 3, 1, 0, 0, 0, seconds: -2_203_920_000),
        BeijingCase(2026, 10, 3, 12, 12, 0, seconds: 1_791_000_720),
        BeijingCase(2027, 1, 1, 0, 0, 0, seconds: 1_798_732_800),
        BeijingCase(2100, 2, 28, 23, 59, 59, seconds: 4_107_513_599),
        BeijingCase(2100, 3, 1, 0, 0, 0, seconds: 4_107_513_600),
        BeijingCase(1, 1, 1, 8, 0, 0, seconds: -62_135_596_800),
        BeijingCase(9999, 12, 31, 23, 59, 59, seconds: 253_402_271_999),
    ]
}

@Suite struct CivilTimeTests {
    @Test(arguments: BeijingCase.all)
    func `a clock in Beijing names the instant that Python's datetime names`(known: BeijingCase) throws {
        #expect(BeijingTime.instant(try #require(known.civil)).seconds == known.seconds)
    }

    @Test(arguments: BeijingCase.all)
    func `an instant shows on a clock in Beijing as Python's datetime shows it`(known: BeijingCase) throws {
        #expect(BeijingTime.civil(Instant(seconds: known.seconds)) == (try #require(known.civil)))
    }

    @Test func `a fraction of a second is dropped towards the past`() throws {
        let shown = BeijingTime.civil(Instant(microseconds: -1))
        #expect(shown == (try #require(CivilTime(year: 1970, month: 1, day: 1, hour: 7, minute: 59, second: 59))))
    }

    @Test func `every day of four centuries goes to Beijing and back`() {
        for day in Int64(0)..<146_097 {
            let instant = Instant(seconds: (day - 73_000) * 86_400 + day % 86_400)
            guard BeijingTime.instant(BeijingTime.civil(instant)) != instant else { continue }
            Issue.record("\(instant) does not come back")
        }
    }

    @Test(arguments: [
        [2026, 0, 1, 0, 0, 0], [2026, 13, 1, 0, 0, 0], [2026, 1, 0, 0, 0, 0], [2026, 1, 32, 0, 0, 0],
        [2026, 4, 31, 0, 0, 0], [2026, 2, 29, 0, 0, 0], [2100, 2, 29, 0, 0, 0], [2024, 2, 30, 0, 0, 0],
        [2026, 1, 1, 24, 0, 0], [2026, 1, 1, -1, 0, 0], [2026, 1, 1, 0, 60, 0], [2026, 1, 1, 0, 0, 60],
    ])
    func `fields that name no moment are refused`(f: [Int]) {
        #expect(CivilTime(year: f[0], month: f[1], day: f[2], hour: f[3], minute: f[4], second: f[5]) == nil)
    }

    @Test func `the 29th of February stands in leap years only`() {
        for (year, isLeap) in [(2024, true), (2000, true), (1900, false), (2025, false)] {
            #expect((CivilTime(year: year, month: 2, day: 29, hour: 0, minute: 0) != nil) == isLeap, "\(year)")
        }
    }
}
