import MonitoringDomain
import ServiceKit
import Vocabulary

/// One station of the catalogue.
struct Station {
    let id: StationID
    let division: String
    /// No reading for longer than this: silent.
    let silentAfter: Duration
    /// Stage limits; nil where none are set.
    let hard: ClosedRange<Int64>?
    let soft: ClosedRange<Int64>?
}

/// One rule with where it applies.
struct AppliedRule {
    let rule: WarningRule
    let stations: [StationID]
    let divisions: [String]
}

extension YAMLValue {
    func station() throws(ConfigurationError) -> Station {
        try allow(["id", "name", "division", "position", "silent_after", "stage"])
        var (hard, soft): (ClosedRange<Int64>?, ClosedRange<Int64>?)
        if let stage = try optional("stage") {
            try stage.allow(["hard", "soft"])
            hard = try stage.optional("hard")?.limits()
            soft = try stage.optional("soft")?.limits()
        }
        return Station(
            id: try value("id").parse("a station address of ten digits") { text in
                text.utf8.count == 10 && text.utf8.allSatisfy { (48...57).contains($0) } ? StationID(text) : nil
            },
            division: try value("division").parse("a division code") { DivisionCode($0)?.digits },
            silentAfter: try value("silent_after").duration(),
            hard: hard,
            soft: soft
        )
    }

    private func limits() throws(ConfigurationError) -> ClosedRange<Int64> {
        let ends = try list()
        guard ends.count == 2 else { throw error("not two limits", remedy: "write [\"0.00 m\", \"12.00 m\"]") }
        let (low, high) = (try ends[0].quantity(.metre).millionths, try ends[1].quantity(.metre).millionths)
        guard low <= high else { throw error("the lower limit is above the upper", remedy: "swap them") }
        return low...high
    }

    func rule(stations known: [StationID]) throws(ConfigurationError) -> AppliedRule {
        try allow([
            "id", "hazard", "element", "stations", "bands", "hysteresis", "duration", "clear_after", "lifetime",
            "automatic_release", "drafter", "divisions",
        ])
        _ = try value("element").parse("stage, the only element that rules use so far") { $0 == "stage" ? true : nil }
        var stations: [StationID] = []
        for station in try value("stations").list() {
            stations.append(
                try station.parse("a station of this file") { known.contains(StationID($0)) ? StationID($0) : nil }
            )
        }
        var divisions: [String] = []
        for division in try value("divisions").list() {
            divisions.append(try division.parse("a division code") { DivisionCode($0)?.digits })
        }
        var automatic: [WarningColour] = []
        for colour in try optional("automatic_release")?.list() ?? [] { automatic.append(try colour.colour()) }
        let rule = WarningRule(
            id: RuleID(try value("id").text()),
            hazard: try value("hazard").parse("a hazard such as flash-flood") { Hazard(rawValue: $0) },
            bands: try value("bands").bands(),
            hysteresis: try value("hysteresis").quantity(.metre),
            duration: try value("duration").duration(),
            clearAfter: try value("clear_after").duration(),
            lifetime: try value("lifetime").duration(),
            automaticRelease: automatic,
            drafter: PersonID(try value("drafter").text())
        )
        return AppliedRule(rule: rule, stations: stations, divisions: divisions)
    }

    private func colour() throws(ConfigurationError) -> WarningColour {
        try parse("blue, yellow, orange or red") { WarningColour(name: $0) }
    }

    private func bands() throws(ConfigurationError) -> [WarningRule.Band] {
        var bands: [WarningRule.Band] = []
        for item in try list() {
            try item.allow(["colour", "at"])
            let band = WarningRule.Band(
                colour: try item.value("colour").colour(),
                threshold: try item.value("at").quantity(.metre)
            )
            if let last = bands.last,
                last.colour >= band.colour || last.threshold.millionths >= band.threshold.millionths
            {
                throw item.error(
                    "the bands do not ascend",
                    remedy: "order them blue, yellow, orange, red with rising thresholds"
                )
            }
            bands.append(band)
        }
        guard !bands.isEmpty else { throw error("no band", remedy: "add at least one { colour: …, at: … }") }
        return bands
    }
}
