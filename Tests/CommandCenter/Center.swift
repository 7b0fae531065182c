import CommandCenterService
import Foundation
import MessageSchema
import ServiceKit
import ServiceStore
import SwiftProtobuf
import TestSupport
import Testing
import Vocabulary

/// A command center on a real SQLite file, with the inputs of a test.
final class Center {
    static let session = "I.flash-flood.152202.202610010100/command-session"
    static let incident = "I.flash-flood.152202.202610010100"
    static let start = Instant(seconds: 1_790_784_000)
    static let configuration = """
        jurisdiction: "152202"
        people:
          - { person: p-sun, roles: [duty-officer] }
          - { person: p-gateway, roles: [operator] }
        roster:
          - { participant: u-zhao, role: commander, person: p-zhao }
          - { participant: u-he, role: hydrologist, person: p-he }
          - { participant: u-tang, role: medical, person: p-tang }
          - { participant: u-gao, role: fire-chief, person: p-gao }
        cameras:
          - { participant: cam-1, id: "15220200001320000001", position: [0.01, 0] }
          - { participant: cam-2, id: "15220200001320000002", position: [0.02, 0] }
        stations:
          - { id: "1522021001", position: [0, 0] }
          - { id: "1522021002", position: [5, 5] }
        camera_range_metres: 5000
        ringing_for: 60s
        attempts: 2
        preemptive_from: 200
        floor_limit: 5m
        """

    let folder: TemporaryFolder
    let store: ServiceStore
    let engine: Engine<CommandCenterCore>
    private var sequence: UInt64 = 0
    private var commands = 0

    init() throws {
        folder = try TemporaryFolder()
        store = try ServiceStore(
            path: folder.path + "/center.db",
            service: .commandCenter,
            realm: .live,
            epoch: "e",
            migrations: CommandCenterCore.migrations
        )
        engine = try Engine(store: store, configuration: Self.configuration, file: "c.yaml", now: Self.start)
    }

    static func at(_ seconds: Int64) -> Instant { start + .seconds(seconds) }

    /// Dispatch's request for a session of three posts and a camera; nobody is a diver.
    func request(at seconds: Int64, stations: [String] = ["1522021001"]) throws -> Batch {
        var message = SessionRequested()
        (message.session, message.incident) = (Self.session, Self.incident)
        message.roles = ["commander", "hydrologist", "medical", "diver"]
        (message.stations, message.camerasPerStation) = (stations, 1)
        return try record(message, at: seconds)
    }

    func close(at seconds: Int64) throws -> Batch {
        var message = IncidentClosed()
        message.incident = Self.incident
        return try record(message, at: seconds)
    }

    private func record(_ message: some StreamMessage, at seconds: Int64) throws -> Batch {
        sequence += 1
        let id = RecordID.input(channel: "test", content: Data("\(sequence)".utf8))
        var envelope = Envelope()
        (envelope.id, envelope.correlation, envelope.source) = (id.bytes, id.bytes, "dispatch")
        (envelope.type, envelope.subject) = (type(of: message).type, Self.session)
        (envelope.stream, envelope.epoch, envelope.sequence) = ("dispatch", "d", sequence)
        (envelope.previousHash, envelope.realm, envelope.schemaVersion) = (RecordHash.none.bytes, "live", 1)
        envelope.timeUs = Self.at(seconds).microseconds
        envelope.payload = try message.serializedData()
        return try engine.handle([.received(envelope.encoded())], at: Self.at(seconds))
    }

    /// A command of `person`; throws its refusal.
    @discardableResult
    func order<C: CommandMessage>(_ type: C.Type, by person: String, at seconds: Int64, _ fill: (inout C) -> Void)
        throws
        -> [String]
    {
        commands += 1
        var content = C()
        fill(&content)
        var command = Command()
        (command.id, command.type, command.realm) = ("c-\(commands)", C.type, "live")
        (command.actor.person, command.actor.role) = (person, "any")
        command.payload = try content.serializedData()
        var input = ExternalInput()
        (input.channel, input.data) = (Arrival.commandChannel, try command.serializedData())
        let batch = try engine.handle([.external(input)], at: Self.at(seconds))
        guard case .answered(let answer)? = batch.outcomes.first else {
            throw InputError("not-answered", "\(batch.outcomes)")
        }
        guard !answer.hasRefusal else { throw CommandRefusal(answer.refusal.code, answer.refusal.message) }
        return try Self.lines(batch)
    }

    func fire(at seconds: Int64) throws -> [String] { try Self.lines(engine.fireTimers(at: Self.at(seconds))) }

    func verify() throws -> Verification {
        try Engine<CommandCenterCore>.verify(store, scratch: folder.path + "/scratch.db")
    }
}
