import Synchronization

/// What one port gives its connections at the most: whoever asks for more is closed, which is logged and counted.
package struct PortLimits: Sendable {
    /// A connection on which no sound frame came for so long is closed: half-open ones, and those that drip bytes.
    package var silence: Duration
    /// Connections at once; more are closed as they come.
    package var connections: Int
    /// Refused inputs in a row.
    package var refusals = 10
    /// Inputs of one connection whose commit is awaited: until then no more of it is read.
    package var waiting = 64
    /// Bytes of all connections that wait for more of their frame or message.
    package var heldBytes = 64 << 20

    package init(silence: Duration = .seconds(1_800), connections: Int = 1_000) {
        (self.silence, self.connections) = (silence, connections)
    }
}

/// Why a port closed a connection: the last word of its counter's name.
enum PortEnding: String {
    /// No sound frame came for too long.
    case silent
    /// Too many refused inputs in a row.
    case refused
    /// Too many connections.
    case crowded
    /// The service does not keep up: what was not taken the device sends again.
    case busy
    /// Too many bytes of all connections wait for more.
    case memory
    /// The socket's own error.
    case failed
}

/// What all connections of one port have together.
final class PortTally: Sendable {
    private struct Sums {
        var connections = 0
        var heldBytes = 0
    }

    private let sums = Mutex(Sums())

    /// Counts a connection more, or less; gives how many there are.
    func connections(_ change: Int) -> Int {
        sums.withLock { sums in
            sums.connections += change
            return sums.connections
        }
    }

    /// Counts held bytes more, or less; gives how many there are.
    func heldBytes(_ change: Int) -> Int {
        sums.withLock { sums in
            sums.heldBytes += change
            return sums.heldBytes
        }
    }
}
