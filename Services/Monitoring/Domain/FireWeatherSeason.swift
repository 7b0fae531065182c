/// When a fire season begins and ends at a station: rules as data. Temperatures in millionths of °C, snow in millimetres.
///
/// Sources: Wotton and Flannigan 1993 (three days warmer than 12 °C begin it, three colder than 5 °C end it); Lawson and
/// Armitage 2008 where snow lies regularly (the third day without snow begins it, snow on the ground ends it).
package struct FireSeasonRule: Hashable, Sendable {
    package let start: Start
    /// A season ends after `days` days whose maximum stayed below this.
    package let endBelowMillionthsCelsius: Int64
    /// How many days in a row a start or an end takes.
    package let days: Int

    /// What begins a season.
    package enum Start: Hashable, Sendable {
        /// Each day's maximum was above this.
        case warm(aboveMillionthsCelsius: Int64)
        /// No day had snow on the ground; from then on snow ends the season too.
        case snowFree
    }

    /// Wotton and Flannigan 1993.
    package static let wottonFlannigan1993 = FireSeasonRule(
        .warm(aboveMillionthsCelsius: 12_000_000),
        5_000_000,
        days: 3
    )

    private init(_ start: Start, _ end: Int64, days: Int) {
        (self.start, endBelowMillionthsCelsius, self.days) = (start, end, days)
    }

    /// Throws `malformed` unless it takes 1 … 30 days and a warm start lies above the end.
    package init(start: Start, endBelowMillionthsCelsius: Int64, days: Int) throws(ForecastError) {
        guard (1...30).contains(days) else {
            throw ForecastError(.malformed, "a season cannot begin after \(days) days; give 1 to 30")
        }
        if case .warm(let above) = start, above < endBelowMillionthsCelsius {
            throw ForecastError(.malformed, "a season would end while it begins; start above the end's temperature")
        }
        self.init(start, endBelowMillionthsCelsius, days: days)
    }
}

/// Whether a station is in its fire season, from its daily values in order.
package struct FireSeason: Hashable, Sendable, Codable {
    package private(set) var isActive = false
    private var startDays = 0
    private var endDays = 0

    /// What a day brought; it counts from the next day's noon.
    package enum Change: Hashable, Sendable {
        case began
        case ended
    }

    package init() {}

    /// Takes the next day's maximum temperature and, where it is measured, the depth of snow on the ground.
    ///
    /// Nil where nothing changes. A day without a snow depth neither begins nor ends a season by snow.
    package mutating func take(
        maximumMillionthsCelsius maximum: Int64,
        snowMillimetres: Int64? = nil,
        rule: FireSeasonRule
    ) -> Change? {
        let startsToday: Bool
        var snowEnds = false
        switch rule.start {
        case .warm(let above): startsToday = maximum > above
        case .snowFree: (startsToday, snowEnds) = (snowMillimetres == 0, (snowMillimetres ?? 0) > 0)
        }
        startDays = startsToday ? min(startDays + 1, rule.days) : 0
        endDays = maximum < rule.endBelowMillionthsCelsius ? min(endDays + 1, rule.days) : 0
        if isActive, snowEnds || endDays == rule.days {
            isActive = false
            return .ended
        }
        if !isActive, !snowEnds, startDays == rule.days, endDays < rule.days {
            isActive = true
            return .began
        }
        return nil
    }
}
