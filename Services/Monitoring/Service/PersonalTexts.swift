import Foundation
import MessageSchema
import MonitoringDomain
import ServiceKit
import Vocabulary

// What a person wrote may tell of people. Records have its hash only; the text stands in one table until it is erased.

extension MonitoringCore {
    /// Keeps the text and gives its SHA-256; empty for an empty one. Errors: `CommandRefusal` beyond 2,000 bytes.
    func keep(text: String, _ turn: Turn) throws -> Data {
        guard !text.isEmpty else { return Data() }
        guard text.utf8.count <= 2_000 else {
            throw CommandRefusal("text-too-long", "a text has at most 2000 bytes; send the rest as a picture or a file")
        }
        let hash = RecordHash.of(Data(text.utf8)).bytes
        try GridRepository.keep(text: text, sha256: hash, turn.database)
        return hash
    }

    /// The same of a text that must be there. Errors: `CommandRefusal`.
    func keep(reason: String, _ turn: Turn) throws -> Data {
        guard !reason.isEmpty else { throw CommandRefusal("reason-missing", "say why") }
        return try keep(text: reason, turn)
    }

    /// One who works for the city takes a text out of the table. The command is journaled, so a replay takes it out too.
    func eraseText(_ order: EraseGridText, _ turn: Turn) throws {
        let grid = try requireGrid()
        let city = grid.tree.units.first { $0.level == .city }?.id
        guard let actor = turn.actor, let city, grid.works(actor.person).contains(city) else {
            throw CommandRefusal("role-missing", "one who works for the city erases texts")
        }
        guard try GridRepository.text(order.textSha256, turn.database) != nil else {
            throw CommandRefusal("unknown-text", "no text has that hash, or it was erased before")
        }
        try GridRepository.eraseText(order.textSha256, turn.database)
        var message = GridTextErased()
        message.textSha256 = order.textSha256
        try turn.send(message, subject: order.textSha256.map { String(format: "%02x", $0) }.joined())
    }
}

extension Data {
    /// Passes for nothing and for 32 bytes. Errors: `CommandRefusal` with code `bad-hash`.
    func requireHash(_ field: String) throws(CommandRefusal) {
        guard isEmpty || count == RecordHash.byteCount else {
            throw CommandRefusal("bad-hash", "\(field) is a SHA-256 of 32 bytes, this has \(count)")
        }
    }
}
