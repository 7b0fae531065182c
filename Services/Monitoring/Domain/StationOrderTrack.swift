package import Vocabulary

/// One order to a station: kept until the station is heard, sent, and sent again until it is answered or given up.
///
/// A value: what happens and an instant go in, effects come out. Source: SL 651-2014, 6.3.1 (M4, query and answer) leaves the number of
/// repeats to the centre.
package struct StationOrderTrack: Hashable, Sendable {
    /// How long is waited for what.
    package struct Limits: Hashable, Sendable {
        /// From the order to its end, whatever becomes of it.
        package let keep: Duration
        /// From sending to sending again.
        package let answer: Duration
        /// How often it is sent at the most.
        package let attempts: Int

        package init(keep: Duration, answer: Duration, attempts: Int) {
            (self.keep, self.answer, self.attempts) = (keep, answer, attempts)
        }
    }

    /// Raw values are kept in a table.
    package enum State: String, Hashable, CaseIterable, Sendable {
        /// For the station to be heard.
        case waiting
        /// An answer is awaited.
        case sent
        case done
    }

    /// What is to be done and told.
    package enum Effect: Hashable, Sendable {
        case send
        case answered
        case failed(Failure)
    }

    /// Why an order came to nothing.
    package enum Failure: Hashable, Sendable {
        /// The station was not heard in time.
        case notHeard
        /// It was sent, and nothing came back.
        case noAnswer
        /// The station will not, or could not.
        case refused
    }

    package private(set) var state: State
    /// How often it was sent.
    package private(set) var attempts: Int
    /// When time acts on it next.
    package private(set) var due: Instant
    package let expires: Instant

    /// A new order.
    package init(orderedAt now: Instant, _ limits: Limits) {
        expires = now + limits.keep
        (state, attempts, due) = (.waiting, 0, expires)
    }

    /// An order as it was kept.
    package init(state: State, attempts: Int, due: Instant, expires: Instant) {
        (self.state, self.attempts, self.due, self.expires) = (state, attempts, due, expires)
    }

    /// The station was heard: an order that waits is sent.
    package mutating func heard(at now: Instant, _ limits: Limits) -> [Effect] {
        guard state == .waiting, attempts < limits.attempts, now < expires else { return [] }
        (state, attempts) = (.sent, attempts + 1)
        due = min(expires, now + limits.answer)
        return [.send]
    }

    /// Its answer came, asked for by the last sending or by one before.
    package mutating func answered() -> [Effect] { end(.answered) }

    /// The station said no.
    package mutating func refused() -> [Effect] { end(.failed(.refused)) }

    /// `due` is past.
    package mutating func timeUp(at now: Instant, _ limits: Limits) -> [Effect] {
        guard state != .done, now >= due else { return [] }
        guard state == .sent, attempts < limits.attempts, now < expires else {
            return end(.failed(attempts == 0 ? .notHeard : .noAnswer))
        }
        (state, due) = (.waiting, expires)
        return []
    }

    private mutating func end(_ effect: Effect) -> [Effect] {
        guard state != .done else { return [] }
        state = .done
        return [effect]
    }
}
