package import Vocabulary

/// A rule on one element: four colours at most, each from its threshold up (以上 includes the number), or down where little is bad.
package struct WarningRule: Sendable {
    package let id: RuleID
    package let hazard: Hazard
    package let measure: Measure
    /// Ascending in colour and threshold; descending in threshold where the measure is `low`.
    package let bands: [Band]
    /// A band is kept until the value goes back over its threshold by more than this.
    package let hysteresis: Quantity
    /// How long a higher band must hold, in observation time, before it is drafted.
    package let duration: Duration
    /// How long a lower state must hold, in observation time, before the warning is lowered or cleared.
    package let clearAfter: Duration
    /// A warning lapses this long after it was drafted, issued or updated.
    package let lifetime: Duration
    /// Colours that lapse after another time.
    package let validFor: [WarningColour: Duration]
    /// Colours that are released without a person.
    package let automaticRelease: [WarningColour]
    /// The person answerable for the draft, who may not approve it.
    package let drafter: PersonID
    /// What time does to the warning where no reading does.
    package let timing: Timing

    /// What of the element is compared with the thresholds.
    package enum Measure: Hashable, Sendable {
        /// The reading itself.
        case level
        /// The reading itself, where little is bad: a band applies from its threshold down (以下 with the number).
        case low
        /// The reading minus the lowest one of the window that ends with it, both ends included.
        case rise(window: Duration)
        /// The highest reading of the window that ends with it, minus the reading; both ends included.
        case fall(window: Duration)
        /// The mean of the readings of the window that ends with it, both ends included.
        case mean(window: Duration)
        /// How many readings of the window that ends with it have that value or more, both ends included.
        case repeats(window: Duration, over: Quantity)
        /// For how long nothing usable has been read, in seconds. Time alone raises it, and any reading ends it.
        case silence
        /// The sum of the readings of the window that ends with it; a reading at the window's very beginning belongs to the
        /// interval before.
        case accumulation(window: Duration)
    }

    /// One colour and the value from which it applies.
    package struct Band: Hashable, Sendable {
        package let colour: WarningColour
        package let threshold: Quantity

        package init(colour: WarningColour, threshold: Quantity) {
            self.colour = colour
            self.threshold = threshold
        }
    }

    /// What happens without a reading.
    package struct Timing: Hashable, Sendable {
        /// A colour that was not demanded for so long is lowered by one; the lowest is cleared. Nil: only readings lower it.
        package var deescalateAfter: Duration?
        /// Without a reading for so long the warning is cleared: nobody knows any more. Nil: it stands until it lapses.
        package var clearOnSilence: Duration?
        /// After a person cancelled it, the same colour or a lower one is drafted again once it has been demanded for so long. Nil: with the
        /// next reading that demands it.
        package var realarmAfter: Duration?
        /// How long the reading that ends a `duration` may be overdue before time alone raises what held until then.
        package var grace: Duration

        package init(
            deescalateAfter: Duration? = nil,
            clearOnSilence: Duration? = nil,
            realarmAfter: Duration? = nil,
            grace: Duration = .minutes(10)
        ) {
            (self.deescalateAfter, self.clearOnSilence) = (deescalateAfter, clearOnSilence)
            (self.realarmAfter, self.grace) = (realarmAfter, grace)
        }
    }

    package init(
        id: RuleID,
        hazard: Hazard,
        measure: Measure = .level,
        bands: [Band],
        hysteresis: Quantity,
        duration: Duration,
        clearAfter: Duration,
        lifetime: Duration,
        validFor: [WarningColour: Duration] = [:],
        automaticRelease: [WarningColour],
        drafter: PersonID,
        timing: Timing = Timing()
    ) {
        (self.id, self.hazard, self.measure, self.bands, self.hysteresis) = (id, hazard, measure, bands, hysteresis)
        (self.duration, self.clearAfter, self.lifetime) = (duration, clearAfter, lifetime)
        (self.automaticRelease, self.drafter, self.timing) = (automaticRelease, drafter, timing)
        self.validFor = validFor
    }

    /// How long a warning of that colour holds.
    package func lifetime(of colour: WarningColour) -> Duration { validFor[colour] ?? lifetime }

    /// The band that `value` demands while `current` is in force; nil short of the lowest.
    ///
    /// Bands up to the current colour are kept until the value is back by more than the hysteresis.
    package func band(for value: Quantity, current: WarningColour?) -> Band? {
        bands.last { band in
            let kept = current.map { band.colour <= $0 } ?? false
            let margin = kept ? hysteresis.millionths : 0
            return measure.isDownward
                ? value.millionths <= band.threshold.millionths + margin
                : value.millionths >= band.threshold.millionths - margin
        }
    }

}

extension WarningRule.Measure {
    /// Whether less is worse.
    package var isDownward: Bool { self == .low }

    /// The unit of what is compared, where the element is in `unit`.
    package func unit(of unit: Unit) -> Unit {
        switch self {
        case .level, .low, .rise, .fall, .mean, .accumulation: unit
        case .repeats: .one
        case .silence: .second
        }
    }

    /// How far back it looks.
    package var window: Duration {
        switch self {
        case .level, .low, .silence: .zero
        case .rise(let window), .fall(let window), .mean(let window), .accumulation(let window): window
        case .repeats(let window, _): window
        }
    }

    /// The first instant whose reading counts at `instant`; nil where only the reading of that instant does.
    package func start(of instant: Instant) -> Instant? {
        switch self {
        case .level, .low, .silence: nil
        case .rise(let window), .fall(let window), .mean(let window), .repeats(let window, _): instant - window
        case .accumulation(let window): instant - window + .microseconds(1)
        }
    }
}
