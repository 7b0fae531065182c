package import Vocabulary

/// Which warnings foresaw which events: after the rules by which weather services verify theirs.
///
/// An event is a hit if a warning for its area, or for one that contains it, was issued before it and held when it began; one that held only after the event had
/// begun came late, and the event is a miss. A warning is a false alarm if no event of its area began while it held, and none was
/// under way. A long warning may foresee several events, and several warnings one event, whose lead is that of the first.
package struct VerificationMatching: Hashable, Sendable {
    package let table: VerificationTable
    package let leads: LeadTimes
    /// Events that a warning reached only after they had begun; they count as misses.
    package let late: Int
    /// By position in what was given.
    package let hits: [Hit]
    package let missedEvents: [Int]
    /// Those of the missed events that are late.
    package let lateEvents: [Int]
    package let falseAlarms: [Int]

    /// What was warned of.
    package struct Warning: Hashable, Sendable {
        package let area: DivisionCode
        package let issued: Instant
        /// Cancelled, cleared or expired.
        package let ended: Instant

        package init(area: DivisionCode, issued: Instant, ended: Instant) {
            (self.area, self.issued, self.ended) = (area, issued, ended)
        }
    }

    /// What happened.
    package struct Event: Hashable, Sendable {
        package let area: DivisionCode
        package let began: Instant
        package let ended: Instant

        package init(area: DivisionCode, began: Instant, ended: Instant) {
            (self.area, self.began, self.ended) = (area, began, ended)
        }
    }

    /// An event and the first warning that foresaw it.
    package struct Hit: Hashable, Sendable {
        package let event: Int
        package let warning: Int
        package let lead: Duration
    }

    /// Matches `warnings` with `events`, both in any order. A warning holds on for `grace` after its end: what begins just after
    /// an all-clear was foreseen. A lead under `leastLead` is no help, and its event is late.
    ///
    /// Throws `malformed` for what ends before it begins, a negative grace or lead, or more than ten million pairs to compare.
    package init(
        warnings: [Warning],
        events: [Event],
        grace: Duration = .zero,
        leastLead: Duration = .zero
    ) throws(ForecastError) {
        guard warnings.allSatisfy({ $0.issued <= $0.ended }), events.allSatisfy({ $0.began <= $0.ended }) else {
            throw ForecastError(.malformed, "a warning or an event ends before it begins; correct its times")
        }
        guard grace >= .zero, leastLead >= .zero else {
            throw ForecastError(.malformed, "grace and least lead are not negative")
        }
        guard warnings.count.multipliedReportingOverflow(by: events.count).partialValue <= 10_000_000 else {
            throw ForecastError(
                .malformed,
                "\(warnings.count) warnings are too many at once; verify a season at a time"
            )
        }
        var (hits, missed, late) = ([Hit](), [Int](), [Int]())
        var verified = [Bool](repeating: false, count: warnings.count)
        let inOrder = warnings.indices.sorted { (warnings[$0].issued, $0) < (warnings[$1].issued, $1) }
        for (position, event) in events.enumerated() {
            var first: Int?
            var cameLate = false
            for index in inOrder where warnings[index].area.contains(event.area) {
                let warning = warnings[index]
                guard warning.issued <= event.ended, warning.ended + grace >= event.began else { continue }
                verified[index] = true
                let foresees = warning.issued < event.began && event.began - warning.issued >= leastLead
                if foresees { first = first ?? index } else { cameLate = true }
            }
            if let first {
                hits.append(Hit(event: position, warning: first, lead: event.began - warnings[first].issued))
            } else {
                missed.append(position)
                if cameLate { late.append(position) }
            }
        }
        (self.hits, missedEvents) = (hits, missed)
        (lateEvents, self.late) = (late, late.count)
        falseAlarms = verified.indices.filter { !verified[$0] }
        leads = LeadTimes(hits.map(\.lead))
        table = try VerificationTable(hits: hits.count, falseAlarms: falseAlarms.count, misses: missed.count)
    }
}
