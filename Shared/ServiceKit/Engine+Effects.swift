import GRDB
import MessageSchema
package import ServiceStore
package import Vocabulary

// What is to be done outside, and what became of it.

extension Engine {
    /// Effects that are due, the oldest first, but for those that have to wait for others.
    package func dueEffects(except waiting: EffectsWaiting = EffectsWaiting(), at now: Instant, limit: Int) throws
        -> [PendingEffect]
    { try store.look { try Effects.due(at: now, except: waiting, limit: limit, $0) } }

    /// Keeps when the next attempts are due. What a service is told does not depend on it.
    package func keep(_ failures: [EffectFailure]) throws {
        try store.transaction { db in for failure in failures { try Effects.keep(failure, db) } }
    }

    /// Tells the handler of the effect's kind how it ended. A replay does the same with the result in the journal: nothing is performed.
    func routeEffect(_ entry: JournalEntry, _ db: Database) throws -> Outcome {
        let result = try EffectResult.decode(entry.bytes)
        guard let effect = try Effects.find(RecordID(result.effect), db), effect.kind == result.kind else {
            throw InputError("unknown-effect", "no such effect of kind '\(result.kind.prefix(64))' waits for a result")
        }
        guard let handler = routes.effects[effect.kind] else {
            throw InputError("unknown-effect-kind", "\(Core.name.rawValue) has no effect '\(effect.kind)'")
        }
        let outcome = EffectOutcome(
            effect: effect,
            ending: try result.ending(),
            detail: result.detail,
            attempts: Int(result.attempts),
            last: result.last
        )
        try Effects.remove(effect.id, db)
        let context = InputContext(
            now: entry.now,
            cause: entry.id,
            correlation: effect.correlation,
            happened: Instant(microseconds: result.timeUs),
            subject: effect.subject,
            actor: nil
        )
        try handler(core, outcome, turn(db, context))
        return .handled
    }

    /// An effect whose result is kept aside is not done again: a person decides.
    func setAsideEffect(of entry: JournalEntry, _ db: Database) throws {
        guard entry.kind == .external, entry.origin == Arrival.effectChannel,
            let result = try? EffectResult.decode(entry.bytes), let id = try? RecordID(result.effect)
        else { return }
        try Effects.setAside(id, db)
    }
}
