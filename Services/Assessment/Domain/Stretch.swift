import Vocabulary

/// One key time as it was, against the plan's limit.
package struct Stretch: Hashable, Sendable {
    package let keyTime: KeyTime
    package let from: Moment
    /// Nil where it never happened.
    package let to: Moment?
    /// Above zero.
    package let limit: Duration

    package init(keyTime: KeyTime, from: Moment, to: Moment?, limit: Duration) {
        (self.keyTime, self.from, self.to, self.limit) = (keyTime, from, to, limit)
    }

    /// What the plan says of it.
    package enum Verdict: String, CaseIterable, Sendable {
        case met
        case exceeded
        case neverHappened = "never-happened"
    }

    /// From one decision to the other; nil where it never happened.
    package var elapsed: Duration? { to.map { $0.at - from.at } }

    /// The limit itself is still met.
    package var verdict: Verdict {
        guard let elapsed else { return .neverHappened }
        return elapsed <= limit ? .met : .exceeded
    }

    /// 0 … 10,000: whole within the limit, falling evenly to nothing at twice the limit, rounded half up.
    package var credit: Int64 {
        guard let elapsed else { return 0 }
        let (limit, spent) = (limit.inMicroseconds, elapsed.inMicroseconds)
        guard spent > limit else { return 10_000 }
        guard spent - limit < limit else { return 0 }
        return Int64((10_000 * (2 * Int128(limit) - Int128(spent)) + Int128(limit) / 2) / Int128(limit))
    }
}

/// How many clauses the plan put in force, and how many were met.
package struct ClauseCount: Hashable, Sendable {
    package let inForce: Int
    package let met: Int

    package init(inForce: Int, met: Int) { (self.inForce, self.met) = (inForce, met) }

    /// 0 … 10,000: the share that was met, rounded half up.
    var credit: Int64 { (10_000 * Int64(met) + Int64(inForce) / 2) / Int64(inForce) }
}

/// The incident's score: the mean of the credits, weighted. What nobody asked for counts neither way.
package enum Score {
    /// Hundredths of a point, 0 … 10,000, rounded half up; 0 where nothing counts.
    package static func hundredths(
        _ stretches: [Stretch],
        _ clauses: ClauseCount,
        weight: (KeyTime) -> Int,
        clauseWeight: Int
    ) -> Int {
        var parts = stretches.map { (weight: Int64(weight($0.keyTime)), credit: $0.credit) }
        if clauses.inForce > 0 { parts.append((Int64(clauseWeight), clauses.credit)) }
        let whole = parts.reduce(0) { $0 + $1.weight }
        guard whole > 0 else { return 0 }
        let earned = parts.reduce(0) { $0 + $1.weight * $1.credit }
        return Int((earned + whole / 2) / whole)
    }
}
