import Foundation
import GRDB
import MessageSchema
import ServiceKit
import ServiceStore
import TestSupport
import Vocabulary

/// What must hold of a suite at rest, whatever befell it. Each check gives what is wrong, in words; nothing where all holds.
struct Invariants {
    let suite: SimulatedSuite
    let story: Story

    /// All of them; D1 of those services only, for a replay takes the most of the time.
    func broken(replaying services: [ServiceName]) throws -> [String] {
        try transport() + onceEach() + answers() + deadLetters() + ledger() + replay(services)
    }

    /// D2: what each reader journaled is what the writer wrote, byte for byte, each once.
    func transport() throws -> [String] {
        try suite.nodes.flatMap { reader in
            try reader.subscriptions.compactMap { stream in
                let written = try suite.node(stream.writer).read { try Stored.outbox(stream, $0) }
                let journaled = try reader.read { try Stored.journaled(stream, $0) }
                guard written != journaled else { return nil }
                return
                    "D2: \(reader.name) journaled \(journaled.count) records of \(stream), written are \(written.count)"
            }
        }
    }

    /// D1: the journal, replayed, gives the same tables.
    func replay(_ services: [ServiceName]) throws -> [String] {
        try services.filter { try !suite.node($0).verify() }.map { "D1: the journal of \($0) replays to other tables" }
    }

    /// Each report and each command stands in the journal of its service once, and nothing else from outside does.
    func onceEach() throws -> [String] {
        try suite.nodes.flatMap { node in
            let journaled = try node.read { try Stored.inputs(.external, $0) }.map { Self.content($0.origin, $0.bytes) }
            let sent = story.whole.filter { $0.service == node.name }.map {
                Self.content($0.input.channel, $0.input.data)
            }
            return Self.onceEach(journaled, of: sent).map { "\(node.name): \($0)" }
        }
    }

    static func onceEach(_ journaled: [String], of sent: [String]) -> [String] {
        let counts = Dictionary(journaled.map { ($0, 1) }, uniquingKeysWith: +)
        let wrong = sent.filter { counts[$0, default: 0] != 1 }.map { "\($0) stands \(counts[$0, default: 0]) times" }
        return wrong + Set(journaled).subtracting(sent).sorted().map { "\($0) was never sent" }
    }

    /// A command is known by its id, for its service adds by which key it came.
    private static func content(_ channel: String, _ bytes: Data) -> String {
        guard channel == Arrival.commandChannel, let command = try? Command.decode(bytes) else {
            return "\(channel) \(bytes.map { String($0, radix: 16) }.joined(separator: " "))"
        }
        return "command \(command.id)"
    }

    /// Each command has one answer: the one that its sender got, however often it asked.
    func answers() throws -> [String] {
        let kept = try suite.nodes.flatMap { node in
            try node.read { db in
                try Row.fetchAll(db, sql: "SELECT command, bytes FROM answer").map { row in
                    (command: row["command"] as String, bytes: row["bytes"] as Data)
                }
            }
        }
        let got = (story.stage?.answers ?? []) + suite.people.flatMap(\.answers)
        var wrong = suite.people.flatMap(\.contradictions).map { "\($0) was answered in two ways" }
        if kept.count != got.count { wrong.append("\(got.count) answers were got and \(kept.count) are kept") }
        for one in got {
            let bytes = kept.filter { $0.command == one.command }.map(\.bytes)
            let isSame = try bytes.count == 1 && CommandAnswer.decode(bytes[0]) == one.answer
            if !isSame { wrong.append("\(one.command) got another answer than the one that is kept") }
        }
        return wrong
    }

    func deadLetters() throws -> [String] {
        try suite.nodes.flatMap { node in
            try node.read { try Ledgers.lastDeadLetters(20, $0) }.map {
                "\(node.name) kept aside \($0.code) \($0.message)"
            }
        }
    }

    /// Every lot's accounts sum to nothing, no store's shelf is below nothing, and balances are what the movements add up to.
    func ledger() throws -> [String] {
        try suite.node(.stockpile).read { db in
            try String.fetchAll(
                db,
                sql: """
                    SELECT 'lot ' || lot FROM balance GROUP BY lot HAVING sum(amount) <> 0
                    UNION ALL SELECT lot || ' on ' || account FROM balance WHERE account LIKE 'shelf/%' AND amount < 0
                    UNION ALL SELECT b.lot || ' on ' || b.account FROM balance b WHERE b.amount <>
                        (SELECT coalesce(sum(CASE WHEN m.debit = b.account THEN quantity ELSE -quantity END), 0)
                         FROM movement m WHERE m.lot = b.lot AND b.account IN (m.debit, m.credit))
                    """
            )
        }.map { "ledger: \($0) does not add up" }
    }

    /// What monitoring decided of the river, in the order of warnings: it hears no other service, so that nothing but its inputs
    /// may make a difference.
    func decisions() throws -> [String] {
        try suite.node(.monitoring).read { try Stored.outbox(.monitoring, $0) }.map { try Envelope.decode($0) }
            .filter { $0.type == WarningApproved.type }
            .map { "\($0.subject) \($0.payload.base64EncodedString())" }
            .sorted()
    }
}
