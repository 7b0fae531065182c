package import MessageSchema

/// How often values fell below each bound: a Prometheus histogram.
package struct Histogram: Hashable, Sendable {
    /// Upper bounds in seconds, rising; what is above the last is counted in `count` only.
    package let bounds: [Double]
    /// Values at or below each bound and above the one before.
    package private(set) var counts: [UInt64]
    package private(set) var count: UInt64 = 0
    /// Sum of all values, in microseconds.
    package private(set) var sumMicroseconds: Int64 = 0

    package init(bounds: [Double]) {
        self.bounds = bounds
        counts = Array(repeating: 0, count: bounds.count)
    }

    /// Takes a duration in microseconds.
    package mutating func observe(microseconds: Int64) {
        count += 1
        sumMicroseconds += microseconds
        if let index = bounds.firstIndex(where: { Double(microseconds) / 1_000_000 <= $0 }) { counts[index] += 1 }
    }
}

/// What the service's thread counted since it started. A value: the thread owns one and shows copies.
package struct LoopMeter: Sendable {
    /// From 0.25 ms, a commit on a fast disk, to 5 s, where health ends.
    package static let commitBounds = [0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5]

    package private(set) var commits = Histogram(bounds: commitBounds)
    package private(set) var published: [StreamName: UInt64] = [:]
    /// By code.
    package private(set) var deadLetters: [String: UInt64] = [:]
    package private(set) var refusedCommands: UInt64 = 0

    package init() {}

    /// Counts one committed batch that took so long, handlers and commit included. An empty one is no work and not counted.
    package mutating func count(_ batch: Batch, microseconds: Int64) {
        guard !batch.outcomes.isEmpty else { return }
        commits.observe(microseconds: microseconds)
        for sent in batch.sent { published[sent.stream, default: 0] += UInt64(sent.count) }
        for outcome in batch.outcomes {
            switch outcome {
            case .handled, .duplicate, .keptBefore, .replied: break
            case .deadLetter(let code, _): deadLetters[code, default: 0] += 1
            case .answered(let answer): refusedCommands += answer.hasRefusal ? 1 : 0
            }
        }
    }
}
