package import Foundation
package import MessageSchema
package import ServiceKit
import ServiceStore
import SwiftProtobuf
package import Vocabulary

/// Another service's stream as a test writes it: records with right sequence and hash, ready to be handled.
package final class StreamFeed {
    private let stream: StreamName
    private let realm: Realm
    private let name: String
    private var sequence: UInt64 = 0
    private var hash = RecordHash.none

    /// Feeds of other names write other records.
    package init(_ stream: StreamName, realm: Realm = .live, name: String = "test") {
        (self.stream, self.realm, self.name) = (stream, realm, name)
    }

    /// The next record of the stream, decided at `time`, by command of `actor` if one is named.
    package func record<M: StreamMessage>(
        _ message: M,
        subject: String,
        at time: Instant,
        by actor: Actor? = nil
    ) throws -> Arrival {
        sequence += 1
        let id = RecordID.input(channel: "\(name) \(stream.rawValue)", content: Data("\(sequence)".utf8))
        var envelope = Envelope()
        (envelope.id, envelope.source, envelope.type) = (id.bytes, stream.writer.rawValue, M.type)
        (envelope.subject, envelope.timeUs, envelope.decidedUs) = (subject, time.microseconds, time.microseconds)
        (envelope.stream, envelope.epoch, envelope.sequence) = (stream.rawValue, "e", sequence)
        (envelope.previousHash, envelope.correlation) = (hash.bytes, id.bytes)
        (envelope.realm, envelope.jurisdiction) = (realm.description, "152202")
        (envelope.classification, envelope.schemaVersion) = (.internal, SchemaVersion.current)
        if let actor { envelope.actor = WireActor(actor) }
        envelope.payload = try message.serializedData()
        let bytes = try envelope.encoded()
        hash = .of(bytes)
        return try .received(bytes)
    }
}

extension Arrival {
    /// A record as its reader takes it for the next of its stream.
    package static func received(_ bytes: Data) throws -> Arrival {
        .record(ReceivedRecord(header: try RecordHeader(bytes), bytes: bytes, hash: .of(bytes)))
    }
}

/// A person's command as it reaches a service.
package enum TestCommand {
    /// The command as an external input.
    package static func arrival<C: CommandMessage>(
        _ message: C,
        id: String,
        by person: String,
        role: String = "any",
        realm: Realm = .live
    ) throws -> Arrival {
        var command = Command()
        (command.id, command.type, command.realm) = (id, C.type, realm.description)
        (command.actor.person, command.actor.role) = (person, role)
        command.payload = try message.serializedData()
        var input = ExternalInput()
        input.channel = Arrival.commandChannel
        input.data = try command.serializedData()
        return .external(input)
    }
}

extension Batch {
    /// The messages of type `M` among the records, in order.
    package func messages<M: StreamMessage>(_: M.Type) throws -> [M] {
        try self.records.map { try Envelope.decode($0.bytes) }.filter { $0.type == M.type }.map {
            try M.decode($0.payload)
        }
    }

    /// The types of the records, in order.
    package var types: [String] {
        get throws { try records.map { try Envelope.decode($0.bytes).type } }
    }

    /// The code of the last command's refusal; nil where it was done.
    package var refusal: String? {
        guard case .answered(let answer)? = outcomes.last, answer.hasRefusal else { return nil }
        return answer.refusal.code
    }
}
