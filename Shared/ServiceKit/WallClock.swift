import Foundation
package import Vocabulary

/// The one place that reads the machine's clock.
package enum WallClock {
    /// Now, to the microsecond.
    package static func now() -> Instant {
        Instant(microseconds: Int64((Date().timeIntervalSince1970 * 1_000_000).rounded()))
    }
}
