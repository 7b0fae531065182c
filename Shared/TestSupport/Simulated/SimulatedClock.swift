package import ServiceKit
import Synchronization
package import Vocabulary

/// The clocks of one simulated machine. Time passes for all machines alike; each may have its wall clock set.
package final class SimulatedClock: Sendable {
    private let passed = Mutex<Int64>(0)
    private let wall: Mutex<Instant>
    private let origin = ContinuousClock.now

    /// A machine that starts at that time of day.
    package init(_ start: Instant) { wall = Mutex(start) }

    /// Lets so many microseconds pass.
    package func advance(_ microseconds: Int64) {
        passed.withLock { $0 += microseconds }
        wall.withLock { $0 = $0 + .microseconds(microseconds) }
    }

    /// Somebody sets the wall clock forward or back.
    package func set(by jump: Duration) { wall.withLock { $0 = $0 + jump } }

    /// As a service's loop looks at them.
    package var loopClock: LoopClock {
        LoopClock(
            wall: { self.wall.withLock { $0 } },
            steady: { self.origin + .microseconds(self.passed.withLock { $0 }) }
        )
    }

    package var now: Instant { wall.withLock { $0 } }
}
