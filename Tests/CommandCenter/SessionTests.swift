import CommandCenterDomain
import TestSupport
import Testing
import Vocabulary

@Suite struct SessionTests {
    static let rules = InvitationTests.rules
    static let people: [ParticipantID] = ["u-1", "u-2", "u-3", "u-4"]
    static let cameras: [ParticipantID] = ["cam-1", "cam-2"]
    static func at(_ seconds: Int64) -> Instant { Instant(seconds: 1_000 + seconds) }

    static func open() throws -> Session {
        let place = try #require(Position(latitudeMicrodegrees: 0, longitudeMicrodegrees: 0, datum: .wgs84))
        let roster = Roster(
            members: people.prefix(3).map { .init(participant: $0, role: "post", person: PersonID("p" + $0.value)) },
            cameras: cameras.map { .init(participant: $0, position: place) },
            sites: [.init(station: "1522021001", position: place)],
            cameraRangeMetres: 10
        )
        let list = roster.call(roles: ["post"], stations: ["1522021001"], camerasPerStation: 2)
        return Session.open("S", calling: list, at: at(0), by: rules).0
    }

    // MARK: the chair

    @Test func `the first person called is the chair and keeps it while being called`() throws {
        var session = try Self.open()
        #expect(session.chair == "u-1")
        #expect(try session.join("u-2", at: Self.at(1)) == [.invitation("u-2", .joined(returned: false))])
        #expect(session.chair == "u-1")
    }

    @Test func `a chair who declines is followed by the first joined person in calling order`() throws {
        var session = try Self.open()
        _ = try session.join("u-3", at: Self.at(1))
        _ = try session.join("u-2", at: Self.at(2))
        _ = try session.join("cam-1", at: Self.at(2))
        #expect(
            try session.decline("u-1") == [
                .invitation("u-1", .failed(.declined)), .chairChanged(from: "u-1", to: "u-2", .declined),
            ]
        )
        // Whoever was the chair and comes later takes part, no more.
        #expect(try session.join("u-1", at: Self.at(9)) == [.invitation("u-1", .joined(returned: false))])
        #expect(session.chair == "u-2")
    }

    @Test func `while nobody is in, the next person to join takes the chair; a camera does not`() throws {
        var session = try Self.open()
        _ = session.unanswered("u-1", at: Self.at(60), by: Self.rules)
        _ = try session.ring("u-1")
        #expect(
            session.unanswered("u-1", at: Self.at(120), by: Self.rules) == [.invitation("u-1", .failed(.noAnswer))]
        )
        #expect(try session.join("cam-1", at: Self.at(121)) == [.invitation("cam-1", .joined(returned: false))])
        #expect(
            try session.join("u-3", at: Self.at(122)).last == .chairChanged(from: "u-1", to: "u-3", .noAnswer)
        )
    }

    @Test func `a chair who leaves gives back the floor and the chair, and an appointed one stays`() throws {
        var session = try Self.open()
        for person in ["u-1", "u-2", "u-3"] as [ParticipantID] { _ = try session.join(person, at: Self.at(1)) }
        #expect(try session.appoint("u-3") == [.chairChanged(from: "u-1", to: "u-3", .appointed)])
        _ = try session.requestFloor("u-3", priority: 9, at: Self.at(2), by: Self.rules)
        #expect(
            try session.leave("u-3", .connectionLost, at: Self.at(3), by: Self.rules) == [
                .invitation("u-3", .left(.connectionLost)), .floor(.released("u-3", .left)),
                .chairChanged(from: "u-3", to: "u-1", .left),
            ]
        )
        #expect(throws: SessionRefusal.notJoined) { try session.appoint("u-3") }
        #expect(throws: SessionRefusal.alreadyChair) { try session.appoint("u-1") }
        #expect(throws: SessionRefusal.notAPerson) { try session.appoint("cam-1") }
        #expect(throws: SessionRefusal.notInvited) { try session.appoint("u-4") }
    }

    // MARK: any walk

    @Test(arguments: 1...100 as ClosedRange<UInt64>)
    func `on any walk the floor, the chair and the attendance stay sound`(seed: UInt64) throws {
        var random = Seeded(seed)
        var session = try Self.open()
        var seen = Attendants()
        var now = Self.at(0)
        for _ in 0..<300 {
            now = now + .seconds(Int64.random(in: 0...40, using: &random))
            let before = session
            do {
                let effects = try Self.step(&session, at: now, &random)
                #expect(!before.isEnded || effects.isEmpty, "seed \(seed)")
                seen.take(effects, at: now, seed)
            } catch {
                #expect(session == before, "seed \(seed)")
                #expect(!before.isEnded || error == .sessionEnded, "seed \(seed)")
            }
            Self.check(session, seed)
        }
        if !session.isEnded { seen.take(try session.end("done", at: now), at: now, seed) }
        #expect(seen.reported?.map(\.participant) == session.invitations.map(\.participant), "seed \(seed)")
        for attendance in seen.reported ?? [] {
            let stays = seen.stays.filter { $0.who == attendance.participant }.map(\.stay)
            #expect(attendance.presences == stays, "seed \(seed)")
        }
    }

    /// Who was in, worked out from what was told alone.
    struct Attendants {
        var since: [(who: ParticipantID, joined: Instant)] = []
        var stays: [(who: ParticipantID, stay: Invitation.Presence)] = []
        var reported: [Session.Attendance]?

        mutating func take(_ effects: [Session.Effect], at now: Instant, _ seed: UInt64) {
            for effect in effects {
                switch effect {
                case .invitation(let who, .joined(let returned)):
                    #expect(returned == stays.contains { $0.who == who }, "seed \(seed)")
                    since.append((who, now))
                case .invitation(let who, .left):
                    guard let place = since.firstIndex(where: { $0.who == who }) else {
                        Issue.record("seed \(seed): \(who) left without having joined")
                        continue
                    }
                    stays.append((who, .init(joined: since.remove(at: place).joined, left: now)))
                case .invitation(_, .invited(let attempt, _)): #expect(attempt <= 2, "seed \(seed)")
                case .ended(_, let attendance): reported = attendance
                case .invitation, .floor, .chairChanged: break
                }
            }
        }
    }

    static func step(_ session: inout Session, at now: Instant, _ random: inout Seeded) throws(SessionRefusal)
        -> [Session.Effect]
    {
        let who = (people + cameras).randomElement(using: &random) ?? "u-1"
        let priority = UInt8.random(in: 0...255, using: &random)
        switch Int.random(in: 0..<90, using: &random) {
        case 0: return try session.end("done", at: now)
        case 1..<20: return try session.join(who, at: now)
        case 20..<30: return try session.ring(who)
        case 30..<35: return try session.decline(who)
        case 35..<45: return session.unanswered(who, at: now, by: rules)
        case 45..<60: return try session.requestFloor(who, priority: priority, at: now, by: rules)
        case 60..<66: return try session.releaseFloor(who, at: now, by: rules)
        case 66..<70: return session.revokeFloor(at: now, by: rules)
        case 70..<76: return try session.appoint(who)
        case 76..<82: return try session.invite(who, cameras.contains(who) ? .camera : .person, at: now, by: rules)
        default:
            let reason =
                [Invitation.Leaving.hungUp, .connectionLost, .removed].randomElement(using: &random) ?? .hungUp
            return try session.leave(who, reason, at: now, by: rules)
        }
    }

    static func check(_ session: Session, _ seed: UInt64) {
        let joined = session.invitations.filter { $0.isJoined && $0.kind == .person }.map(\.participant)
        let (holder, queue) = (session.floor.holder, session.floor.queue)
        let waiting = queue.map(\.participant)
        #expect(
            holder.map { joined.contains($0.participant) && !waiting.contains($0.participant) } ?? true,
            "seed \(seed)"
        )
        #expect(holder != nil || queue.isEmpty, "seed \(seed)")
        #expect(waiting.allSatisfy(joined.contains) && Set(waiting).count == waiting.count, "seed \(seed)")
        let inOrder = zip(queue, queue.dropFirst()).allSatisfy {
            $0.priority > $1.priority || ($0.priority == $1.priority && $0.order < $1.order)
        }
        #expect(inOrder, "seed \(seed)")
        for stays in session.invitations.map(\.presences) {
            #expect(stays.allSatisfy { $0.joined <= $0.left }, "seed \(seed)")
            #expect(zip(stays, stays.dropFirst()).allSatisfy { $0.left <= $1.joined }, "seed \(seed)")
        }
        let chair = session.invitations.first { $0.participant == session.chair }
        #expect(chair.map { $0.kind == .person } ?? false, "seed \(seed)")
        #expect(joined.isEmpty || chair.map { $0.isJoined || $0.isCalled } ?? false, "seed \(seed)")
        #expect(!session.isEnded || (holder == nil && joined.isEmpty), "seed \(seed)")
    }
}
