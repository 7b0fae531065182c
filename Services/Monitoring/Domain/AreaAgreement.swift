package import Vocabulary

/// Whether enough stations of an area say the same: m of n within a radius of one of them, or within its basin.
package struct AreaAgreement: Hashable, Sendable {
    package let area: Area
    /// m: how many must exceed, the station itself among them.
    package let needed: Int
    /// How many must have a value at all; with fewer nobody can say.
    package let leastReporting: Int

    /// Which stations count.
    package enum Area: Hashable, Sendable {
        case radius(metres: Int64)
        /// The basin of the station in the middle; one without a basin stands alone.
        case basin
    }

    /// What a station says now.
    package struct Station: Hashable, Sendable {
        package let id: StationID
        package let position: Position
        package let basin: String?
        /// Whether it exceeds; nil where its last value is missing, too old or unreliable.
        package let exceeds: Bool?

        package init(id: StationID, position: Position, basin: String?, exceeds: Bool?) {
            (self.id, self.position, self.basin, self.exceeds) = (id, position, basin, exceeds)
        }
    }

    /// What the area says.
    package enum Verdict: Hashable, Sendable {
        case agreed(exceeding: Int, reporting: Int)
        case notAgreed(exceeding: Int, reporting: Int)
        /// Too few stations have a value.
        case tooFew(exceeding: Int, reporting: Int)
    }

    /// Throws `malformed` unless 1 ≤ m ≤ least reporting ≤ 1000 and the radius is 1 m … 20,000 km.
    package init(_ area: Area, needed: Int, leastReporting: Int) throws(ForecastError) {
        guard 1 <= needed, needed <= leastReporting, leastReporting <= 1000 else {
            throw ForecastError(
                .malformed,
                "\(needed) of \(leastReporting) stations cannot agree; give 1 ≤ m ≤ n ≤ 1000"
            )
        }
        if case .radius(let metres) = area, !(1...20_000_000).contains(metres) {
            throw ForecastError(.malformed, "a radius is 1 m to 20000 km, not \(metres) m")
        }
        (self.area, self.needed, self.leastReporting) = (area, needed, leastReporting)
    }

    /// What `stations` say around `centre`, each counted once, in whatever order they are given.
    ///
    /// Stations in another datum count as outside of a radius.
    package func verdict(around centre: Station, stations: [Station]) -> Verdict {
        var counted: Set<StationID> = [centre.id]
        var said = [centre.exceeds]
        for station in stations where isWithin(station, centre) && counted.insert(station.id).inserted {
            said.append(station.exceeds)
        }
        let (exceeding, reporting) = (said.count { $0 == true }, said.count { $0 != nil })
        if exceeding >= needed, reporting >= leastReporting {
            return .agreed(exceeding: exceeding, reporting: reporting)
        }
        return reporting < leastReporting
            ? .tooFew(exceeding: exceeding, reporting: reporting)
            : .notAgreed(exceeding: exceeding, reporting: reporting)
    }

    private func isWithin(_ station: Station, _ centre: Station) -> Bool {
        switch area {
        case .radius(let limit): GreatCircle.metres(station.position, centre.position).map { $0 <= limit } ?? false
        case .basin: station.basin != nil && station.basin == centre.basin
        }
    }
}
