package import MessageSchema
import Synchronization
package import Vocabulary

/// How full a bounded queue is.
package struct QueueDepth: Hashable, Sendable {
    package let name: String
    package let depth: Int
    /// What it holds at the most.
    package let capacity: Int

    package init(name: String, depth: Int, capacity: Int) {
        (self.name, self.depth, self.capacity) = (name, depth, capacity)
    }
}

/// What a service's thread shows of itself: a copy, so that whoever reads it touches neither sockets nor database.
package struct ServiceState: Sendable {
    package let service: ServiceName
    package let realm: Realm
    package let startedAt: Instant
    /// When the thread last came round its loop.
    package let answeredAt: Instant
    /// The streams that are read.
    package var streams: [StreamStanding] = []
    /// The streams that are written, in name order.
    package var written: [WrittenStream] = []
    /// The last sequence of each stream that is written.
    package var heads: [StreamName: UInt64] {
        Dictionary(uniqueKeysWithValues: written.map { ($0.stream, $0.head) })
    }
    /// Records of `stream` that were ever kept aside.
    package func deadLetters(of stream: StreamName) -> Int64 { counters["inputs.dead-letter.\(stream.rawValue)"] ?? 0 }
    /// The store's counters by dotted name; they outlive the process.
    package var counters: [String: Int64] = [:]
    package var journalEntries: Int64 = 0
    package var queues: [QueueDepth] = []
    /// Frames that were no record and no request.
    package var malformedFrames: UInt64 = 0
    /// Connections that were turned away for their key.
    package var refusedPeers: UInt64 = 0
    package var meter = LoopMeter()

    package init(service: ServiceName, realm: Realm, startedAt: Instant, answeredAt: Instant) {
        (self.service, self.realm, self.startedAt, self.answeredAt) = (service, realm, startedAt, answeredAt)
    }
}

/// Where the service's thread puts its state and the HTTP edge finds it. Empty until the store is open.
package final class StateBoard: Sendable {
    private let state = Mutex<ServiceState?>(nil)

    package init() {}

    /// Replaces what is shown.
    package func show(_ new: ServiceState) { state.withLock { $0 = new } }

    /// What was shown last; nil before the first time.
    package var current: ServiceState? { state.withLock { $0 } }
}
