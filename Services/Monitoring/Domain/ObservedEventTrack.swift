package import Vocabulary

/// What readings of one place say happened: nothing, or an event from a threshold reached to values that stay below it.
///
/// A value: readings go in, in order of observation, and what is to be told comes out.
package struct ObservedEventTrack: Hashable, Sendable, Codable {
    /// What is known now.
    package private(set) var state = State.quiet

    /// From quiet over an event to quiet again.
    package enum State: Hashable, Sendable, Codable {
        case quiet
        /// As bad as `colour` at its worst; `below` says since when values are below every threshold.
        case going(colour: WarningColour, below: Instant?)
        /// A person ended or withdrew the event; values must fall below every threshold before another begins.
        case muted
    }

    /// What is to be told.
    package enum Effect: Hashable, Sendable {
        case began(WarningColour)
        case worsened(WarningColour)
        /// When values fell below every threshold and stayed there.
        case ended(at: Instant)
    }

    package init() {}

    /// Takes a value that reaches `colour`, nil where it reaches none. An event is over when no value reaches one for `overAfter`.
    package mutating func take(_ colour: WarningColour?, observed: Instant, overAfter: Duration) -> [Effect] {
        switch (state, colour) {
        case (.quiet, nil): return []
        case (.muted, nil):
            state = .quiet
            return []
        case (.muted, _?): return []
        case (.quiet, let colour?):
            state = .going(colour: colour, below: nil)
            return [.began(colour)]
        case (.going(let worst, _), let colour?):
            state = .going(colour: max(worst, colour), below: nil)
            return colour > worst ? [.worsened(colour)] : []
        case (.going(let worst, let below), nil):
            let below = below ?? observed
            guard observed - below >= overAfter else {
                state = .going(colour: worst, below: below)
                return []
            }
            state = .quiet
            return [.ended(at: below)]
        }
    }

    /// A person said that it is over, or never was.
    package mutating func mute() {
        if case .going = state { state = .muted }
    }
}
