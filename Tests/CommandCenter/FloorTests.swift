import CommandCenterDomain
import TestSupport
import Testing
import Vocabulary

@Suite struct FloorTests {
    static let rules = InvitationTests.rules
    static let now = Instant(seconds: 1_000)
    /// Five minutes after `now`.
    static let until = Instant(seconds: 1_300)

    static func ask(_ floor: inout Floor, _ participant: ParticipantID, _ priority: UInt8) throws(SessionRefusal)
        -> [Floor.Effect]
    {
        try floor.request(participant, priority: priority, at: now, by: rules)
    }

    static func granted(_ participant: ParticipantID, _ priority: UInt8) -> Floor.Effect {
        .granted(participant, priority: priority, until: until)
    }

    /// a speaks at 50; b (10), c (30) and d (10) wait.
    static func busy() throws -> Floor {
        var floor = Floor()
        for (participant, priority) in [("a", 50), ("b", 10), ("c", 30), ("d", 10)] as [(String, UInt8)] {
            _ = try ask(&floor, ParticipantID(participant), priority)
        }
        return floor
    }

    @Test func `a free floor is granted, and the others wait by priority, then in order of request`() throws {
        var floor = Floor()
        #expect(try Self.ask(&floor, "a", 50) == [Self.granted("a", 50)])
        #expect(try Self.ask(&floor, "b", 10) == [.queued("b", priority: 10, position: 1)])
        #expect(try Self.ask(&floor, "c", 30) == [.queued("c", priority: 30, position: 1)])
        #expect(try Self.ask(&floor, "d", 10) == [.queued("d", priority: 10, position: 3)])
        #expect(floor.queue.map(\.participant) == ["c", "b", "d"])
    }

    /// Worked out by hand on `busy`, whose queue is c, b, d.
    @Test func `the floor passes to the next when it is given back, left or revoked`() throws {
        var (released, left, revoked) = (try Self.busy(), try Self.busy(), try Self.busy())
        #expect(
            try released.release("a", at: Self.now, by: Self.rules) == [
                .released("a", .released), Self.granted("c", 30),
            ]
        )
        #expect(left.leave("a", at: Self.now, by: Self.rules) == [.released("a", .left), Self.granted("c", 30)])
        #expect(revoked.revoke(at: Self.now, by: Self.rules) == [.released("a", .revoked), Self.granted("c", 30)])
        #expect(released.queue.map(\.participant) == ["b", "d"])
    }

    @Test func `the last to speak leaves a free floor`() throws {
        var floor = Floor()
        _ = try Self.ask(&floor, "a", 0)
        #expect(floor.revoke(at: Self.now, by: Self.rules) == [.released("a", .revoked)])
        #expect(floor.holder == nil && floor.revoke(at: Self.now, by: Self.rules).isEmpty)
    }

    @Test func `one who waits may withdraw, and one who leaves loses its place untold`() throws {
        var floor = try Self.busy()
        #expect(try floor.release("b", at: Self.now, by: Self.rules) == [.withdrawn("b")])
        #expect(floor.leave("c", at: Self.now, by: Self.rules).isEmpty)
        #expect(floor.queue.map(\.participant) == ["d"] && floor.holder?.participant == "a")
    }

    @Test(arguments: [(199, 50, false), (200, 50, true), (255, 200, true), (200, 200, false), (210, 220, false)])
    func `only a pre-emptive and higher priority takes the floor`(priority: UInt8, held: UInt8, preempts: Bool) throws {
        var floor = Floor()
        _ = try Self.ask(&floor, "a", held)
        let expected: [Floor.Effect] =
            preempts
            ? [.released("a", .preempted), Self.granted("z", priority)]
            : [.queued("z", priority: priority, position: 1)]
        #expect(try Self.ask(&floor, "z", priority) == expected)
    }

    @Test func `the pre-empted one does not wait, but may ask again`() throws {
        var floor = try Self.busy()
        _ = try Self.ask(&floor, "z", 250)
        #expect(floor.queue.map(\.participant) == ["c", "b", "d"])
        #expect(try Self.ask(&floor, "a", 50) == [.queued("a", priority: 50, position: 1)])
    }

    @Test func `a repeated request and a release by one who has nothing are refused`() throws {
        var floor = try Self.busy()
        let before = floor
        #expect(throws: SessionRefusal.alreadyHoldsFloor) { try Self.ask(&floor, "a", 255) }
        #expect(throws: SessionRefusal.alreadyQueued) { try Self.ask(&floor, "b", 255) }
        #expect(throws: SessionRefusal.notFloorHolder) { try floor.release("z", at: Self.now, by: Self.rules) }
        #expect(floor == before)
    }

    @Test func `the end of the session takes the floor back and grants it to nobody`() throws {
        var floor = try Self.busy()
        #expect(floor.end() == [.released("a", .sessionEnded)])
        #expect(floor.holder == nil && floor.queue.isEmpty && floor.end().isEmpty)
    }
}
