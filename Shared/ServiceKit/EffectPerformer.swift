package import Foundation
import MessageSchema
package import ServiceStore
import Vocabulary

/// What became of one attempt to do something outside.
package enum EffectAttempt: Hashable, Sendable {
    /// It is done; `detail` is what the other side said, for the handler.
    case done(detail: Data)
    /// Not now: it is tried again, not before `after` where the other side said so.
    case notNow(reason: String, after: Duration? = nil)
    /// Never: the other side refused for good.
    case failed(reason: String, detail: Data)
}

/// Does what a service wants done outside. Asynchronous, at the edge; it decides nothing.
///
/// `perform` may be called again for what was done before: the row's id is the idempotency key that the other side knows it by. It
/// returns within a time that it bounds itself, and early when its task is cancelled. Reasons are stable and hyphenated.
package protocol EffectPerformer: Sendable {
    /// Tries once.
    func perform(_ effect: EffectRow) async -> EffectAttempt
}

/// What a handler is told of an effect that it asked for: its end, once.
package struct EffectOutcome: Hashable, Sendable {
    /// Done, or failed for good.
    package enum Ending: Hashable, Sendable {
        case done
        /// For good; the reason is stable and hyphenated: the other side's, `too-late`, or `gave-up` after the last attempt.
        case failed(reason: String)
    }

    package let effect: EffectRow
    package let ending: Ending
    /// What the other side said: as it came, bounded by the performer.
    package let detail: Data
    /// How often it was attempted, with the last one.
    package let attempts: Int
    /// Why the last attempt but this one failed, where the ending is `gave-up` or `too-late`.
    package let last: String
}

extension EffectResult {
    /// The result as it is journaled.
    init(_ pending: PendingEffect, _ state: EffectState, reason: String, last: String, detail: Data, at time: Instant) {
        self.init()
        (effect, kind, self.state) = (pending.row.id.bytes, pending.row.kind, state)
        (self.reason, self.last, self.detail) = (reason, last, detail)
        (attempts, timeUs) = (UInt32(clamping: pending.failures + 1), time.microseconds)
    }

    /// How it ended. Errors: `MessageError` where the state is none that this program knows, or a failure has no reason.
    func ending() throws(MessageError) -> EffectOutcome.Ending {
        switch state {
        case .done: return .done
        case .failed:
            guard !reason.isEmpty else { throw MessageError(.missingField, "an effect that failed has a reason") }
            return .failed(reason: reason)
        case .unspecified, .UNRECOGNIZED: throw MessageError(.unknownValue, "an effect is done, or failed")
        }
    }
}
