import GRDB
package import MessageSchema
package import ServiceStore
package import Vocabulary

// What is kept of the service's own streams, and for whom. None of it is decided by, or decides, what the service does.

extension Engine {
    /// Takes some old rows of each stream away, as the policies say; gives what was done in streams where something was.
    ///
    /// A few rows a call: other work waits for no more than that. `hour` notes where the streams stand, by which age is told.
    package func retain(_ policies: RetentionPolicies, notingHour hour: Bool, at now: Instant) throws
        -> [(stream: StreamName, step: Retention.Step)]
    {
        try store.transaction { db in
            try Core.name.streams.compactMap { stream in
                if hour {
                    try Retention.note(stream, sequence: writer.streams.head(stream, db).sequence, at: now, db)
                }
                let policy = policies[stream]
                guard !policy.keepsAll else { return nil }
                let step = try Retention.step(stream, policy, now: now, stands: MessageCatalogue.stands, db)
                return step.removed > 0 ? (stream, step) : nil
            }
        }
    }

    /// Keeps how far others have read this service's streams.
    package func register(_ subscribers: [(stream: StreamName, subscriber: RegisteredSubscriber)]) throws {
        guard !subscribers.isEmpty else { return }
        try store.transaction { db in
            for (stream, subscriber) in subscribers { try Subscribers.keep(subscriber, of: stream, db) }
        }
    }

    /// Does what the command says of a subscriber that is gone for good; nil where it is another command.
    ///
    /// Forgetting one that is not there is done too: the list is operational, and a replay, which has none, must answer alike.
    /// Errors: `CommandRefusal` where no service has that name.
    func forgetSubscriber(_ command: Command, _ db: Database) throws -> Outcome? {
        guard command.type == ForgetSubscriber.type else { return nil }
        let order = try ForgetSubscriber.decode(command.payload)
        let stream = try StreamName(named: order.stream)
        guard let service = ServiceName(rawValue: order.service) else {
            throw CommandRefusal(
                "unknown-subscriber",
                "no service is called '\(order.service.shown(64))'; `fengsui status` names the subscribers"
            )
        }
        try Subscribers.forget(service, of: stream, db)
        var answer = CommandAnswer()
        answer.commandID = command.id
        return .answered(answer)
    }
}

extension MessageCatalogue {
    /// Whether the last record of that type and each subject stays readable when older ones go; a type that is not known does.
    static func stands(_ type: String) -> Bool {
        do throws(MessageError) { return try message(type).stands } catch { return true }
    }
}
