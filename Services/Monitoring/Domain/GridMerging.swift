package import Vocabulary

/// Which reports tell of one happening: the same kind, near each other in place and time.
package struct GridMerging: Hashable, Sendable {
    /// Great-circle distance from the first report in whole metres, inclusive.
    package let metres: Int64
    /// How long before the first report or after the last one, inclusive.
    package let time: Duration

    package init(metres: Int64, time: Duration) { (self.metres, self.time) = (metres, time) }

    /// Where and when something was seen.
    package struct Sight: Hashable, Sendable {
        package let kind: String
        package let unit: GridUnitID
        /// Nil where only the unit is known.
        package let position: Position?
        package let observed: Instant

        package init(kind: String, unit: GridUnitID, position: Position?, observed: Instant) {
            (self.kind, self.unit, self.position, self.observed) = (kind, unit, position, observed)
        }
    }

    /// A happening that is not closed: its first report's sight, and when it was seen last.
    package struct Candidate: Hashable, Sendable {
        package let lead: GridReportID
        package let first: Sight
        package let last: Instant

        package init(lead: GridReportID, first: Sight, last: Instant) {
            (self.lead, self.first, self.last) = (lead, first, last)
        }
    }

    /// The happening that the sight belongs to: the nearest, of equally near ones that of the least id; nil where none fits.
    ///
    /// Where one of the two has no position, or they stand in different datums, the same unit is near (0 m) and any other far.
    package func happening(of sight: Sight, among candidates: [Candidate]) -> GridReportID? {
        var best: (metres: Int64, lead: GridReportID)?
        for candidate in candidates {
            guard let metres = distance(sight, candidate) else { continue }
            if best.map({ (metres, candidate.lead) < ($0.metres, $0.lead) }) ?? true {
                best = (metres, candidate.lead)
            }
        }
        return best?.lead
    }

    /// In m; nil where they do not belong together.
    private func distance(_ sight: Sight, _ candidate: Candidate) -> Int64? {
        let first = candidate.first
        guard sight.kind == first.kind, sight.observed >= first.observed - time, sight.observed <= candidate.last + time
        else { return nil }
        if let here = sight.position, let there = first.position, let metres = GreatCircle.metres(here, there) {
            return metres <= self.metres ? metres : nil
        }
        return sight.unit == first.unit ? 0 : nil
    }
}
