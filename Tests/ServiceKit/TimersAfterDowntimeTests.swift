import Foundation
import Logging
import MessageSchema
import ServiceKit
import ServiceStore
import TestSupport
import Testing
import Vocabulary

/// A timer that came due while the service was away waits for what had been said meanwhile.
@Suite(.serialized) struct TimersAfterDowntimeTests {
    let folder: TemporaryFolder

    /// A service that set two timers, due at once, and went away.
    init() throws {
        folder = try TemporaryFolder()
        let (engine, _) = try FragileRuns(path: folder.path + "/fragile.db").begin()
        _ = try engine.handle([FragileCore.gauge("set a"), FragileCore.gauge("set b")], at: FragileRuns.start)
        try engine.end()
    }

    @Test func `a timer that a waiting record cancels does not fire, the other fires after it, at the clock's time`()
        throws
    {
        let rig = try LoopRig(folder)
        try rig.writer.write(StreamWriter.expired("cancel a"))
        // Nothing is known of the stream yet: both are due, none fires.
        for _ in 1...20 { try rig.turn(hearing: false) }
        #expect(try rig.runs.heard() == ["set a", "set b"])
        let before = WallClock.now()
        #expect(try rig.turn { try rig.runs.heard().count == 4 })
        #expect(try rig.runs.heard() == ["set a", "set b", "cancel a", "b"])
        #expect(rig.logged(.warning).isEmpty)
        let (fired, happened) = try rig.lastSent()
        // Both are kept: when it was due, and when it fired.
        #expect(fired >= before && happened == FragileRuns.start)
        #expect(try rig.runs.replays())
    }

    @Test func `a writer that is away does not hold timers for ever; the log says that they fire without it`() throws {
        let rig = try LoopRig(folder, timersHeld: .milliseconds(200))
        let (clock, before) = (ContinuousClock(), WallClock.now())
        let began = clock.now
        #expect(try rig.turn(hearing: false) { try rig.runs.heard().count == 4 })
        #expect(clock.now - began >= .milliseconds(150))
        #expect(try rig.runs.heard() == ["set a", "set b", "a", "b"])
        #expect(try rig.lastSent().decided >= before)
        let warnings = rig.logged(.warning).filter { $0.contains("timers fire before") }
        #expect(warnings.count == 1 && warnings.first?.contains("monitoring") == true)
    }

    @Test func `a stream that is empty, or read to its end, holds nothing`() throws {
        let rig = try LoopRig(folder)
        #expect(try rig.turn { try rig.runs.heard().count == 4 })
        #expect(rig.logged(.warning).isEmpty)
    }

    @Test func `after a fall the loop handles one by one only what waited at its start`() throws {
        _ = try FragileRuns(path: folder.path + "/fragile.db").begin()
        let rig = try LoopRig(folder)
        for name in ["one", "two"] { try rig.writer.write(StreamWriter.expired(name)) }
        #expect(try rig.turn { try rig.runs.heard().contains("two") && rig.engine.nextTimer() == nil })
        for name in ["three", "throw"] { try rig.writer.write(StreamWriter.expired(name)) }
        #expect(throws: Unexpected.self) { _ = try rig.turn { false } }
        // They came in one page: had they been handled one by one, the third would be committed.
        #expect(try rig.runs.heard().filter { ["one", "two", "three"].contains($0) } == ["one", "two"])
    }
}

extension LoopRig {
    /// When the last record was decided, and what time it names.
    fileprivate func lastSent() throws -> (decided: Instant, happened: Instant) {
        let page = try engine.store.read { try Outbox.page(.dispatch, from: 1, $0) }
        let envelope = try Envelope.decode(page[page.count - 1])
        return (Instant(microseconds: envelope.decidedUs), Instant(microseconds: envelope.timeUs))
    }
}
