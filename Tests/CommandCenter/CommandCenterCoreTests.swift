import CommandCenterService
import MessageSchema
import ServiceKit
import TestSupport
import Testing
import Vocabulary

/// Whole sessions through the engine; every expected line is worked out by hand from the rules in the configuration.
@Suite struct CommandCenterCoreTests {
    let center: Center

    init() throws { center = try Center() }

    func join(_ participant: String, by person: String, at seconds: Int64) throws -> [String] {
        try center.order(TerminalJoin.self, by: person, at: seconds) {
            ($0.session, $0.participant) = (Center.session, participant)
        }
    }

    func ring(_ participant: String, by person: String, at seconds: Int64) throws -> [String] {
        try center.order(TerminalRinging.self, by: person, at: seconds) {
            ($0.session, $0.participant) = (Center.session, participant)
        }
    }

    func decline(_ participant: String, by person: String, at seconds: Int64) throws -> [String] {
        try center.order(TerminalDecline.self, by: person, at: seconds) {
            ($0.session, $0.participant) = (Center.session, participant)
        }
    }

    func leave(_ participant: String, _ reason: LeaveReason, by person: String, at seconds: Int64) throws -> [String] {
        try center.order(TerminalLeave.self, by: person, at: seconds) {
            ($0.session, $0.participant, $0.reason) = (Center.session, participant, reason)
        }
    }

    func invite(_ participant: String, by person: String, at seconds: Int64) throws -> [String] {
        try center.order(InviteParticipant.self, by: person, at: seconds) {
            ($0.session, $0.participant) = (Center.session, participant)
        }
    }

    func ask(_ participant: String, _ priority: UInt32, by person: String, at seconds: Int64) throws -> [String] {
        try center.order(RequestFloor.self, by: person, at: seconds) {
            ($0.session, $0.participant, $0.priority) = (Center.session, participant, priority)
        }
    }

    func release(_ participant: String, by person: String, at seconds: Int64) throws -> [String] {
        try center.order(ReleaseFloor.self, by: person, at: seconds) {
            ($0.session, $0.participant) = (Center.session, participant)
        }
    }

    func chair(_ participant: String, by person: String, at seconds: Int64) throws -> [String] {
        try center.order(ChangeChair.self, by: person, at: seconds) {
            ($0.session, $0.participant) = (Center.session, participant)
        }
    }

    func end(_ reason: String, by person: String, at seconds: Int64) throws -> [String] {
        try center.order(EndSession.self, by: person, at: seconds) {
            ($0.session, $0.reason) = (Center.session, reason)
        }
    }

    @Test func `a session from its request to its end, and its journal replays to the same bytes`() throws {
        #expect(
            try Center.lines(center.request(at: 0)) == [
                "opened u-zhao(commander) u-he(hydrologist) u-tang(medical) cam-1(1522021001,1112m) chair u-zhao",
                "invited u-zhao 1", "invited u-he 1", "invited u-tang 1", "invited cam-1 1", "failed diver notInRoster",
            ]
        )
        #expect(try ring("u-zhao", by: "p-zhao", at: 10) == ["ringing u-zhao"])
        #expect(try decline("u-zhao", by: "p-zhao", at: 12) == ["failed u-zhao declined"])
        #expect(try ring("u-he", by: "p-gateway", at: 20) == ["ringing u-he"])
        #expect(try join("u-he", by: "p-he", at: 25) == ["joined u-he", "chair u-zhao -> u-he chair-declined"])
        #expect(try join("cam-1", by: "p-gateway", at: 30) == ["joined cam-1"])
        // Called at 0 and at 60; it rings only the second time.
        #expect(try center.fire(at: 60) == ["invited u-tang 2"])
        #expect(try ring("u-tang", by: "p-tang", at: 70) == ["ringing u-tang"])
        #expect(try center.fire(at: 119).isEmpty)
        #expect(try center.fire(at: 120) == ["failed u-tang noAnswer"])
        #expect(try leave("u-he", .connectionLost, by: "p-gateway", at: 200) == ["left u-he connectionLost"])
        #expect(try join("u-he", by: "p-he", at: 260) == ["joined u-he again"])
        #expect(try invite("u-zhao", by: "p-sun", at: 270) == ["invited u-zhao 1"])
        #expect(try join("u-zhao", by: "p-zhao", at: 275) == ["joined u-zhao"])
        try passTheFloor()
        #expect(try invite("u-gao", by: "p-he", at: 635) == ["invited u-gao 1"])
        #expect(
            try Center.lines(center.close(at: 640)) == [
                "released u-he sessionEnded", "left u-zhao sessionEnded", "left u-he sessionEnded",
                "left u-tang sessionEnded", "left cam-1 sessionEnded", "failed u-gao sessionEnded",
                "ended incident-closed: u-zhao 275-640, u-he 25-200 260-640, u-tang 310-640, cam-1 30-640, u-gao",
            ]
        )
        #expect(try center.fire(at: 10_000).isEmpty)
        #expect(try center.engine.nextTimer() == nil)
        let verification = try center.verify()
        #expect(verification.holds && verification.entries > 20, "\(verification)")
    }

    /// From 300 to 630: granted, queued, pre-empted, given back, revoked after five minutes, granted again.
    func passTheFloor() throws {
        #expect(try ask("u-zhao", 10, by: "p-zhao", at: 300) == ["granted u-zhao 10"])
        #expect(try ask("u-he", 50, by: "p-he", at: 305) == ["queued u-he 50 at 1"])
        #expect(try join("u-tang", by: "p-tang", at: 310) == ["joined u-tang"])
        #expect(
            try ask("u-tang", 220, by: "p-tang", at: 315) == ["released u-zhao preempted", "granted u-tang 220"]
        )
        #expect(try release("u-tang", by: "p-tang", at: 320) == ["released u-tang released", "granted u-he 50"])
        #expect(try ask("u-zhao", 1, by: "p-zhao", at: 330) == ["queued u-zhao 1 at 1"])
        #expect(try release("u-zhao", by: "p-zhao", at: 340) == ["released u-zhao released"])
        #expect(try center.fire(at: 619).isEmpty)
        #expect(try center.fire(at: 620) == ["released u-he revoked"])
        #expect(try ask("u-he", 50, by: "p-he", at: 630) == ["granted u-he 50"])
    }

    @Test func `one whose terminal never rings is unreachable after two calls`() throws {
        _ = try center.request(at: 0, stations: ["1522021002", "9999999999"])
        #expect(try center.fire(at: 60) == ["invited u-he 2", "invited u-tang 2", "invited u-zhao 2"])
        #expect(
            try center.fire(at: 120) == [
                "failed u-he unreachable", "failed u-tang unreachable", "failed u-zhao unreachable",
            ]
        )
    }

    @Test func `a station without a camera in range is told as not in the roster`() throws {
        let lines = try Center.lines(center.request(at: 0, stations: ["1522021002"]))
        #expect(lines.suffix(2) == ["failed diver notInRoster", "failed 1522021002 notInRoster"])
    }

    @Test func `the chair's person and a duty officer lead, and nobody else`() throws {
        _ = try center.request(at: 0)
        for (participant, person) in [("u-zhao", "p-zhao"), ("u-he", "p-he"), ("u-tang", "p-tang")] {
            _ = try join(participant, by: person, at: 5)
        }
        let refused = try #require(throws: CommandRefusal.self) { try chair("u-he", by: "p-he", at: 6) }
        #expect(refused.code == "role-missing")
        #expect(try chair("u-he", by: "p-zhao", at: 7) == ["chair u-zhao -> u-he appointed"])
        let former = try #require(throws: CommandRefusal.self) { try end("done", by: "p-zhao", at: 8) }
        #expect(former.code == "role-missing")
        #expect(try leave("u-tang", .removed, by: "p-he", at: 9) == ["left u-tang removed"])
        let removed = try #require(throws: CommandRefusal.self) { try join("u-tang", by: "p-tang", at: 10) }
        #expect(removed.code == "not-invited")
        #expect(try end("all-said", by: "p-sun", at: 11).last?.hasPrefix("ended all-said: u-zhao 5-11") ?? false)
        #expect(try Center.lines(center.close(at: 12)).isEmpty)
    }

    @Test func `a session is opened once; the second request is kept aside`() throws {
        _ = try center.request(at: 0)
        guard case .deadLetter(let code, _)? = try center.request(at: 1).outcomes.first else {
            Issue.record("not kept aside")
            return
        }
        #expect(code == "duplicate-session")
    }

    // MARK: refusals

    /// u-he is in and holds the floor, u-tang is in and waits, u-zhao is called, cam-1 is in; u-gao and cam-2 are not called.
    func underWay() throws {
        _ = try center.request(at: 0)
        _ = try join("u-he", by: "p-he", at: 1)
        _ = try join("u-tang", by: "p-tang", at: 1)
        _ = try join("cam-1", by: "p-gateway", at: 1)
        _ = try ask("u-he", 5, by: "p-he", at: 2)
        _ = try ask("u-tang", 5, by: "p-tang", at: 2)
    }

    @Test func `no timer waits for one who has answered, nor for a floor that is free`() throws {
        try underWay()
        _ = try decline("u-zhao", by: "p-zhao", at: 3)
        // Only u-he's floor, granted at 2, is timed: until 302.
        #expect(try center.engine.nextTimer() == Center.at(302))
        _ = try release("u-tang", by: "p-tang", at: 4)
        _ = try release("u-he", by: "p-he", at: 5)
        #expect(try center.engine.nextTimer() == nil)
    }

    func expect(_ code: String, _ body: () throws -> [String]) throws {
        let refused = try #require(throws: CommandRefusal.self) { try body() }
        #expect(refused.code == code)
        #expect(!refused.message.isEmpty)
    }

    @Test func `a terminal's command is refused by name`() throws {
        try underWay()
        try expect("role-missing") { try join("u-zhao", by: "p-he", at: 3) }
        try expect("role-missing") { try ring("u-zhao", by: "p-sun", at: 3) }
        try expect("role-missing") { try join("cam-1", by: "p-he", at: 3) }
        try expect("unknown-participant") { try join("u-nobody", by: "p-gateway", at: 3) }
        try expect("not-invited") { try join("u-gao", by: "p-gao", at: 3) }
        try expect("already-joined") { try join("u-he", by: "p-he", at: 3) }
        try expect("already-joined") { try decline("u-he", by: "p-he", at: 3) }
        try expect("not-joined") { try leave("u-zhao", .hungUp, by: "p-zhao", at: 3) }
        try expect("missing-field") { try leave("u-he", .unspecified, by: "p-he", at: 3) }
        try expect("unknown-value") { try leave("u-he", .UNRECOGNIZED(99), by: "p-he", at: 3) }
        try expect("reason-not-allowed") { try leave("u-he", .sessionEnded, by: "p-he", at: 3) }
        try expect("role-missing") { try leave("u-he", .removed, by: "p-he", at: 3) }
        let elsewhere = try #require(throws: CommandRefusal.self) {
            try center.order(TerminalJoin.self, by: "p-he", at: 3) { ($0.session, $0.participant) = ("S", "u-he") }
        }
        #expect(elsewhere.code == "unknown-session")
    }

    @Test func `a request for the floor is refused by name`() throws {
        try underWay()
        try expect("already-holds-floor") { try ask("u-he", 255, by: "p-he", at: 3) }
        try expect("already-queued") { try ask("u-tang", 255, by: "p-tang", at: 3) }
        try expect("not-joined") { try ask("u-zhao", 5, by: "p-zhao", at: 3) }
        try expect("not-invited") { try ask("u-gao", 5, by: "p-gao", at: 3) }
        try expect("not-a-person") { try ask("cam-1", 5, by: "p-gateway", at: 3) }
        try expect("out-of-range") { try ask("u-tang", 256, by: "p-tang", at: 3) }
        _ = try release("u-tang", by: "p-tang", at: 3)
        try expect("not-floor-holder") { try release("u-tang", by: "p-tang", at: 3) }
    }

    @Test func `a leader's command is refused by name, and everything is once the session has ended`() throws {
        try underWay()
        try expect("unknown-participant") { try invite("u-nobody", by: "p-sun", at: 3) }
        try expect("already-joined") { try invite("u-he", by: "p-sun", at: 3) }
        try expect("already-invited") { try invite("u-zhao", by: "p-zhao", at: 3) }
        try expect("already-chair") {
            _ = try join("u-zhao", by: "p-zhao", at: 3)
            return try chair("u-zhao", by: "p-zhao", at: 3)
        }
        try expect("missing-field") { try end("", by: "p-sun", at: 3) }
        try expect("out-of-range") { try end(String(repeating: "x", count: 129), by: "p-sun", at: 3) }
        try expect("role-missing") { try end("done", by: "p-gateway", at: 3) }
        _ = try end("done", by: "p-zhao", at: 4)
        try expect("session-ended") { try end("done", by: "p-zhao", at: 5) }
        try expect("session-ended") { try join("u-he", by: "p-he", at: 5) }
        try expect("session-ended") { try ask("u-he", 5, by: "p-he", at: 5) }
        try expect("session-ended") { try invite("u-gao", by: "p-sun", at: 5) }
        #expect(try center.verify().holds)
    }
}
