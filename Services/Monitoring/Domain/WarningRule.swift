package import Vocabulary

/// A rule on one element: four colours at most, each from its threshold up (以上 includes the number), or below it for `low` (以下 does
/// not include it).
package struct WarningRule: Sendable {
    package let id: RuleID
    package let hazard: Hazard
    package let measure: Measure
    /// Ascending in colour; ascending in threshold too, or descending for `low`.
    package let bands: [Band]
    /// A band is kept until the value falls below its threshold by more than this; for `low` until it is above it by this.
    package let hysteresis: Quantity
    /// How long a higher band must hold, in observation time, before it is drafted.
    package let duration: Duration
    /// How long a lower state must hold, in observation time, before the warning is lowered or cleared.
    package let clearAfter: Duration
    /// A warning lapses this long after it was drafted, issued or updated.
    package let lifetime: Duration
    /// Colours that are released without a person.
    package let automaticRelease: [WarningColour]
    /// The person answerable for the draft, who may not approve it.
    package let drafter: PersonID
    /// When it holds; outside of that it demands nothing.
    package let schedule: RuleSchedule
    /// What time alone does.
    package let timing: RuleTiming

    /// One colour and the value from which it applies.
    package struct Band: Hashable, Sendable {
        package let colour: WarningColour
        package let threshold: Quantity
        /// How long a warning of this colour is valid; nil: the rule's lifetime.
        package let validFor: Duration?

        package init(colour: WarningColour, threshold: Quantity, validFor: Duration? = nil) {
            (self.colour, self.threshold, self.validFor) = (colour, threshold, validFor)
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
        automaticRelease: [WarningColour],
        drafter: PersonID,
        schedule: RuleSchedule = .always,
        timing: RuleTiming = RuleTiming()
    ) {
        (self.id, self.hazard, self.measure, self.bands, self.hysteresis) = (id, hazard, measure, bands, hysteresis)
        (self.duration, self.clearAfter, self.lifetime) = (duration, clearAfter, lifetime)
        (self.automaticRelease, self.drafter) = (automaticRelease, drafter)
        (self.schedule, self.timing) = (schedule, timing)
    }

    /// The band that `value` demands while `current` is in force; nil where it reaches none.
    ///
    /// Bands up to the current colour are kept within the hysteresis.
    package func band(for value: Quantity, current: WarningColour?) -> Band? {
        bands.last { band in
            let kept = current.map { band.colour <= $0 } ?? false
            let slack = kept ? hysteresis.millionths : 0
            let threshold = band.threshold.millionths
            return measure.isBelow ? value.millionths < threshold + slack : value.millionths >= threshold - slack
        }
    }

    /// What the rule demands at `instant`, as its schedule and its bands say.
    package func colour(for value: Quantity, at instant: Instant, current: WarningColour?) -> WarningColour? {
        schedule.holds(at: instant) ? band(for: value, current: current)?.colour : nil
    }

    /// How long a warning of that colour is valid once it was drafted, issued or updated.
    package func lifetime(of colour: WarningColour?) -> Duration {
        bands.first { $0.colour == colour }?.validFor ?? lifetime
    }
}

/// What a rule does when time goes by and no reading comes; nil where it does nothing.
package struct RuleTiming: Hashable, Sendable {
    /// A colour that no reading demanded for so long falls by one; the lowest is cleared.
    package var deescalateAfter: Duration?
    /// A warning is cleared when its place had no reading for so long.
    package var clearOnSilence: Duration?
    /// A higher colour is drafted so long after its duration is over, though no reading came since.
    package var raiseOnSilence: Duration?
    /// After a person took a warning back, its colour is not drafted again for so long, and then is where it is still demanded.
    package var realarmAfter: Duration?

    package init(
        deescalateAfter: Duration? = nil,
        clearOnSilence: Duration? = nil,
        raiseOnSilence: Duration? = nil,
        realarmAfter: Duration? = nil
    ) {
        (self.deescalateAfter, self.clearOnSilence) = (deescalateAfter, clearOnSilence)
        (self.raiseOnSilence, self.realarmAfter) = (raiseOnSilence, realarmAfter)
    }
}
