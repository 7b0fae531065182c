import CommandCenterDomain
import MessageSchema
import ServiceKit
import Vocabulary

/// Who may give a command about a session.
private enum Authority {
    /// The participant's own person, or a gateway: a person with the role `operator`.
    case terminal
    /// The chair's person, or a duty officer.
    case leading
}

extension CommandCenterCore {
    static func registerTerminals(_ routes: inout Routes<CommandCenterCore>) {
        routes.command(TerminalRinging.self) { core, order, turn in
            try core.act(order.session, order.participant, .terminal, turn) { session, who throws(SessionRefusal) in
                try session.ring(who)
            }
        }
        routes.command(TerminalJoin.self) { core, order, turn in
            try core.act(order.session, order.participant, .terminal, turn) { session, who throws(SessionRefusal) in
                try session.join(who, at: turn.now)
            }
        }
        routes.command(TerminalDecline.self) { core, order, turn in
            try core.act(order.session, order.participant, .terminal, turn) { session, who throws(SessionRefusal) in
                try session.decline(who)
            }
        }
        routes.command(TerminalLeave.self) { core, order, turn in try core.leave(order, turn) }
        routes.command(RequestFloor.self) { core, order, turn in try core.requestFloor(order, turn) }
        routes.command(ReleaseFloor.self) { core, order, turn in
            try core.act(order.session, order.participant, .terminal, turn) { session, who throws(SessionRefusal) in
                try session.releaseFloor(who, at: turn.now, by: core.rules)
            }
        }
    }

    static func registerLeading(_ routes: inout Routes<CommandCenterCore>) {
        routes.command(InviteParticipant.self) { core, order, turn in
            let kind = try core.kind(of: order.participant)
            try core.act(order.session, order.participant, .leading, turn) { session, who throws(SessionRefusal) in
                try session.invite(who, kind, at: turn.now, by: core.rules)
            }
        }
        routes.command(ChangeChair.self) { core, order, turn in
            try core.act(order.session, order.participant, .leading, turn) { session, who throws(SessionRefusal) in
                try session.appoint(who)
            }
        }
        routes.command(EndSession.self) { core, order, turn in try core.end(order, turn) }
    }

    // MARK: commands with more in them

    /// Whoever leaves says so itself; one who is removed is removed by the chair or a duty officer.
    private func leave(_ order: TerminalLeave, _ turn: Turn) throws {
        let reason = try order.reason.checked()
        guard reason != .sessionEnded else {
            throw CommandRefusal("reason-not-allowed", "a session is ended by \(EndSession.type)")
        }
        let authority = reason == .removed ? Authority.leading : .terminal
        try act(order.session, order.participant, authority, turn) { session, who throws(SessionRefusal) in
            try session.leave(who, reason, at: turn.now, by: rules)
        }
    }

    private func requestFloor(_ order: RequestFloor, _ turn: Turn) throws {
        guard let priority = UInt8(exactly: order.priority) else {
            throw MessageError(.outOfRange, "priority \(order.priority) is not within 0 … 255")
        }
        try act(order.session, order.participant, .terminal, turn) { session, who throws(SessionRefusal) in
            try session.requestFloor(who, priority: priority, at: turn.now, by: rules)
        }
    }

    private func end(_ order: EndSession, _ turn: Turn) throws {
        guard !order.reason.isEmpty else { throw MessageError.missing("reason") }
        guard order.reason.utf8.count <= Limits.nameCharacters else {
            throw MessageError(.outOfRange, "a reason is a key of at most \(Limits.nameCharacters) characters")
        }
        var session = try session(order.session, turn)
        try authorise(.leading, in: session, turn)
        try save(
            refusing(session.id) { () throws(SessionRefusal) in try session.end(order.reason, at: turn.now) },
            session,
            turn
        )
    }

    // MARK: acting

    private func act(
        _ session: String,
        _ participant: String,
        _ authority: Authority,
        _ turn: Turn,
        _ body: (inout Session, ParticipantID) throws(SessionRefusal) -> [Session.Effect]
    ) throws {
        var session = try self.session(session, turn)
        _ = try kind(of: participant)
        let participant = ParticipantID(participant)
        try authorise(authority, of: participant, in: session, turn)
        let effects = try refusing(session.id) { () throws(SessionRefusal) in try body(&session, participant) }
        try save(effects, session, turn)
    }

    private func refusing(_ session: SessionID, _ body: () throws(SessionRefusal) -> [Session.Effect]) throws
        -> [Session.Effect]
    {
        do {
            return try body()
        } catch {
            throw CommandRefusal(error.rawValue, "session '\(session)' is not open to this act")
        }
    }

    private func session(_ id: String, _ turn: Turn) throws -> Session {
        guard let session = try CommandCenterRepository.session(id, turn.database) else {
            throw CommandRefusal("unknown-session", "there is no session '\(id.prefix(128))'")
        }
        return session
    }

    private func kind(of participant: String) throws -> Invitation.Kind {
        guard let kind = roster.kind(of: ParticipantID(participant)) else {
            throw CommandRefusal(
                "unknown-participant",
                "'\(participant.prefix(128))' is neither in the roster nor a camera; see command-center.yaml"
            )
        }
        return kind
    }

    private func authorise(
        _ authority: Authority,
        of participant: ParticipantID? = nil,
        in session: Session,
        _ turn: Turn
    ) throws {
        let (own, role): (ParticipantID?, String) =
            switch authority {
            case .terminal: (participant, "operator")
            case .leading: (session.chair, "duty-officer")
            }
        guard let actor = turn.actor,
            own.flatMap(roster.person) == actor.person || roles[actor.person]?.contains(role) ?? false
        else {
            throw CommandRefusal(
                "role-missing",
                "needs \(own.map { "the person of \($0) or " } ?? "")the role \(role); see command-center.yaml"
            )
        }
    }
}

extension LeaveReason {
    /// The reason; an error where it is unspecified or of a newer schema.
    fileprivate func checked() throws(MessageError) -> Invitation.Leaving {
        switch self {
        case .hungUp: .hungUp
        case .connectionLost: .connectionLost
        case .removed: .removed
        case .sessionEnded: .sessionEnded
        case .unspecified: throw .missing("reason")
        case .UNRECOGNIZED(let number): throw .unknown("reason", number)
        }
    }
}
