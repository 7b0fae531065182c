package import Vocabulary

/// A flood of alarms 报警洪水: warnings that begin faster than people can read them, kept as groups with their first causes.
///
/// After ANSI/ISA-18.2-2016 (IEC 62682), alarm flood, and EEMUA 191: a flood begins with the tenth alarm within ten minutes and ends
/// when fewer than five begin within ten minutes; both numbers and the period are data. An alarm here is the beginning of a warning. A
/// value: instants never go back; bounded, however many alarms come.
package struct AlarmFlood: Hashable, Sendable, Codable {
    /// When it begins and ends.
    package struct Limits: Hashable, Sendable {
        package let begins: Int
        package let ends: Int
        package let within: Duration

        /// Nil unless 1 ≤ ends < begins ≤ 1,000 and the period is 1 minute … 1 day.
        package init?(begins: Int, ends: Int, within: Duration) {
            guard 1 <= ends, ends < begins, begins <= 1_000, (Duration.minutes(1)...Duration.hours(24)).contains(within)
            else {
                return nil
            }
            (self.begins, self.ends, self.within) = (begins, ends, within)
        }

        /// A tenth of the period: alarms are counted by such slots, and the period is as long as whole slots make it.
        package var slot: Duration { .microseconds(within.inMicroseconds / Int64(AlarmFlood.slots)) }
    }

    /// One that began.
    package struct Alarm: Hashable, Sendable, Codable {
        package let warning: WarningID
        package let rule: RuleID
        package let station: StationID
        package let hazard: Hazard
        package let division: String
        package let colour: WarningColour
        package let at: Instant

        package init(
            _ warning: WarningID,
            rule: RuleID,
            station: StationID,
            hazard: Hazard,
            division: String,
            colour: WarningColour,
            at: Instant
        ) {
            (self.warning, self.rule, self.station) = (warning, rule, station)
            (self.hazard, self.division, self.colour, self.at) = (hazard, division, colour, at)
        }
    }

    /// Warnings of one hazard in one division.
    package struct Group: Hashable, Sendable, Codable {
        /// The one that began first.
        package let first: Alarm
        package fileprivate(set) var count: Int
        package fileprivate(set) var worst: WarningColour
    }

    /// What is to be told.
    package enum Effect: Hashable, Sendable { case begun, updated, ended }

    package static let slots = 10
    package static let mostGroups = 20

    private struct Slot: Hashable, Sendable, Codable {
        let number: Int64
        var count: Int
    }

    /// Before a flood: the alarms of the period, fewer than begin one.
    private var pending: [Alarm] = []
    /// Of a flood: the slots of the period in which alarms began, in order.
    private var recent: [Slot] = []
    /// Those whose first alarm began first stand first.
    package private(set) var groups: [Group] = []
    /// Alarms of further groups.
    package private(set) var others = 0
    package private(set) var count = 0
    /// The most in one period.
    package private(set) var peak = 0
    package private(set) var isOn = false
    private var told = 0

    package init() {}

    /// When the first of its alarms began.
    package var begun: Instant? { groups.first?.first.at }

    /// An alarm begins.
    package mutating func take(_ alarm: Alarm, by limits: Limits) -> [Effect] {
        guard !isOn else {
            add(alarm, limits)
            return []
        }
        pending.removeAll { $0.at <= alarm.at - limits.within }
        pending.append(alarm)
        guard pending.count >= limits.begins else { return [] }
        (groups, others, count, peak, recent) = ([], 0, 0, 0, [])
        for alarm in pending { add(alarm, limits) }
        (isOn, told, pending) = (true, count, [])
        return [.begun]
    }

    private mutating func add(_ alarm: Alarm, _ limits: Limits) {
        forget(before: alarm.at, limits)
        let number = Self.slot(alarm.at, limits)
        if recent.last?.number == number {
            recent[recent.count - 1].count += 1
        } else {
            recent.append(Slot(number: number, count: 1))
        }
        gather(alarm)
        count += 1
        peak = max(peak, rate)
    }

    /// A period is over at `now`: a flood that fell below its lower limit ends, and one that grew is told again.
    package mutating func look(at now: Instant, by limits: Limits) -> [Effect] {
        guard isOn else { return [] }
        forget(before: now, limits)
        if rate < limits.ends {
            isOn = false
            return [.ended]
        }
        guard count > told else { return [] }
        told = count
        return [.updated]
    }

    /// How many of a flood's alarms began within the period.
    package var rate: Int { recent.reduce(0) { $0 + $1.count } }

    private mutating func gather(_ alarm: Alarm) {
        let known = groups.firstIndex { $0.first.hazard == alarm.hazard && $0.first.division == alarm.division }
        if let known {
            groups[known].count += 1
            groups[known].worst = max(groups[known].worst, alarm.colour)
        } else if groups.count < Self.mostGroups {
            groups.append(Group(first: alarm, count: 1, worst: alarm.colour))
        } else {
            others += 1
        }
    }

    /// Slots that are not of the period any more.
    private mutating func forget(before now: Instant, _ limits: Limits) {
        let first = Self.slot(now, limits) - Int64(Self.slots) + 1
        recent.removeAll { $0.number < first }
    }

    private static func slot(_ instant: Instant, _ limits: Limits) -> Int64 {
        let length = max(1, limits.slot.inMicroseconds)
        return instant.microseconds / length - (instant.microseconds % length < 0 ? 1 : 0)
    }
}
