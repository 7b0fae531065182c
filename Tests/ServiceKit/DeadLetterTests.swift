import Foundation
import GRDB
import MessageSchema
import ServiceKit
import ServiceStore
import SwiftProtobuf
import TestSupport
import Testing

/// What people decide about inputs that were kept aside: journaled, and the same in a replay.
@Suite struct DeadLetterTests {
    let folder: TemporaryFolder
    let runs: FragileRuns
    let engine: Engine<FragileCore>

    init() throws {
        folder = try TemporaryFolder()
        runs = FragileRuns(path: folder.path + "/fragile.db")
        engine = try runs.begin().engine
    }

    private func take(_ arrival: Arrival) throws -> Outcome? {
        try engine.handle([arrival], at: FragileRuns.start).outcomes.last
    }

    /// The code with which the command is refused; nil where it is done.
    private func decide(_ type: String, _ message: some SwiftProtobuf.Message) throws -> String? {
        var command = Command()
        (command.id, command.type, command.realm) = (Epoch.draw(), type, "live")
        (command.actor.person, command.actor.role) = ("p-wang", "operator")
        command.payload = try message.serializedData()
        var input = ExternalInput()
        (input.channel, input.data) = (Arrival.commandChannel, try command.serializedData())
        guard case .answered(let answer) = try take(.external(input)) else { return "no answer" }
        return answer.hasRefusal ? answer.refusal.code : nil
    }

    private func retry(_ entry: Int64) throws -> String? {
        var message = RetryDeadLetter()
        message.journalEntry = UInt64(entry)
        return try decide(RetryDeadLetter.type, message)
    }

    private func drop(_ entry: Int64, _ reason: String) throws -> String? {
        var message = DropDeadLetter()
        (message.journalEntry, message.reason) = (UInt64(entry), reason)
        return try decide(DropDeadLetter.type, message)
    }

    private func keepAside(_ arrival: Arrival) throws -> Int64 {
        guard case .deadLetter = try take(arrival) else { throw Unexpected() }
        return try engine.store.read(Journal.length)
    }

    @Test func `a retry is refused while the input fails, and is done when it does not`() throws {
        let gauge = try keepAside(FragileCore.gauge("complain until mended"))
        let record = try keepAside(FragileRuns.records(["complain until mended"])[0])
        #expect(try retry(gauge) == "complaint" && retry(record) == "complaint")
        #expect(try runs.codes().count == 2 && runs.heard() == [])
        _ = try take(FragileCore.gauge("mended"))
        #expect(try retry(gauge) == nil && retry(record) == nil)
        #expect(try runs.heard() == ["mended", "complain until mended", "complain until mended"])
        #expect(try runs.codes() == [])
        #expect(try retry(gauge) == "unknown-dead-letter")
        #expect(try runs.replays())
    }

    @Test func `a drop wants a reason, and leaves the input in the journal`() throws {
        let entry = try keepAside(FragileCore.gauge("complain"))
        #expect(try drop(entry, "") == "no-reason")
        #expect(try drop(entry, "a test frame") == nil)
        #expect(try drop(entry, "again") == "unknown-dead-letter")
        #expect(try runs.codes() == [])
        let input = try #require(try engine.store.read { try Journal.entry(UInt64(entry), $0) })
        #expect(input.bytes == Data("complain".utf8))
        #expect(try runs.replays())
    }

    @Test func `what is not kept aside, or stands nowhere, cannot be retried`() throws {
        _ = try take(FragileCore.gauge("fine"))
        let handled = try engine.store.read(Journal.length)
        #expect(try retry(handled) == "unknown-dead-letter" && retry(handled + 99) == "unknown-dead-letter")
    }
}
