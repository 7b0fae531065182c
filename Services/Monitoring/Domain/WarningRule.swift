package import Vocabulary

/// A rule on one element: four colours at most, each from its threshold up (以上 includes the number).
package struct WarningRule: Sendable {
    package let id: RuleID
    package let hazard: Hazard
    package let measure: Measure
    /// Ascending in colour and threshold.
    package let bands: [Band]
    /// A band is kept until the value falls below its threshold by more than this.
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

    /// What of the element is compared with the thresholds.
    package enum Measure: Hashable, Sendable {
        /// The reading itself.
        case level
        /// The reading minus the lowest one of the window that ends with it, both ends included.
        case rise(window: Duration)
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
        drafter: PersonID
    ) {
        (self.id, self.hazard, self.measure, self.bands, self.hysteresis) = (id, hazard, measure, bands, hysteresis)
        (self.duration, self.clearAfter, self.lifetime) = (duration, clearAfter, lifetime)
        (self.automaticRelease, self.drafter) = (automaticRelease, drafter)
    }

    /// The band that `value` demands while `current` is in force; nil below the lowest.
    ///
    /// Bands up to the current colour are kept down to threshold − hysteresis.
    package func band(for value: Quantity, current: WarningColour?) -> Band? {
        bands.last { band in
            let kept = current.map { band.colour <= $0 } ?? false
            return value.millionths >= band.threshold.millionths - (kept ? hysteresis.millionths : 0)
        }
    }
}
