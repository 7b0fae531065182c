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
        try transport() + onceEach() + answers() + texts() + receipts() + deadLetters() + ledger() + replay(services)
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
            let journaled = try node.read { try Stored.inputs(.external, $0) }
                .filter { $0.origin != Arrival.effectChannel }.map { Self.content($0.origin, $0.bytes) }
            var sent = story.whole.filter { $0.service == node.name }.map {
                Self.content($0.input.channel, $0.input.data)
            }
            if node.name == .monitoring {
                sent += suite.gateway.memory.told.map { Self.content($0.channel, $0.data) }
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

    /// Each text was taken by its gateway at least once, unless it was withdrawn; its end is journaled once, and told once.
    func texts() throws -> [String] {
        let monitoring = try suite.node(.monitoring)
        let asked = try monitoring.read { db in
            try Row.fetchAll(db, sql: "SELECT key, state FROM reach_message").map { ($0[0] as Data, $0[1] as Int) }
        }
        let withdrawn = try monitoring.read { db in
            try Set(Data.fetchAll(db, sql: "SELECT id FROM effect WHERE state = 'withdrawn'"))
        }
        let ends = try monitoring.read { try Stored.inputs(.external, $0) }
            .filter { $0.origin == Arrival.effectChannel }.map { try EffectResult.decode($0.bytes).effect }
        let sent = try monitoring.read { try Stored.outbox(.reach, $0) }.map { try Envelope.decode($0) }
            .filter { $0.type == ReachSent.type }.map { try ReachSent.decode($0.payload).message.key }
        return asked.flatMap { key, state -> [String] in
            let name = "text \(key.base64EncodedString())"
            let (ended, told) = (ends.count { $0 == key }, sent.count { $0 == key })
            if withdrawn.contains(key), state == 0 { return ended + told == 0 ? [] : ["\(name) ended and waits"] }
            let isTaken = suite.gateway.memory.taken[key, default: 0] > 0
            return (isTaken ? [] : ["\(name) was never taken"])
                + (state == 1 && ended == 1 && told == 1
                    ? [] : ["\(name) is \(state), ended \(ended) and told \(told) times"])
        }
    }

    /// Of each document that is open the largest crowd and the different persons of what was sent are counted: each receipt once, however
    /// often it came.
    func receipts() throws -> [String] {
        let monitoring = try suite.node(.monitoring)
        let documents = try monitoring.read { db in
            try Row.fetchAll(
                db,
                sql: "SELECT key, document FROM reach_message JOIN reach_document USING (document) WHERE is_open = 1"
            ).reduce(into: [Data: String]()) { $0[$1[0]] = $1[1] }
        }
        var expected: [String: (crowd: Int, persons: Set<String>)] = [:]
        for said in suite.gateway.memory.said {
            guard let document = documents[said.key] else { continue }
            let spot = "\(document) \(said.channel) \(said.place)"
            let known = expected[spot] ?? (0, [])
            expected[spot] = (max(known.crowd, said.people), known.persons.union(said.persons))
        }
        let counted = try monitoring.read { db in
            try Row.fetchAll(db, sql: "SELECT document, channel, place, crowd, persons FROM reach_channel").map { row in
                "\(row[0] as String) \(row[1] as String) \(row[2] as String): \(row[3] as Int) \(row[4] as Int)"
            }
        }
        let right = expected.map { "\($0): \($1.crowd) \($1.persons.count)" }
        return Set(counted).symmetricDifference(right).sorted().map { "receipts: \($0) is counted or sent, not both" }
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
