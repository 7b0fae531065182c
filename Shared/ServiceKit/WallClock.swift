import Foundation
package import Vocabulary

/// The one place that reads the machine's clock.
package enum WallClock {
    /// Now, to the microsecond.
    package static func now() -> Instant {
        Instant(microseconds: Int64((Date().timeIntervalSince1970 * 1_000_000).rounded()))
    }
}

/// The clocks that a service's thread looks at: what time it is, which people set, and how much of it passed.
package struct LoopClock: Sendable {
    /// The time of day: a person, or the network, may set it forward and back.
    package let wall: @Sendable () -> Instant
    /// Only goes forward.
    package let steady: @Sendable () -> ContinuousClock.Instant

    package init(
        wall: @escaping @Sendable () -> Instant,
        steady: @escaping @Sendable () -> ContinuousClock.Instant
    ) {
        (self.wall, self.steady) = (wall, steady)
    }

    /// This machine's.
    package static let machine = LoopClock(wall: WallClock.now, steady: { .now })
}
