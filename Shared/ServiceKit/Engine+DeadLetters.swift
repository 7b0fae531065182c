import Foundation
import GRDB
import MessageSchema
import ServiceStore

// What people decide about inputs that were kept aside.

extension Engine {
    /// Does what the command says of a dead letter; nil where it is another command.
    ///
    /// Errors: `CommandRefusal` where there is no such letter, it cannot be handled again, or no reason is given. A retry is a new
    /// input: the letter's bytes are handled at the command's time, and what follows names the letter's input as its cause.
    func decideDeadLetter(_ command: Command, at entry: JournalEntry, _ db: Database) throws -> Outcome? {
        switch command.type {
        case RetryDeadLetter.type:
            let number = try RetryDeadLetter.decode(command.payload).journalEntry
            let letter = try deadLetter(number, db)
            try retry(letter, at: entry, db)
            try Ledgers.remove(deadLetter: number, db)
            aside.remove(letter.id)
        case DropDeadLetter.type:
            let drop = try DropDeadLetter.decode(command.payload)
            guard !drop.reason.isEmpty else { throw CommandRefusal("no-reason", "say why the input is not needed") }
            aside.remove(try deadLetter(drop.journalEntry, db).id)
            try Ledgers.remove(deadLetter: drop.journalEntry, db)
        default: return nil
        }
        var answer = CommandAnswer()
        answer.commandID = command.id
        return .answered(answer)
    }

    private func deadLetter(_ number: UInt64, _ db: Database) throws -> JournalEntry {
        guard try Ledgers.hasDeadLetter(number, db), let entry = try Journal.entry(number, db) else {
            throw CommandRefusal(
                "unknown-dead-letter",
                "no input of journal entry \(number) is kept aside; `fengsui dead-letters list` names those that are"
            )
        }
        return entry
    }

    private func retry(_ letter: JournalEntry, at entry: JournalEntry, _ db: Database) throws {
        let isCommand = letter.kind == .external && letter.origin == Arrival.commandChannel
        guard !isCommand, letter.kind != .timer else {
            throw CommandRefusal(
                "not-to-be-retried",
                isCommand ? "a command is sent again under a new id" : "a timer that fell is not due again; drop it"
            )
        }
        do {
            _ = try route(letter.again(at: entry.now), db)
        } catch let complaint where Self.isAboutInput(complaint) {
            throw Self.refusal(complaint)
        }
    }

    /// The same complaint, told to whoever asked for the retry; what it did is rolled back with the command.
    private static func refusal(_ complaint: any Error) -> CommandRefusal {
        switch complaint {
        case let error as InputError: CommandRefusal(error.code, "kept aside again: \(error.message)")
        case let error as MessageError: CommandRefusal(error.code.rawValue, "kept aside again: \(error.message)")
        case let error as CommandRefusal: error
        default: CommandRefusal("unknown", "\(complaint)")
        }
    }
}
