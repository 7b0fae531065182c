import MessageSchema
import MonitoringDomain
import ServiceKit
import Vocabulary

// Floods of alarms: each warning has its own records as ever; these say which of thousands to read first.

extension MonitoringCore {
    static let alarmFlood = "alarm-flood"
    private static let floodSubject = "city"

    static func registerAlarmFlood(_ routes: inout Routes<MonitoringCore>) {
        routes.timer(alarmFlood) { core, turn in try core.lookAtFlood(turn) }
    }

    /// A rule's warning begins; what people draft is no alarm.
    func countAlarm(_ content: WarningContent, _ turn: Turn) throws {
        guard let limits = floodLimits, !content.rule.isEmpty else { return }
        let station = StationID(content.stations.first ?? "")
        let alarm = AlarmFlood.Alarm(
            WarningID(content.warning),
            rule: RuleID(content.rule),
            station: station,
            hazard: try content.hazard.checked(),
            division: try self.station(station, turn)?.division ?? content.divisions.first ?? jurisdiction,
            colour: try content.colour.checked(),
            at: turn.now
        )
        var flood = try AlarmFloodRepository.flood(turn.database)
        let effects = flood.take(alarm, by: limits)
        try AlarmFloodRepository.keep(flood, turn.database)
        try tell(effects, flood, turn)
        guard effects.contains(.begun) else { return }
        try turn.setTimer(Self.alarmFlood, subject: Self.floodSubject, due: turn.now + limits.within)
    }

    private func lookAtFlood(_ turn: Turn) throws {
        var flood = try AlarmFloodRepository.flood(turn.database)
        // Where the configuration has no limits any more, the flood ends as one without alarms.
        guard let limits = floodLimits ?? AlarmFlood.Limits(begins: 1_000, ends: 999, within: .minutes(1)) else {
            return
        }
        let effects = flood.look(at: turn.now, by: limits)
        try AlarmFloodRepository.keep(flood, turn.database)
        try tell(effects, flood, turn)
        guard flood.isOn else { return }
        try turn.setTimer(Self.alarmFlood, subject: Self.floodSubject, due: turn.now + limits.within)
    }

    private func tell(_ effects: [AlarmFlood.Effect], _ flood: AlarmFlood, _ turn: Turn) throws {
        for effect in effects {
            let content = AlarmFloodContent(flood)
            switch effect {
            case .begun:
                var message = AlarmFloodBegun()
                message.content = content
                try turn.send(message, subject: content.flood)
            case .updated:
                var message = AlarmFloodUpdated()
                message.content = content
                try turn.send(message, subject: content.flood)
            case .ended:
                var message = AlarmFloodEnded()
                (message.content, message.endedUs) = (content, turn.now.microseconds)
                try turn.send(message, subject: content.flood)
            }
        }
    }
}

extension AlarmFloodContent {
    fileprivate init(_ flood: AlarmFlood) {
        self.init()
        let begun = flood.begun ?? Instant(microseconds: 0)
        self.flood = "AF.\(begun.description.filter(\.isNumber).prefix(14))"
        (begunUs, warnings, peak) = (
            begun.microseconds, UInt32(clamping: flood.count), UInt32(clamping: flood.peak)
        )
        groups = flood.groups.map { AlarmGroup($0) }
        others = UInt32(clamping: flood.others)
    }
}

extension AlarmGroup {
    fileprivate init(_ group: AlarmFlood.Group) {
        self.init()
        (hazard, division) = (WireHazard(group.first.hazard), group.first.division)
        (warnings, colour) = (UInt32(clamping: group.count), WireWarningColour(group.worst))
        (firstCause, rule) = (group.first.warning.value, group.first.rule.value)
        (station, firstUs) = (group.first.station.value, group.first.at.microseconds)
    }
}

extension YAMLValue {
    /// `alarm_flood: { begins: 10, ends: 5, within: 10m }`.
    func floodLimits() throws(ConfigurationError) -> AlarmFlood.Limits {
        try allow(RuleKeys.alarmFlood)
        let limits = AlarmFlood.Limits(
            begins: try value("begins").integer(in: 2...1_000),
            ends: try value("ends").integer(in: 1...1_000),
            within: try value("within").duration()
        )
        guard let limits else {
            throw error("a flood that ends before it begins", remedy: "write ends below begins, and within: 1m to 1d")
        }
        return limits
    }
}
