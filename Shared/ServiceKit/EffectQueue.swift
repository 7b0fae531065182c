import Foundation
import MessageBus
import MessageSchema
package import ServiceStore
import Synchronization
package import Vocabulary

/// Between the service's thread and whoever performs effects: what is due goes out, what became of it comes back.
///
/// Bounded: at most `capacity` effects are out, `perLane` of one lane and one of a subject; the others stay in the table. What is out
/// when the process ends is handed out again by the next one. Nothing is handed out before someone performs.
package final class EffectQueue: Sendable {
    /// So many are out at once at the most, and so many of one lane.
    package static let capacity = 64
    package static let perLane = 4

    private struct Held {
        /// Who performs; nil: nobody yet.
        var performer: (@Sendable (PendingEffect) -> Void)?
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

    init(doorbell: Doorbell) { self.doorbell = doorbell }

    // MARK: who performs

    /// Someone performs from now on: `performer` is given each effect as it becomes due, on the service's thread, and returns at once.
    package func open(_ performer: @escaping @Sendable (PendingEffect) -> Void) {
        held.withLock { ($0.performer, $0.isStale) = (performer, true) }
        doorbell.ring()
    }

    /// An attempt ended at `now`: the effect is done or failed for good, or is tried again later, as often as its `retry` says and until its time
    /// is over.
    package func settle(_ pending: PendingEffect, _ attempt: EffectAttempt, at now: Instant) {
        let row = pending.row
        switch attempt {
        case .done(let detail): finish(pending, .done, detail: detail, at: now)
        case .failed(let reason, let detail): finish(pending, .failed, reason, detail: detail, at: now)
        case .notNow(let reason, let after):
            let failures = pending.failures + 1
            let next = now + max(after ?? .zero, row.retry.wait(after: failures))
            if failures >= row.retry.attempts { return finish(pending, .failed, "gave-up", last: reason, at: now) }
            if next > row.until { return finish(pending, .failed, "too-late", last: reason, at: now) }
            let failure = EffectFailure(effect: row.id, failures: failures, next: next, reason: reason)
            held.withLock { held in
                held.attempts += 1
                held.failures.append(failure)
            }
            doorbell.ring()
        }
    }

    private func finish(
        _ pending: PendingEffect,
        _ state: EffectState,
        _ reason: String = "",
        last: String = "",
        detail: Data = Data(),
        at now: Instant
    ) {
        let result = EffectResult(pending, state, reason: reason, last: last, detail: detail, at: now)
        held.withLock { held in
            held.attempts += 1
            held.results.append((pending.row.id, result))
        }
        doorbell.ring()
    }

    // MARK: the service's thread

    /// How many are out.
    var depth: Int { held.withLock { $0.out.count } }
    /// How many attempts ended since the start.
    var attempts: Int64 { held.withLock { $0.attempts } }

    /// What has to wait now; nil where nothing may be handed out, or, unless `anyway`, nothing changed since the last time.
    func waiting(anyway: Bool) -> EffectsWaiting? {
        held.withLock { held in
            guard held.performer != nil, anyway || held.isStale, held.out.count < Self.capacity else { return nil }
            held.isStale = false
            let lanes = held.lanes.filter { $0.value >= Self.perLane }.map(\.key)
            return EffectsWaiting(lanes: lanes.sorted(), subjects: held.subjects.sorted())
        }
    }

    /// Hands out what is not out yet and has room; false where that is none.
    func hand(_ effects: [PendingEffect]) -> Bool {
        var isAny = false
        for effect in effects {
            let performer = held.withLock { held -> (@Sendable (PendingEffect) -> Void)? in
                let row = effect.row
                guard held.out.count < Self.capacity, held.out[row.id] == nil, !held.subjects.contains(row.subject),
                    held.lanes[row.lane, default: 0] < Self.perLane
                else { return nil }
                held.out[row.id] = effect
                held.lanes[row.lane, default: 0] += 1
                held.subjects.insert(row.subject)
                return held.performer
            }
            performer?(effect)
            isAny = isAny || performer != nil
        }
        return isAny
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
