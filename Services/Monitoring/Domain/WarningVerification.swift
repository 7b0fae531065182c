package import Vocabulary

/// How well the warnings of one rule did at one place, from one colour up, in one season.
///
/// Counts after WMO, WWRP 2009-1 "Recommendations for the verification and intercomparison of QPFs and PQPFs", and Wilks,
/// "Statistical methods in the atmospheric sciences", chapter 8; how warnings and events meet is `VerificationMatching`.
/// Quiet times are not counted: nobody says how many there are, so what needs them is undefined.
package struct WarningScore: Hashable, Sendable {
    /// Events that a warning foresaw.
    package private(set) var hits = 0
    /// Warnings that are over, without an event.
    package private(set) var falseAlarms = 0
    /// Events that no warning foresaw.
    package private(set) var misses = 0
    /// Those of the misses that a warning reached after they had begun.
    package private(set) var late = 0
    /// Warnings without an event until now that stand, or ended so lately that an event may still be entered.
    package private(set) var open = 0
    private var leads: [Duration] = []

    package init() {}

    /// The table. Throws `out-of-range` beyond 10¹² of a kind.
    package func table() throws(ForecastError) -> VerificationTable {
        try VerificationTable(hits: hits, falseAlarms: falseAlarms, misses: misses)
    }

    /// How long before the hit events their first warnings came.
    package var leadTimes: LeadTimes { LeadTimes(leads) }
    /// Nothing was warned of and nothing happened.
    package var isEmpty: Bool { self == WarningScore() }

    /// Of both together: the table of several places is the sum of theirs.
    package static func + (one: WarningScore, other: WarningScore) -> WarningScore {
        var sum = one
        sum.hits += other.hits
        sum.falseAlarms += other.falseAlarms
        sum.misses += other.misses
        sum.late += other.late
        sum.open += other.open
        sum.leads += other.leads
        return sum
    }

    mutating func hit(_ lead: Duration) {
        hits += 1
        leads.append(lead)
    }

    mutating func miss(late isLate: Bool) {
        misses += 1
        late += isLate ? 1 : 0
    }

    mutating func falseAlarm(isOver: Bool) {
        falseAlarms += isOver ? 1 : 0
        open += isOver ? 0 : 1
    }
}

/// A part of the year whose warnings are counted together: a flood season and a fire season have rules of their own.
package struct WarningSeason: Hashable, Sendable {
    /// A word of the configuration; `rest` for the months that none has.
    package let name: String
    /// The year in Beijing in which the season began.
    package let year: Int

    package init(name: String, year: Int) { (self.name, self.year) = (name, year) }
}

/// The seasons of a place: ranges of months, which may go over the end of the year.
package struct WarningSeasons: Hashable, Sendable {
    /// Months from `first` through `last`; 11 through 3 goes over the end of the year.
    package struct Range: Hashable, Sendable {
        package let name: String
        package let first: Int
        package let last: Int

        package init(name: String, first: Int, last: Int) { (self.name, self.first, self.last) = (name, first, last) }

        fileprivate func has(_ month: Int) -> Bool {
            first <= last ? (first...last).contains(month) : month >= first || month <= last
        }
    }

    package static let rest = "rest"
    private let ranges: [Range]

    /// Throws `malformed` for a month beyond 1 … 12, a month in two seasons, or a name that stands twice or is `rest`.
    package init(_ ranges: [Range]) throws(ForecastError) {
        for range in ranges where !(1...12).contains(range.first) || !(1...12).contains(range.last) {
            throw ForecastError(.malformed, "season '\(range.name)' has months beyond 1 to 12")
        }
        for month in 1...12 where ranges.count(where: { $0.has(month) }) > 1 {
            throw ForecastError(.malformed, "month \(month) lies in two seasons")
        }
        guard Set(ranges.map(\.name) + [Self.rest]).count == ranges.count + 1 else {
            throw ForecastError(.malformed, "a season's name stands twice, or is 'rest'")
        }
        self.ranges = ranges
    }

    /// The season in which `instant` lies, by the months of Beijing.
    package func season(of instant: Instant) -> WarningSeason {
        let civil = BeijingTime.civil(instant)
        guard let range = ranges.first(where: { $0.has(civil.month) }) else {
            return WarningSeason(name: Self.rest, year: civil.year)
        }
        let beganBefore = range.first > range.last && civil.month <= range.last
        return WarningSeason(name: range.name, year: civil.year - (beganBefore ? 1 : 0))
    }
}

/// Warnings of one rule at one place, or of people for divisions, against what happened there, from one colour up.
package struct WarningVerification: Hashable, Sendable {
    /// One warning, as far as it was released: its colours in order, each until the next or the end.
    package struct Warning: Hashable, Sendable {
        /// When each colour was released, in order.
        package let released: [Release]
        /// Cancelled, cleared or expired; nil while it stands.
        package let ended: Instant?

        package init(released: [Release], ended: Instant?) { (self.released, self.ended) = (released, ended) }
    }

    /// A colour from the moment on at which it was released.
    package struct Release: Hashable, Sendable {
        package let colour: WarningColour
        package let at: Instant
        /// What was warned; empty where all that is compared is of one place.
        package let areas: [DivisionCode]

        package init(_ colour: WarningColour, at: Instant, areas: [DivisionCode] = []) {
            (self.colour, self.at, self.areas) = (colour, at, areas)
        }
    }

    /// What happened at the place, as bad as that colour.
    package struct Event: Hashable, Sendable {
        package let colour: WarningColour
        package let began: Instant
        /// Nil while it goes on.
        package let ended: Instant?
        /// Where; nil where all that is compared is of one place.
        package let area: DivisionCode?

        package init(_ colour: WarningColour, began: Instant, ended: Instant?, area: DivisionCode? = nil) {
            (self.colour, self.began, self.ended, self.area) = (colour, began, ended, area)
        }
    }

    /// How warnings and events are matched: see `VerificationMatching`.
    package struct Terms: Hashable, Sendable {
        package let grace: Duration
        package let leastLead: Duration
        /// A warning without an event is a false alarm this long after its end, for people enter events late.
        package let settle: Duration

        package init(grace: Duration = .zero, leastLead: Duration = .zero, settle: Duration = .zero) {
            (self.grace, self.leastLead, self.settle) = (grace, leastLead, settle)
        }
    }

    /// By year and name of the season. A hit and a miss belong to the season in which the event began, a warning
    /// without an event to that in which it was issued.
    package let scores: [SeasonScore]

    /// What came of one season.
    package struct SeasonScore: Hashable, Sendable {
        package let season: WarningSeason
        package let score: WarningScore

        package init(season: WarningSeason, score: WarningScore) { (self.season, self.score) = (season, score) }
    }

    /// What `warnings` did about `events` as it is known at `now`, both from `colour` up.
    ///
    /// A warning that was lowered below the colour and raised again counts twice. One for several divisions counts once: it foresaw an event
    /// in any of them, from when that division was warned, and is a false alarm where nothing happened in all of them. Throws `malformed` as `VerificationMatching`
    /// does: what ends before it begins, or more than ten million pairs.
    package init(
        _ warnings: [Warning],
        _ events: [Event],
        from colour: WarningColour,
        _ seasons: WarningSeasons,
        _ terms: Terms = Terms(),
        now: Instant
    ) throws(ForecastError) {
        let spans = warnings.flatMap { $0.spans(from: colour) }
        let events = events.filter { $0.colour >= colour }
        guard let place = DivisionCode("00") else { throw ForecastError(.malformed, "no place") }
        let areas = Set(events.map { $0.area ?? place }).sorted()
        let parts = spans.enumerated().flatMap { index, span in
            areas.flatMap { area in span.times(warning: area).map { (span: index, area: area, time: $0) } }
        }
        let matching = try VerificationMatching(
            warnings: parts.map {
                .init(area: $0.area, issued: $0.time.from, ended: $0.time.until ?? max(now, $0.time.from))
            },
            events: events.map {
                .init(area: $0.area ?? place, began: $0.began, ended: $0.ended ?? max(now, $0.began))
            },
            grace: terms.grace,
            leastLead: terms.leastLead
        )
        let useless = Set(matching.falseAlarms)
        let useful = Set(parts.indices.filter { !useless.contains($0) }.map { parts[$0].span })
        var found: [WarningSeason: WarningScore] = [:]
        for hit in matching.hits { found[seasons.season(of: events[hit.event].began), default: .init()].hit(hit.lead) }
        let late = Set(matching.lateEvents)
        for miss in matching.missedEvents {
            found[seasons.season(of: events[miss].began), default: .init()].miss(late: late.contains(miss))
        }
        for index in spans.indices where !useful.contains(index) {
            let isOver = spans[index].until.map { $0 + max(terms.grace, terms.settle) <= now } ?? false
            found[seasons.season(of: spans[index].from), default: .init()].falseAlarm(isOver: isOver)
        }
        let inOrder = found.keys.sorted { ($0.year, $0.name) < ($1.year, $1.name) }
        scores = inOrder.map { SeasonScore(season: $0, score: found[$0, default: .init()]) }
    }
}

extension WarningVerification.Warning {
    /// A time in which it was released in a colour or above, with what was warned from when on.
    fileprivate struct Span {
        let from: Instant
        /// Nil while it is.
        var until: Instant?
        var releases: [WarningVerification.Release]
    }

    /// From when until when it was released in that colour or above.
    fileprivate func spans(from colour: WarningColour) -> [Span] {
        var spans: [Span] = []
        var current: Span?
        for release in released {
            if release.colour >= colour {
                current = current ?? Span(from: release.at, releases: [])
                current?.releases.append(release)
            } else if var span = current {
                span.until = release.at
                spans.append(span)
                current = nil
            }
        }
        if var current {
            current.until = ended
            spans.append(current)
        }
        return spans
    }
}

extension WarningVerification.Warning.Span {
    /// From when until when that area was warned.
    func times(warning area: DivisionCode) -> [(from: Instant, until: Instant?)] {
        var times: [(from: Instant, until: Instant?)] = []
        var since: Instant?
        for release in releases {
            if release.areas.isEmpty || release.areas.contains(where: { $0.contains(area) }) {
                since = since ?? release.at
            } else if let from = since {
                times.append((from, release.at))
                since = nil
            }
        }
        if let since { times.append((since, until)) }
        return times
    }
}
