package import Vocabulary

// What happens to a warning when time goes by and no reading comes, and after a person took it back.

extension WarningTrack {
    /// A colour that is not drafted for a while, nor any below it.
    package struct Mute: Hashable, Sendable, Codable {
        package let colour: WarningColour
        package let until: Instant
    }

    /// Takes the newest value as it is observed; what the rule's bands and schedule say of it decides.
    package mutating func evaluate(
        _ value: Quantity,
        observed: Instant,
        by rule: WarningRule,
        newWarning: @autoclosure () -> WarningID
    ) -> [Effect] {
        evaluate(
            demanding: rule.colour(for: value, at: observed, current: live?.colour),
            observed: observed,
            at: observed,
            by: rule,
            newWarning: newWarning()
        )
    }

    /// A person took `colour` back at `now`: where the rule re-alarms, it comes again after that time, and not only once another
    /// colour was demanded. Gives when.
    package mutating func mute(_ colour: WarningColour?, by rule: WarningRule, at now: Instant) -> Instant? {
        guard let after = rule.timing.realarmAfter, let colour else { return nil }
        rejected = nil
        let mute = Mute(colour: colour, until: now + after)
        muted = mute
        return mute.until
    }

    /// Whether raising to `target` is muted; a mute that is over is forgotten.
    mutating func isMuted(_ target: WarningColour?, at now: Instant) -> Bool {
        guard let muted else { return false }
        guard now < muted.until else {
            self.muted = nil
            return false
        }
        guard let target else { return false }
        return target <= muted.colour && live.map { target > $0.colour } ?? true
    }

    /// When the higher colour that has begun to hold is drafted though no reading comes; nil where it is not.
    package func raiseDue(by rule: WarningRule) -> Instant? {
        guard let wait = rule.timing.raiseOnSilence, let change, let colour = change.colour,
            live.map({ colour > $0.colour }) ?? true
        else { return nil }
        return change.since + rule.duration + wait
    }

    /// The time of `raiseDue` has come at `now`.
    package mutating func raise(by rule: WarningRule, at now: Instant, newWarning: @autoclosure () -> WarningID)
        -> [Effect]
    {
        guard let due = raiseDue(by: rule), due <= now, let colour = change?.colour else { return [] }
        change = nil
        return draft(colour, by: rule, newWarning: newWarning())
    }

    /// No reading demanded the colour for the rule's time: it falls by one, the lowest is cleared.
    package mutating func deescalate(by rule: WarningRule) -> [Effect] {
        guard let live else { return [] }
        change = nil
        guard let lower = rule.bands.last(where: { $0.colour < live.colour }) else { return clear() }
        return draft(lower.colour, by: rule, newWarning: live.warning)
    }

    /// The place had no reading for the rule's time.
    package mutating func clearOnSilence() -> [Effect] {
        change = nil
        return clear()
    }
}
