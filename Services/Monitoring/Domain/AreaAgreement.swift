package import Vocabulary

/// What enough stations of an area say together: m of n within a radius of a point or of one of them, within its basin, or anywhere.
package struct AreaAgreement: Hashable, Sendable {
    private let area: Area
    /// m: how many must reach a value.
    private let needed: Int
    /// How many must have a value at all; with fewer nobody can say.
    private let leastReporting: Int

    /// Which stations count together.
    package enum Area: Hashable, Sendable {
        /// All of them.
        case anywhere
        /// Those so near to the station in the middle; each is in the middle once.
        case radius(metres: Int64)
        /// Those so near to that point.
        case around(Position, metres: Int64)
        /// Those of one basin; a station without a basin stands alone.
        case basin
    }

    /// What a station says now.
    package struct Station: Hashable, Sendable {
        package let id: StationID
        package let position: Position
        package let basin: String?
        /// More is worse; nil where its last value is missing, too old or unreliable.
        package let value: Int64?

        package init(id: StationID, position: Position, basin: String?, value: Int64?) {
            (self.id, self.position, self.basin, self.value) = (id, position, basin, value)
        }
    }

    /// The worst that enough stations of one area agree on.
    package struct Finding: Hashable, Sendable {
        /// Each of the stations has this value or more.
        package let value: Int64
        /// The worst first; of equals in the order of their ids. As many as are needed.
        package let stations: [StationID]
    }

    /// Throws `malformed` unless 1 ≤ m ≤ least reporting ≤ 1000 and the radius is 1 m … 20,000 km.
    package init(_ area: Area, needed: Int, leastReporting: Int) throws(ForecastError) {
        guard 1 <= needed, needed <= leastReporting, leastReporting <= 1000 else {
            throw ForecastError(
                .malformed,
                "\(needed) of \(leastReporting) stations cannot agree; give 1 ≤ m ≤ n ≤ 1000"
            )
        }
        switch area {
        case .radius(let metres), .around(_, let metres):
            guard (1...20_000_000).contains(metres) else {
                throw ForecastError(.malformed, "a radius is 1 m to 20000 km, not \(metres) m")
            }
        case .anywhere, .basin: break
        }
        (self.area, self.needed, self.leastReporting) = (area, needed, leastReporting)
    }

    /// The greatest value that so many stations of one area reach; nil where too few of every area report.
    ///
    /// Each station counts once, in whatever order they are given. Stations in another datum are outside of a radius.
    package func finding(_ stations: [Station]) -> Finding? {
        var known: Set<StationID> = []
        let reporting = stations.sorted { ($0.value ?? .min, $1.id) > ($1.value ?? .min, $0.id) }
            .filter { $0.value != nil && known.insert($0.id).inserted }
        var best: Finding?
        for centre in isOne ? Array(reporting.prefix(1)) : reporting {
            let members = reporting.filter { isWithin($0, centre) }
            guard members.count >= leastReporting, let value = members[needed - 1].value else { continue }
            if best.map({ value > $0.value }) ?? true {
                best = Finding(value: value, stations: members.prefix(needed).map(\.id))
            }
        }
        return best
    }

    /// There is one area only, whichever station is asked for.
    private var isOne: Bool {
        switch area {
        case .anywhere, .around: true
        case .radius, .basin: false
        }
    }

    /// Whether a station there may count; where each is in the middle once, any may.
    package func isNear(_ position: Position) -> Bool {
        guard case .around(let point, let limit) = area else { return true }
        return GreatCircle.metres(position, point).map { $0 <= limit } ?? false
    }

    private func isWithin(_ station: Station, _ centre: Station) -> Bool {
        switch area {
        case .anywhere: true
        case .around: isNear(station.position)
        case .radius(let limit): GreatCircle.metres(station.position, centre.position).map { $0 <= limit } ?? false
        case .basin: station.id == centre.id || station.basin != nil && station.basin == centre.basin
        }
    }
}
