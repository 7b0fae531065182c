import MonitoringCodecs
import MonitoringDomain
import ServiceKit
import Vocabulary

/// An entry of `events:` in monitoring.yaml: a great event 重大活动 that is watched, and what is done for it.
struct GreatEvent: Sendable {
    let id: String
    let name: Name
    /// How it is secured, in the place's own word.
    let level: Name
    let places: [DivisionCode]
    let watch: ReportTimes
    /// What is done at which colour of warnings, ascending.
    let measures: [(colour: WarningColour, text: Name)]
    /// What is done without a warning.
    let routine: Name

    /// What is done at that colour; nil: without a warning.
    func measures(at colour: WarningColour?) -> Name {
        guard let colour else { return routine }
        return measures.last { $0.colour <= colour }?.text ?? routine
    }

    /// Whether the division has one of the event's places, or lies in one.
    func concerns(_ digits: String) -> Bool {
        guard let division = DivisionCode(digits) else { return false }
        return places.contains { $0.contains(division) || division.contains($0) }
    }
}

extension YAMLValue {
    /// `[{ id, name: { zh, en }, level: { zh, en }, places: ["152202004"], watch: { from, until }, report_hours: [8, 20], routine: { zh, en },
    /// measures: [{ colour, zh, en }] }]`.
    func greatEvents(_ names: [String: Name]) throws(ConfigurationError) -> [GreatEvent] {
        var events: [GreatEvent] = []
        for item in try list() {
            let event = try item.greatEvent(names)
            guard !events.contains(where: { $0.id == event.id }) else {
                throw item.error("event '\(event.id)' stands twice", remedy: "give it another id")
            }
            events.append(event)
        }
        return events
    }

    private func greatEvent(_ names: [String: Name]) throws(ConfigurationError) -> GreatEvent {
        try allow(["id", "name", "level", "places", "watch", "report_hours", "routine", "measures"])
        let watch = try value("watch")
        try watch.allow(["from", "until"])
        let (from, until) = (try watch.value("from").instant(), try watch.value("until").instant())
        guard from < until, until - from <= .hours(24 * 92) else {
            throw watch.error("no watch of up to 92 days", remedy: "let from come before until")
        }
        var hours: Set<Int> = []
        let list = try value("report_hours")
        for item in try list.list() { hours.insert(try item.integer(in: 0...23)) }
        guard !hours.isEmpty else {
            throw list.error("no report is due", remedy: "name hours of the day, such as [8, 20]")
        }
        var measures: [(colour: WarningColour, text: Name)] = []
        for item in try value("measures").list() {
            try item.allow(["colour", "zh", "en"])
            let colour = try item.value("colour").parse("blue, yellow, orange or red") { WarningColour(name: $0) }
            guard measures.last.map({ $0.colour < colour }) ?? true else {
                throw item.error("the colours do not ascend", remedy: "order them blue, yellow, orange, red, each once")
            }
            measures.append((colour, Name(zh: try item.value("zh").text(), en: try item.value("en").text())))
        }
        return GreatEvent(
            id: try value("id").word(),
            name: try value("name").name(),
            level: try value("level").name(),
            places: try value("places").namedDivisions(names),
            watch: ReportTimes(from: from, until: until, hours: hours.sorted()),
            measures: measures,
            routine: try value("routine").name()
        )
    }

    /// A time with its offset: `2026-12-01T08:00:00+08:00`.
    private func instant() throws(ConfigurationError) -> Instant {
        let text = try text()
        do throws(DocumentError) {
            return try ZonedTime.instant(text)
        } catch {
            throw self.error(error.message, remedy: "write it in quotes")
        }
    }
}
