import Foundation
import Logging
import MessageBus
import MessageSchema
import ServiceKit
import ServiceStore
import SwiftProtobuf
import TestSupport
import Testing
import Vocabulary

/// What others send wrongly, over real sockets: named, counted, kept aside; the rest goes on and nothing is lost.
@Suite(.serialized) struct BadInputTests {
    let folder: TemporaryFolder
    let rig: LoopRig

    init() throws {
        folder = try TemporaryFolder()
        rig = try LoopRig(folder)
    }

    private func counter(_ name: String) throws -> Int64 {
        try rig.engine.store.read { try Ledgers.counters($0) }.first { $0.name == name }?.value ?? 0
    }

    @Test func `records that cannot be handled are kept aside, each with its code, and those around them are handled`()
        throws
    {
        let message = StreamWriter.expired("unseen")
        var drafted = WarningDrafted()
        drafted.content.colour = .UNRECOGNIZED(99)
        let writer = rig.writer
        try writer.write(StreamWriter.expired("first"))
        try writer.write(message) { $0.realm = "exercise:other" }
        try writer.write(message) {
            ($0.schemaVersion, $0.type) = (SchemaVersion.current + 1, "monitoring.of.tomorrow")
        }
        try writer.write(message) { $0.type = "monitoring.of.nobody" }
        try writer.write(drafted)
        try writer.write(message) { $0.payload = Data([0xFF]) }
        try writer.write(message) { $0.correlation = Data([1]) }
        try writer.write(StreamWriter.expired("last"))
        #expect(try rig.turn { try rig.runs.heard().contains("last") })
        #expect(try rig.runs.heard() == ["first", "last"])
        let codes = [
            "foreign-realm", "unsupported-version", "unknown-type", "unknown-value", "malformed-payload",
            "malformed-id",
        ]
        #expect(try rig.runs.codes().reversed() == codes)
        #expect(try counter("inputs.dead-letter") == 6 && counter("inputs.record") == 8)
        let warnings = rig.logged(.warning)
        #expect(warnings.count == 6 && zip(warnings, codes).allSatisfy { $0.contains("kept aside") && $0.contains($1) })
        #expect(try rig.journaled() == writer.written && rig.runs.replays())
    }

    @Test func `a record of a newer schema is handled as far as it is known`() throws {
        try rig.writer.write(StreamWriter.expired("newer")) { envelope in
            envelope.schemaVersion = SchemaVersion.current + 1
            // A field that this program does not know.
            envelope.payload += Data([0xFA, 0x3E, 0x01, 0x78])
        }
        // A type that is known and not this service's: newer or not, it is passed over.
        try rig.writer.write(StationSilent()) { $0.schemaVersion = SchemaVersion.current + 1 }
        try rig.writer.write(StreamWriter.expired("last"))
        #expect(try rig.turn { try rig.runs.heard().contains("last") })
        #expect(try rig.runs.heard() == ["newer", "last"] && rig.runs.codes() == [])
    }

    @Test func `frames that are no record, or too large for one, are dropped and what they hid is fetched`() throws {
        try rig.writer.write(StreamWriter.expired("first"))
        #expect(try rig.turn { try rig.runs.heard() == ["first"] })
        try rig.writer.publish(Data("no envelope".utf8))
        #expect(try rig.turn { rig.malformedFrames == 1 })
        try rig.writer.publish(message: Data("no list of records".utf8))
        #expect(try rig.turn { rig.malformedFrames == 2 })
        try rig.writer.publish(Data(count: Limits.recordBytes + 1))
        #expect(try rig.turn { rig.malformedFrames == 3 })
        try rig.writer.write(StreamWriter.expired("last"))
        #expect(try rig.turn { try rig.runs.heard() == ["first", "last"] })
        #expect(try rig.journaled() == rig.writer.written)
    }

    @Test func `a record that its writer keeps and nobody can read stops the service with the remedy`() throws {
        try rig.writer.write(StreamWriter.expired("first"))
        try rig.writer.write(StreamWriter.expired("spoilt")) { $0.id = Data([1]) }
        #expect { _ = try rig.turn { false } } throws: { error in
            guard let error = error as? BusError else { return false }
            return error.code == .chainBroken && error.message.contains("monitoring record 2")
                && error.message.contains("Restore")
        }
    }

    private func ask(_ change: (inout Command) -> Void = { _ in }) throws -> Reply {
        var (command, message) = (Command(), VerifyIncident())
        message.incident = "i-1"
        (command.id, command.type, command.realm) = ("c-1", VerifyIncident.type, "live")
        (command.actor.person, command.actor.role) = ("p-wang", "duty")
        command.payload = try message.serializedData()
        change(&command)
        return try #require(try rig.ask(.command(command)))
    }

    @Test func `commands that cannot be done are refused with the reason, and the next is done`() throws {
        var large = VerifyIncident()
        large.incident = String(repeating: "x", count: Limits.recordBytes)
        let payload = try large.serializedData()
        let refusals: [(String, (inout Command) -> Void)] = [
            ("unknown-type", { $0.type = "dispatch.command.nobody" }),
            ("foreign-realm", { $0.realm = "exercise:other" }),
            ("malformed-payload", { $0.payload = Data([0xFF]) }), ("missing-field", { $0.actor.person = "" }),
            ("oversized", { $0.payload = payload }),
        ]
        for (code, change) in refusals {
            let reply = try ask {
                $0.id = code
                change(&$0)
            }
            #expect(reply.answer.refusal.code == code && !reply.answer.refusal.message.isEmpty)
        }
        #expect(try ask { $0.id = String(repeating: "i", count: 65) }.refused.code == "malformed-command")
        #expect(try rig.runs.codes() == ["missing-field"] && rig.runs.heard() == [])
        #expect(try ask().answer.records.count == 1)
        #expect(try rig.runs.heard() == ["i-1"] && counter("inputs.external") == 7 && rig.runs.replays())
    }

    @Test func `requests that are none are counted or refused, one too large is not sent, and the next is served`()
        throws
    {
        try rig.send(Data([0xFF, 0xFF]))
        #expect(try rig.turn { rig.malformedFrames == 1 })
        #expect { try rig.send(Data(count: Limits.requestBytes + 1)) } throws: { ($0 as? BusError)?.code == .oversized }
        var step = Step()
        step.run = "r"
        #expect(try rig.ask(.step(step))?.refused.code == "not-in-lockstep")
        var wanted = CatchUp()
        wanted.stream = "stockpile"
        #expect(try rig.ask(.catchUp(wanted))?.refused.code == "unknown-stream")
        #expect(try ask().answer.records.count == 1)
    }
}
