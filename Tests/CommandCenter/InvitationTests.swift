import CommandCenterDomain
import Testing
import Vocabulary

@Suite struct InvitationTests {
    static let rules = SessionRules(ringingFor: .seconds(60), attempts: 2, preemptiveFrom: 200, floorLimit: .minutes(5))
    static let start = Instant(seconds: 1_000)
    static func at(_ seconds: Int64) -> Instant { start + .seconds(seconds) }

    /// What is done to an invitation, all of it at second 10.
    enum Act: CaseIterable { case ring, join, decline, leave, unanswered, invite, end }

    static func apply(_ act: Act, _ invitation: inout Invitation) throws(SessionRefusal) -> [Invitation.Effect] {
        switch act {
        case .ring: try invitation.ring()
        case .join: try invitation.join(at: at(10))
        case .decline: try invitation.decline()
        case .leave: try invitation.leave(.hungUp, at: at(10))
        case .unanswered: invitation.unanswered(at: at(10), by: rules)
        case .invite: try invitation.invite(at: at(10), by: rules)
        case .end: invitation.endSession(at: at(10))
        }
    }

    /// The invitation after `acts`, all of which must be accepted.
    static func after(_ acts: [Act]) throws -> Invitation {
        var (invitation, _) = Invitation.first("u-1", .person, at: start, by: rules)
        for act in acts { _ = try apply(act, &invitation) }
        return invitation
    }

    typealias Outcome = Result<[Invitation.Effect], SessionRefusal>
    struct Row: CustomTestStringConvertible {
        let state: String
        let path: [Act]
        /// In the order ring, join, decline, leave, unanswered, invite, end.
        let outcomes: [Outcome]
        var testDescription: String { state }
    }

    static let joins = Outcome.success([.joined(returned: false)])
    static let declines = Outcome.success([.failed(.declined)])
    static func calls(_ attempt: Int) -> Outcome { .success([.invited(attempt: attempt, answerBy: at(70))]) }
    static func fails(_ reason: Invitation.Failure) -> Outcome { .success([.failed(reason)]) }
    static func no(_ refusal: SessionRefusal) -> Outcome { .failure(refusal) }
    static let nothing = Outcome.success([])

    /// Worked out by hand from the states' description: two attempts, a failed or departed one may call back.
    static let table = [
        Row(
            state: "invited",
            path: [],
            outcomes: [
                .success([.ringing]), joins, declines, no(.notJoined), calls(2), no(.alreadyInvited),
                fails(.sessionEnded),
            ]
        ),
        Row(
            state: "ringing",
            path: [.ring],
            outcomes: [
                no(.alreadyRinging), joins, declines, no(.notJoined), calls(2), no(.alreadyInvited),
                fails(.sessionEnded),
            ]
        ),
        Row(
            state: "invited for the last time, having rung before",
            path: [.ring, .unanswered],
            outcomes: [
                .success([.ringing]), joins, declines, no(.notJoined), fails(.unreachable), no(.alreadyInvited),
                fails(.sessionEnded),
            ]
        ),
        Row(
            state: "ringing for the last time",
            path: [.unanswered, .ring],
            outcomes: [
                no(.alreadyRinging), joins, declines, no(.notJoined), fails(.noAnswer), no(.alreadyInvited),
                fails(.sessionEnded),
            ]
        ),
        Row(
            state: "joined",
            path: [.ring, .join],
            outcomes: [
                no(.alreadyJoined), no(.alreadyJoined), no(.alreadyJoined), .success([.left(.hungUp)]), nothing,
                no(.alreadyJoined), .success([.left(.sessionEnded)]),
            ]
        ),
        Row(
            state: "left",
            path: [.join, .leave],
            outcomes: [
                no(.notInvited), .success([.joined(returned: true)]), no(.notInvited), no(.notJoined), nothing,
                calls(1), nothing,
            ]
        ),
        Row(
            state: "declined",
            path: [.decline],
            outcomes: [no(.notInvited), joins, no(.notInvited), no(.notJoined), nothing, calls(1), nothing]
        ),
        Row(
            state: "unreachable",
            path: [.unanswered, .unanswered],
            outcomes: [no(.notInvited), joins, no(.notInvited), no(.notJoined), nothing, calls(1), nothing]
        ),
        Row(
            state: "session ended while in",
            path: [.join, .end],
            outcomes: [
                no(.notInvited), no(.notInvited), no(.notInvited), no(.notJoined), nothing, calls(1), nothing,
            ]
        ),
    ]

    @Test(arguments: table)
    func `every act in every state does what the table says, and a refused one changes nothing`(row: Row) throws {
        for (act, outcome) in zip(Act.allCases, row.outcomes) {
            let before = try Self.after(row.path)
            var invitation = before
            let found = Outcome { () throws(SessionRefusal) in try Self.apply(act, &invitation) }
            #expect(found == outcome, "\(row.state), \(act)")
            if case .failure = found { #expect(invitation == before, "\(row.state), \(act)") }
        }
    }

    @Test func `the first call waits for its answer as long as it may ring`() {
        let (_, effects) = Invitation.first("u-1", .person, at: Self.at(0), by: Self.rules)
        #expect(effects == [.invited(attempt: 1, answerBy: Self.at(60))])
    }

    @Test func `one who was removed joins only when called again, and then returns`() throws {
        var invitation = try Self.after([.join])
        _ = try invitation.leave(.removed, at: Self.at(20))
        #expect(throws: SessionRefusal.notInvited) { try invitation.join(at: Self.at(21)) }
        _ = try invitation.invite(at: Self.at(22), by: Self.rules)
        #expect(try invitation.join(at: Self.at(23)) == [.joined(returned: true)])
        _ = invitation.endSession(at: Self.at(30))
        #expect(
            invitation.presences == [
                .init(joined: Self.at(10), left: Self.at(20)), .init(joined: Self.at(23), left: Self.at(30)),
            ]
        )
    }
}
