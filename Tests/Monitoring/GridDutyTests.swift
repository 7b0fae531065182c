import MonitoringDomain
import TestSupport
import Testing
import Vocabulary

/// Reports every two hours from 00:00 to 07:00: intervals end at 02:00, 04:00 and 06:00; the last hour is not asked for.
@Suite struct GridDutyTests {
    static func at(_ hour: Int64) -> Instant { Instant(seconds: 1_790_784_000) + .hours(hour) }

    @Test func `an interval without a report is missing, in a row they are counted, and one report ends the row`() {
        var duty = GridDuty(begins: Self.at(0), every: .hours(2), until: Self.at(7))
        #expect(duty.due == Self.at(2))
        #expect(
            duty.lapse(every: .hours(2)) == [
                .missing(due: Self.at(2), last: nil, missed: 1), .awaits(until: Self.at(4)),
            ]
        )
        duty.report(at: Self.at(3))
        #expect(duty.lapse(every: .hours(2)) == [.awaits(until: Self.at(6))])
        #expect(
            duty.lapse(every: .hours(2)) == [.missing(due: Self.at(6), last: Self.at(3), missed: 1), .ended]
        )
    }

    @Test func `a longer watch goes on with the same intervals, and a shorter one changes nothing`() {
        var duty = GridDuty(begins: Self.at(0), every: .hours(2), until: Self.at(3))
        duty.extend(until: Self.at(1))
        #expect(duty.until == Self.at(3))
        duty.extend(until: Self.at(4))
        #expect(duty.lapse(every: .hours(2)).last == .awaits(until: Self.at(4)))
        #expect(duty.lapse(every: .hours(2)) == [.missing(due: Self.at(4), last: nil, missed: 2), .ended])
    }

    @Test(arguments: 1...50 as ClosedRange<UInt64>)
    func `on any walk each whole interval is either reported or missing`(seed: UInt64) {
        var random = Seeded(seed)
        let (hours, every) = (Int64.random(in: 1...40, using: &random), Int64.random(in: 1...6, using: &random))
        var duty = GridDuty(begins: Self.at(0), every: .hours(every), until: Self.at(hours))
        var (missing, reported, row) = (Int64(0), Int64(0), 0)
        var isOver = duty.due > duty.until
        while !isOver {
            let reports = Bool.random(using: &random)
            if reports { duty.report(at: duty.due - .minutes(1)) }
            let effects = duty.lapse(every: .hours(every))
            if case .missing(_, _, let missed) = effects[0] {
                (missing, row) = (missing + 1, row + 1)
                #expect(missed == row && !reports, "seed \(seed)")
            } else {
                (reported, row) = (reported + 1, 0)
            }
            isOver = effects.last == .ended
        }
        #expect(missing + reported == hours / every, "seed \(seed)")
    }
}
