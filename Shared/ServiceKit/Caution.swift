import MessageSchema
import ServiceStore
import Vocabulary

/// After a fall: which inputs may be the one on which the service fell. They are handled one by one.
///
/// Nothing tells which inputs the fallen transaction held, but all of them come again. A value without clock and sockets.
struct Caution: Sendable {
    /// How many inputs from outside are suspected: as many as one transaction takes, for their senders repeat in any order.
    static let outside = Intake.batch

    /// A timer that felled the service was due by then.
    private let start: Instant
    private var outsideLeft = Self.outside
    /// Streams of which all that had waited is handled.
    private var past: Set<StreamName> = []

    init(start: Instant) { self.start = start }

    /// Whether the service may have fallen on it.
    func suspects(_ arrival: Arrival) -> Bool {
        switch arrival {
        case .record(let record): !past.contains(record.stream)
        case .external: outsideLeft > 0
        // They go together, for the position says that all before it is known.
        case .standing, .position: false
        case .timer(let timer): timer.due <= start
        }
    }

    /// A suspect was handled.
    mutating func handled(_ arrival: Arrival) {
        if case .external = arrival { outsideLeft -= 1 }
    }

    /// The records that had waited in `stream` are handled.
    mutating func pass(_ stream: StreamName) { past.insert(stream) }
}
