/// What a simulation does to its services, and what that leads to.
package enum Fault: String, CaseIterable, Sendable {
    // The network.
    case lost, doubled, delayed, reordered
    /// Not brought, for its way was cut.
    case cutOff = "cut off"
    /// Dropped, for its receiver did not read and the queue was full.
    case overflowed
    // A service's end.
    case stopped = "stopped in order"
    case killed
    case beforeCommit = "fell before a commit"
    case powerCut = "power cut within a commit"
    case beforePublication = "fell before publishing what is committed"
    case amidPublication = "fell amid publishing"
    case beforeAnswer = "fell before answering"
    // What a service meets with.
    case diskFull = "stopped by a full disk"
    case slow
    case clockForward = "clock set forward"
    case clockBack = "clock set back"
    // What its senders see.
    case turnedDown = "input turned down by a full queue"
    case unanswered = "input sent again"
    case fetched = "page of catch-up"
    // What becomes of texts.
    case textRefused = "text turned down by its gateway"
    case textUnheard = "gateway's answer lost"
}

/// How often each happened.
package struct FaultTally: Equatable, Sendable, CustomStringConvertible {
    private var counts: [Fault: Int] = [:]

    package init() {}

    package subscript(_ fault: Fault) -> Int {
        get { counts[fault, default: 0] }
        set { counts[fault] = newValue }
    }

    /// Adds what happened elsewhere.
    package mutating func add(_ other: FaultTally) { for fault in Fault.allCases { self[fault] += other[fault] } }

    /// The kinds that never happened.
    package var missing: [Fault] { Fault.allCases.filter { self[$0] == 0 } }

    package var description: String {
        Fault.allCases.map { "\($0.rawValue) \(self[$0])" }.joined(separator: ", ")
    }
}

extension Seeded {
    /// True in so many of a thousand cases.
    package mutating func chance(_ perMille: UInt64) -> Bool { next() % 1_000 < perMille }

    /// A number from the range, both ends included.
    package mutating func number(_ range: ClosedRange<Int64>) -> Int64 {
        range.lowerBound + Int64(next() % UInt64(range.upperBound - range.lowerBound + 1))
    }
}
