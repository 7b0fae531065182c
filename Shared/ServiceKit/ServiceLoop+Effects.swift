import MessageSchema
import ServiceStore
import SwiftProtobuf
import Vocabulary

// Between the loop and who performs effects.

extension ServiceLoop {
    /// Hands out what is due, and takes in what became of it. In lockstep nothing is performed: results stand in the recording.
    ///
    /// As timers, effects wait after a start until the streams are read up to where they stood: what waits in them may withdraw one.
    func performEffects(at now: Instant) throws {
        guard mode == .live else { return }
        let queue = intake.effects
        let failures = queue.takeFailures()
        if !failures.isEmpty {
            try engine.keep(failures)
            for failure in failures { queue.release(failure.effect) }
        }
        for (effect, result) in queue.takeResults() { try offer(result, of: effect) }
        // What failed for now becomes due by the clock alone: twice a second is often enough for that.
        let anyway = nextEffects.map { clock.steady() >= $0 } ?? true
        if anyway { nextEffects = clock.steady() + .milliseconds(500) }
        guard !holdsTimers, var waiting = queue.waiting(anyway: anyway) else { return }
        // However many wait behind one that is out, those of other lanes and subjects have their turn now.
        while true {
            let due = try engine.dueEffects(except: waiting, at: now, limit: Self.effectPage)
            guard queue.hand(due), due.count == Self.effectPage, let next = queue.waiting(anyway: true) else { return }
            waiting = next
        }
    }

    /// So many effects are looked at at once.
    private static var effectPage: Int { EffectQueue.capacity * 4 }

    private func offer(_ result: EffectResult, of effect: RecordID) throws {
        var input = ExternalInput()
        (input.channel, input.sender) = (Arrival.effectChannel, result.kind)
        input.data = try result.serializedData()
        let queue = intake.effects
        // Released after the commit: until then the table says that it is to be done.
        if !intake.offer(input, { _ in queue.release(effect) }) { queue.holdBack(effect, result) }
    }
}
