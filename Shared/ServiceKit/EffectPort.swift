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
        // It has as many places as may be out.
        let (effects, continuation) = AsyncStream.makeStream(
            of: PendingEffect.self,
            bufferingPolicy: .bufferingOldest(EffectQueue.capacity)
        )
        queue.open { continuation.yield($0) }
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                // Not more than may be out.
                for await effect in effects { group.addTask { await attempt(effect) } }
            }
        }
    }

    private func attempt(_ pending: PendingEffect) async {
        let row = pending.row
        guard WallClock.now() <= row.until else { return refuse(pending, "too-late") }
        guard let performer = performers[row.kind] else { return refuse(pending, "no-performer") }
        let outcome = await performer.perform(row)
        // Stopped in the midst of it: nobody knows what became of it.
        guard !Task.isCancelled else { return }
        if case .notNow(let reason, _) = outcome {
            log.info("effect failed for now", metadata: ["effect.lane": "\(row.lane)", "effect.reason": "\(reason)"])
        }
        queue.settle(pending, outcome, at: WallClock.now())
    }

    private func refuse(_ pending: PendingEffect, _ reason: String) {
        queue.settle(pending, .failed(reason: reason, detail: Data()), at: WallClock.now())
    }
}
