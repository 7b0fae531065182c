package import Vocabulary

/// What the plan has stop 停工停课停业 because of warnings: kinds of work by colour, in some divisions.
package struct SuspensionPlan: Hashable, Sendable {
    package let id: String
    package let hazards: [Hazard]
    /// Where it may hold.
    package let divisions: [DivisionCode]
    /// Ascending in colour.
    package let levels: [Level]

    /// What stops from one colour up.
    package struct Level: Hashable, Sendable {
        package let colour: WarningColour
        package let stops: [Kind]

        package init(_ colour: WarningColour, _ stops: [Kind]) { (self.colour, self.stops) = (colour, stops) }
    }

    /// What can stop.
    package enum Kind: String, CaseIterable, Sendable {
        /// 停工
        case work
        /// 停课
        case classes
        /// 停业
        case business
        /// 停止户外活动和集会
        case gatherings
        /// 停运
        case transport
    }

    package init(id: String, hazards: [Hazard], divisions: [DivisionCode], levels: [Level]) {
        (self.id, self.hazards, self.divisions, self.levels) = (id, hazards, divisions, levels)
    }

    /// What a warning of `hazard` in `colour` for `warned` has stop, and where; nil where nothing does.
    ///
    /// Where a division of the plan and a warned one contain each other the smaller one stops, in the plan's order.
    package func holding(_ hazard: Hazard, _ colour: WarningColour, _ warned: [DivisionCode]) -> SuspensionTrack
        .Holding?
    {
        guard hazards.contains(hazard), let level = levels.last(where: { $0.colour <= colour }) else { return nil }
        var places: [DivisionCode] = []
        for own in divisions {
            for other in warned {
                guard let place = other.contains(own) ? own : own.contains(other) ? other : nil else { continue }
                if !places.contains(place) { places.append(place) }
            }
        }
        return places.isEmpty ? nil : .init(colour: level.colour, divisions: places.map(\.digits))
    }
}

/// What one warning has stop by one plan: nothing, or advised → updated → lifted, and perhaps advised again.
package struct SuspensionTrack: Hashable, Sendable, Codable {
    /// Nil while nothing stops.
    package private(set) var holding: Holding?
    /// The last that was told; each adds one.
    package private(set) var revision: UInt32 = 0

    /// The level that holds, by its colour, and where.
    package struct Holding: Hashable, Sendable, Codable {
        package let colour: WarningColour
        package let divisions: [String]

        package init(colour: WarningColour, divisions: [String]) { (self.colour, self.divisions) = (colour, divisions) }
    }

    /// What is to be told.
    package enum Effect: Hashable, Sendable {
        case advised(Holding)
        case updated(Holding, previous: WarningColour)
        case lifted
    }

    package init() {}

    /// The warning was issued or updated, and has `next` stop; nil: nothing. It ended: nil.
    package mutating func move(to next: Holding?) -> Effect? {
        guard next != holding else { return nil }
        defer { holding = next }
        switch (holding, next) {
        case (nil, let next?):
            revision += 1
            return .advised(next)
        case (let before?, let next?):
            revision += 1
            return .updated(next, previous: before.colour)
        case (_?, nil): return .lifted
        case (nil, nil): return nil
        }
    }
}
