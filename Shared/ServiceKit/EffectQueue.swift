import MessageBus
import MessageSchema
import ServiceStore
import Synchronization

/// Between the service's thread and whoever performs effects: what is due goes out, what became of it comes back.
///
/// Bounded: at most `capacity` effects are out, `perLane` of one lane and one of a subject; the others stay in the table. What is out
/// when the process ends is handed out again by the next one. Nothing is handed out before someone performs.
package final class EffectQueue: Sendable {
    /// So many are out at once at the most, and so many of one lane.
    package static let capacity = 64
    package static let perLane = 4

    private struct Held {
        var isOpen = false
        /// Something changed since the table was looked at last.
        var isStale = true
        var out: [RecordID: PendingEffect] = [:]
        var lanes: [String: Int] = [:]
        var subjects: Set<String> = []
        var results: [(effect: RecordID, result: EffectResult)] = []
        var failures: [EffectFailure] = []
        var attempts: Int64 = 0
    }

    private let held = Mutex(Held())
    private let doorbell: Doorbell
    private let stream: (stream: AsyncStream<PendingEffect>, continuation: AsyncStream<PendingEffect>.Continuation)

    init(doorbell: Doorbell) {
        self.doorbell = doorbell
        stream = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(Self.capacity))
    }

    // MARK: who performs

    /// What is to be performed, as it becomes due; one reader.
    var effects: AsyncStream<PendingEffect> { stream.stream }

    /// Someone performs from now on.
    func open() {
        held.withLock { ($0.isOpen, $0.isStale) = (true, true) }
        doorbell.ring()
    }

    /// The effect has its result.
    func finish(_ effect: RecordID, _ result: EffectResult) {
        held.withLock { held in
            held.attempts += 1
            held.results.append((effect, result))
        }
        doorbell.ring()
    }

    /// The effect failed for now.
    func postpone(_ failure: EffectFailure) {
        held.withLock { held in
            held.attempts += 1
            held.failures.append(failure)
        }
        doorbell.ring()
    }

    // MARK: the service's thread

    /// How many are out.
    var depth: Int { held.withLock { $0.out.count } }
    /// How many attempts ended since the start.
    var attempts: Int64 { held.withLock { $0.attempts } }

    /// Lanes that take no more now; nil where nothing may be handed out, or, unless `anyway`, nothing changed since the last time.
    func fullLanes(anyway: Bool) -> [String]? {
        held.withLock { held in
            guard held.isOpen, anyway || held.isStale, held.out.count < Self.capacity else { return nil }
            held.isStale = false
            return held.lanes.filter { $0.value >= Self.perLane }.map(\.key).sorted()
        }
    }

    /// Hands out what is not out yet and has room.
    func hand(_ effects: [PendingEffect]) {
        for effect in effects {
            let isTaken = held.withLock { held in
                let row = effect.row
                guard held.out.count < Self.capacity, held.out[row.id] == nil, !held.subjects.contains(row.subject),
                    held.lanes[row.lane, default: 0] < Self.perLane
                else { return false }
                held.out[row.id] = effect
                held.lanes[row.lane, default: 0] += 1
                held.subjects.insert(row.subject)
                return true
            }
            // It has as many places as may be out.
            if isTaken { stream.continuation.yield(effect) }
        }
    }

    func takeFailures() -> [EffectFailure] {
        held.withLock { held in
            defer { held.failures = [] }
            return held.failures
        }
    }

    func takeResults() -> [(effect: RecordID, result: EffectResult)] {
        held.withLock { held in
            defer { held.results = [] }
            return held.results
        }
    }

    /// The intake is full: the result is offered again.
    func holdBack(_ effect: RecordID, _ result: EffectResult) {
        held.withLock { $0.results.append((effect, result)) }
    }

    /// What became of it is committed: there is room for another.
    func release(_ effect: RecordID) {
        held.withLock { held in
            guard let row = held.out.removeValue(forKey: effect)?.row else { return }
            let left = (held.lanes[row.lane] ?? 1) - 1
            held.lanes[row.lane] = left > 0 ? left : nil
            held.subjects.remove(row.subject)
            held.isStale = true
        }
    }

    /// New effects are committed.
    package func expectMore() { held.withLock { $0.isStale = true } }
}
