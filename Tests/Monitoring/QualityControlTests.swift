import MonitoringDomain
import Testing
import Vocabulary

/// Each case by hand, after the validation rules and flag sources of Delft-FEWS. Values in millionths of a metre.
@Suite struct QualityControlTests {
    static let limits = {
        var limits = QualityLimits()
        limits.hard = 0...12_000_000
        limits.soft = 100_000...8_000_000
        (limits.risePerHour, limits.fallPerHour) = (2_000_000, 1_000_000)
        limits.sameReading = QualityLimits.SameReading(duration: .hours(3), above: 2_500_000)
        return limits
    }()

    @Test(
        arguments: [
            (-1, .unreliable, ["HN"]), (0, .doubtful, ["SN"]), (99_999, .doubtful, ["SN"]), (100_000, .good, []),
            (8_000_000, .good, []), (8_000_001, .doubtful, ["SX"]), (12_000_001, .unreliable, ["HX"]),
        ] as [(Int64, QualityLimits.Trust, [String])]
    )
    func `limits include their number`(value: Int64, trust: QualityLimits.Trust, flags: [String]) {
        let past = QualityLimits.Past(previous: nil, isUnchanged: false)
        let found = Self.limits.judge(value, observed: Instant(seconds: 0), past: past)
        #expect(found.trust == trust && found.flags == flags)
    }

    /// From 3.000 m: the limit is 2.0 m an hour up and 1.0 m an hour down, so half of it in half an hour.
    @Test(
        arguments: [
            (5_000_000, 3600, []), (5_000_001, 3600, ["ROR"]), (4_000_001, 1800, ["ROR"]), (7_000_000, 7200, []),
            (2_000_000, 3600, []), (1_999_999, 3600, ["ROF"]),
        ] as [(Int64, Int64, [String])]
    )
    func `a change is measured against the time since the last reliable reading`(
        value: Int64,
        seconds: Int64,
        flags: [String]
    ) {
        let past = QualityLimits.Past(previous: (3_000_000, Instant(seconds: 0)), isUnchanged: false)
        let found = Self.limits.judge(value, observed: Instant(seconds: seconds), past: past)
        #expect(found.flags == flags && (found.trust == .unreliable) == !flags.isEmpty)
    }

    @Test func `standing still is suspicious only in high water`() {
        let past = QualityLimits.Past(previous: nil, isUnchanged: true)
        #expect(Self.limits.judge(2_500_000, observed: Instant(seconds: 0), past: past).flags.isEmpty)
        #expect(Self.limits.judge(2_500_001, observed: Instant(seconds: 0), past: past).flags == ["SR"])
    }
}
