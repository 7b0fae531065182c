import Foundation
package import Logging
import MessageSchema
import ServiceLifecycle
import ServiceStore
import Vocabulary

/// Performs the effects of a service, several at once, each until it is done, refused for good, or given up.
///
/// What is under way when it is stopped is performed again after the next start, under the same key.
package struct EffectPort: DevicePort {
    let performers: [String: any EffectPerformer]
    let queue: EffectQueue
    let log: Logger

    /// `performers` by the kind of effect that each one does.
    package init(_ performers: [String: any EffectPerformer], intake: Intake, log: Logger) {
        (self.performers, queue, self.log) = (performers, intake.effects, log)
    }

    /// Performs until cancelled.
    package func run() async throws {
        queue.open()
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                // Not more than may be out.
                for await effect in queue.effects { group.addTask { await attempt(effect) } }
            }
        }
    }

    private func attempt(_ pending: PendingEffect) async {
        let row = pending.row
        guard WallClock.now() <= row.until else { return giveUp(pending, "too-late", "") }
        guard let performer = performers[row.kind] else { return giveUp(pending, "no-performer", "") }
        let outcome = await performer.perform(row)
        // Stopped in the midst of it: nobody knows what became of it.
        guard !Task.isCancelled else { return }
        switch outcome {
        case .done(let detail): finish(pending, .done, "", "", detail)
        case .failed(let reason, let detail): finish(pending, .failed, reason, "", detail)
        case .notNow(let reason, let after): tryAgain(pending, reason, after)
        }
    }

    private func tryAgain(_ pending: PendingEffect, _ reason: String, _ after: Duration?) {
        let (row, failures) = (pending.row, pending.failures + 1)
        let next = WallClock.now() + max(after ?? .zero, row.retry.wait(after: failures))
        log.info("effect failed for now", metadata: ["effect.lane": "\(row.lane)", "effect.reason": "\(reason)"])
        if failures >= row.retry.attempts { return giveUp(pending, "gave-up", reason) }
        if next > row.until { return giveUp(pending, "too-late", reason) }
        queue.postpone(EffectFailure(effect: row.id, failures: failures, next: next, reason: reason))
    }

    private func giveUp(_ pending: PendingEffect, _ reason: String, _ last: String) {
        finish(pending, .failed, reason, last, Data())
    }

    private func finish(
        _ pending: PendingEffect,
        _ state: EffectState,
        _ reason: String,
        _ last: String,
        _ detail: Data
    ) {
        let result = EffectResult(pending, state, reason: reason, last: last, detail: detail, at: WallClock.now())
        queue.finish(pending.row.id, result)
    }
}
