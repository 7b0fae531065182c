import Foundation
import Logging
import MessageSchema
import ServiceKit
import ServiceStore
import TestSupport
import Testing

/// Where streams stand, as an operator asks and as the log tells.
@Suite struct StandingTests {
    private let folder: TemporaryFolder
    let rig: LoopRig

    init() throws {
        folder = try TemporaryFolder()
        rig = try LoopRig(folder, reporting: .zero)
    }

    private func ask(hearing: Bool = true) throws -> Status {
        try #require(try rig.ask(.status(StatusQuery()), hearing: hearing)).status
    }

    @Test func `a reader is behind for some time, then not; gaps, pages and dead letters are counted`() throws {
        try rig.writer.write(StreamWriter.expired("first"))
        #expect(try rig.turn { try rig.runs.heard() == ["first"] })
        #expect(try ask().cursors.first?.behindUs == 0)
        for name in ["second", "complain"] { try rig.writer.write(StreamWriter.expired(name)) }
        // The writer tells of them and does not answer: only its word is known.
        try rig.writer.beat()
        #expect(try rig.turn(hearing: false) { try ask(hearing: false).cursors.first?.head == 3 })
        let behind = try #require(try ask(hearing: false).cursors.first)
        #expect(behind.next == 2 && behind.behindUs > 0 && behind.pages > 0 && behind.epoch == "e")
        #expect(try rig.turn { try rig.runs.codes() == ["complaint"] })
        let status = try ask()
        let cursor = try #require(status.cursors.first)
        #expect(cursor.next == 4 && cursor.behindUs == 0 && cursor.deadLetters == 1)
        let written = try #require(status.streams.first)
        #expect(written.head.stream == "dispatch" && written.head.sequence == 2 && written.head.first == 1)
        let sent = try rig.engine.store.read { try Stored.outbox(.dispatch, $0) }
        #expect(written.bytes == UInt64(sent.reduce(0) { $0 + $1.count }))
    }

    @Test func `the log tells of every stream that is written or read`() throws {
        try rig.writer.write(StreamWriter.expired("first"))
        #expect(try rig.turn { try rig.runs.heard() == ["first"] })
        let isTold = try rig.turn {
            let written = rig.facts("stream written").contains { $0["stream.head"] == "1" && $0["stream.epoch"] == "e" }
            let read = rig.facts("stream read").contains { $0["stream.next"] == "2" && $0["stream.behind_s"] == "0.0" }
            return written && read
        }
        #expect(isTold)
    }
}
