package import Vocabulary

// What time does to a warning where no reading does: it raises what held for long enough, lowers what nobody demanded, ends what nobody knows
// any more, and drafts anew what a person cancelled and the water still demands.

extension WarningTrack {
    /// The last reading, kept where time may act on it.
    struct Seen: Hashable, Sendable, Codable {
        /// What it demanded.
        let target: WarningColour?
        let observed: Instant
        /// When it was taken in.
        let at: Instant

        /// The same reading, as it still stands at `now`.
        func standing(at now: Instant) -> Seen { Seen(target: target, observed: observed + (now - at), at: now) }
    }

    /// What a track remembers for the sake of time.
    struct Past: Hashable, Sendable, Codable {
        var seen: Seen?
        /// When the live warning's colour was last demanded, in observation time.
        var demanded: Instant?
        /// What a person cancelled is not drafted again before that time.
        var muted: Mute?
    }

    struct Mute: Hashable, Sendable, Codable {
        let colour: WarningColour
        let until: Instant
    }

    /// When time will act next if nothing is read; nil where it will not.
    package func deadline(_ rule: WarningRule) -> Instant? {
        guard let seen = past.seen else { return nil }
        var deadlines: [Instant] = []
        func add(inObservation instant: Instant) { deadlines.append(seen.at + (instant - seen.observed)) }
        if let muted = past.muted, seen.target != nil || rule.measure == .silence { deadlines.append(muted.until) }
        if let change, change.colour.rank > (live?.own).rank {
            add(inObservation: change.since + rule.duration + rule.timing.grace)
        }
        if rule.measure == .silence, let next = nextSilence(rule) { deadlines.append(seen.at + next) }
        if live?.own != nil {
            if let after = rule.timing.deescalateAfter, let demanded = past.demanded {
                add(inObservation: demanded + after)
            }
            if let after = rule.timing.clearOnSilence { deadlines.append(seen.at + after) }
        }
        return deadlines.min()
    }

    /// How long a silence drafts the next higher colour, of those that nobody cancelled or turned down.
    private func nextSilence(_ rule: WarningRule) -> Duration? {
        let least = max((live?.own).rank, (past.muted?.colour).rank)
        return rule.bands.first { $0.colour.rawValue > least && !isRejected($0.colour) }
            .map { .microseconds($0.threshold.millionths) }
    }

    /// Nothing was read up to `now`. `newWarning` is the id of a warning that would begin now.
    package mutating func pass(to now: Instant, by rule: WarningRule, newWarning: @autoclosure () -> WarningID)
        -> [Effect]
    {
        guard let seen = past.seen else { return [] }
        let (standing, quiet) = (seen.standing(at: now), now - seen.at)
        // Nobody knows any more: neither what stands goes on, nor does what was muted until now begin again.
        if let limit = rule.timing.clearOnSilence, quiet >= limit {
            (past.seen, past.demanded, change) = (nil, nil, nil)
            return follow(nil, by: rule, newWarning: newWarning) { .silenced(warning: $0) }
        }
        if let muted = past.muted, now >= muted.until { past.muted = nil }
        let target = rule.measure == .silence ? silent(quiet, rule) : seen.target
        if target.rank > (live?.own).rank {
            // The reading that ends a duration may be on its way.
            let grace = rule.duration > .zero ? min(rule.timing.grace, quiet) : .zero
            let (held, own) = (seen.standing(at: now - grace), live?.own)
            let effects = demand(target, at: held, by: rule, newWarning: newWarning)
            if !effects.isEmpty || live?.own != own { past.demanded = standing.observed }
            keepIfNeeded(seen, rule)
            if !effects.isEmpty { return effects }
        }
        return lower(at: standing.observed, by: rule, newWarning: newWarning)
    }

    /// In whole seconds: millionths of them would leave no room for a silence of two months.
    private func silent(_ quiet: Duration, _ rule: WarningRule) -> WarningColour? {
        Quantity(quiet.inMicroseconds / 1_000_000, decimals: 0, .second).flatMap {
            rule.band(for: $0, current: live?.own)?.colour
        }
    }

    /// By one colour, where the rule's own one was not demanded for so long.
    private mutating func lower(at observed: Instant, by rule: WarningRule, newWarning: () -> WarningID) -> [Effect] {
        guard let own = live?.own, let after = rule.timing.deescalateAfter, let demanded = past.demanded,
            observed - demanded >= after
        else { return [] }
        change = nil
        // The lower colour has its time too.
        past.demanded = observed
        let below = rule.bands.last { $0.colour < own }
        if below == nil { past.seen = nil }
        return follow(below?.colour, by: rule, newWarning: newWarning) { .deescalated(warning: $0) }
    }

    // MARK: remembering

    mutating func remember(_ seen: Seen, _ rule: WarningRule) {
        if let own = live?.own, let target = seen.target, target >= own { past.demanded = seen.observed }
        if live?.own == nil { past.demanded = nil }
        keepIfNeeded(seen, rule)
    }

    /// A track on which time does not act remembers nothing: most readings then change nothing.
    private mutating func keepIfNeeded(_ seen: Seen, _ rule: WarningRule) {
        let timing = rule.timing
        let acts = timing.deescalateAfter != nil || timing.clearOnSilence != nil || timing.realarmAfter != nil
        let isRaising = (change?.colour).rank > (live?.own).rank
        let isNeeded = rule.measure == .silence || past.muted != nil || isRaising || (live?.own != nil && acts)
        past.seen = isNeeded ? seen : nil
    }

    // MARK: muting

    /// `colour` is what the rule demanded when a person ended the warning.
    mutating func mute(_ colour: WarningColour?, at now: Instant, _ rule: WarningRule) {
        past.muted = colour.flatMap { colour in
            rule.timing.realarmAfter.map { Mute(colour: colour, until: now + $0) }
        }
        past.demanded = nil
    }

    /// Whether a person cancelled what is demanded now, not long enough ago. Another demand, or none, ends it.
    mutating func isMuted(_ target: WarningColour?, at now: Instant) -> Bool {
        guard let muted = past.muted else { return false }
        if let target, target <= muted.colour, now < muted.until { return true }
        past.muted = nil
        return false
    }
}
