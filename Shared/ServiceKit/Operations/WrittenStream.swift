package import MessageSchema
package import ServiceStore
package import Vocabulary

/// Where a stream stands in the service that writes it.
package struct WrittenStream: Hashable, Sendable {
    package let stream: StreamName
    package let epoch: String
    /// The first sequence that is kept, and the last.
    package let first: UInt64
    package let head: UInt64
    /// Encoded records ever written to it, all together.
    package let bytes: UInt64
    /// Of these, those of records that are kept.
    package let keptBytes: UInt64
    /// For whom records are kept.
    package let subscribers: [RegisteredSubscriber]
    /// Over the last minute, or since the start.
    package let recordsPerSecond: Double

    package init(
        stream: StreamName,
        epoch: String,
        first: UInt64,
        head: UInt64,
        bytes: UInt64,
        keptBytes: UInt64,
        subscribers: [RegisteredSubscriber] = [],
        recordsPerSecond: Double
    ) {
        (self.stream, self.epoch, self.first, self.head) = (stream, epoch, first, head)
        (self.bytes, self.keptBytes, self.subscribers) = (bytes, keptBytes, subscribers)
        self.recordsPerSecond = recordsPerSecond
    }
}

/// How many records a second each stream gets: what was added within the last minute. A value without a clock.
package struct StreamRates: Sendable {
    /// What is looked back on, and how fine.
    static let (span, step) = (Duration.seconds(60), Duration.seconds(1))

    private var samples: [(at: Instant, heads: [StreamName: UInt64])] = []

    package init() {}

    /// Notes where the streams stand at `now`; at most once a second.
    package mutating func note(_ heads: [StreamName: UInt64], at now: Instant) {
        if let last = samples.last, now - last.at < Self.step, now >= last.at { return }
        // A clock that was set back makes what was noted worthless.
        if let last = samples.last, now < last.at { samples = [] }
        samples.append((now, heads))
        while samples.count > 2, now - samples[1].at >= Self.span { samples.removeFirst() }
    }

    /// Records a second of `stream`, which stands at `head`; 0 while nothing is known.
    package func perSecond(_ stream: StreamName, head: UInt64, at now: Instant) -> Double {
        guard let oldest = samples.first, let then = oldest.heads[stream], head >= then, now > oldest.at else {
            return 0
        }
        return Double(head - then) / (Double((now - oldest.at).inMicroseconds) / 1_000_000)
    }
}
