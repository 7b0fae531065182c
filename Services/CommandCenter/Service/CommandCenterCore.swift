import CommandCenterDomain
package import MessageSchema
package import ServiceKit
package import ServiceStore
import Vocabulary

/// Command center 应急指挥中心: sessions with the right people and cameras, one who speaks at a time, and who was there.
///
/// Terminals take part through the commands `center.command.terminal.*` and `center.command.floor.*`: that is the seam at
/// which SIP, GB/T 28181 and media attach later. A gateway turns a terminal's signalling into those commands (under a
/// person with the role `operator`) and calls terminals when it reads `center.participant.invited`.
package struct CommandCenterCore: ServiceCore {
    package static let name = ServiceName.commandCenter
    package static let subscriptions = [StreamName.dispatch]
    package static let migrations = CommandCenterRepository.migrations

    static let answer = "answer"
    static let floorLimit = "floor-limit"

    package let jurisdiction: String
    let roster: Roster
    let rules: SessionRules
    let roles: [PersonID: [String]]

    /// Reads `command-center.yaml`. Errors: `ConfigurationError` with file, line and remedy.
    package init(configuration: YAMLValue) throws {
        try configuration.allow(Self.keys)
        jurisdiction = try configuration.value("jurisdiction").parse("a division code") { DivisionCode($0)?.digits }
        roster = try configuration.roster()
        rules = try configuration.sessionRules()
        roles = try configuration.value("people").people()
    }

    /// Requests from dispatch, acts of terminals and of those who lead, unanswered calls and floor limits.
    package static func register(_ routes: inout Routes<CommandCenterCore>) {
        routes.on(SessionRequested.self) { core, message, turn in try core.open(message, turn) }
        routes.on(IncidentClosed.self) { core, message, turn in try core.endSessions(of: message.incident, turn) }
        routes.timer(answer) { core, turn in try core.repeatCall(turn) }
        routes.timer(floorLimit) { core, turn in try core.revokeFloor(turn) }
        registerTerminals(&routes)
        registerLeading(&routes)
    }

    // MARK: dispatch asks

    private func open(_ request: SessionRequested, _ turn: Turn) throws {
        guard !request.session.isEmpty, !request.incident.isEmpty else {
            throw MessageError.missing("session, incident")
        }
        guard !(request.roles + request.stations).contains("") else { throw MessageError.missing("roles, stations") }
        guard try CommandCenterRepository.session(request.session, turn.database) == nil else {
            throw InputError("duplicate-session", "session '\(request.session.prefix(128))' was opened before")
        }
        let list = roster.call(
            roles: request.roles,
            stations: request.stations.map { StationID($0) },
            camerasPerStation: Int(clamping: request.camerasPerStation)
        )
        let (session, effects) = Session.open(SessionID(request.session), calling: list, at: turn.now, by: rules)
        var message = SessionOpened()
        (message.session, message.incident) = (request.session, request.incident)
        message.invitees = list.callees.map(Invitee.init)
        message.chair = session.chair?.value ?? ""
        try turn.send(message, subject: request.session)
        try CommandCenterRepository.keep(session, of: request.incident, turn.database)
        for effect in effects { try tell(effect, session.id, turn) }
    }

    private func endSessions(of incident: String, _ turn: Turn) throws {
        for var session in try CommandCenterRepository.openSessions(of: incident, turn.database) {
            try save(session.end("incident-closed", at: turn.now), session, turn)
        }
    }

    // MARK: time passes

    /// The timer's subject is the session and the participant, joined by a space.
    private func repeatCall(_ turn: Turn) throws {
        guard let gap = turn.subject.lastIndex(of: " "),
            var session = try CommandCenterRepository.session(String(turn.subject[..<gap]), turn.database)
        else {
            throw InputError("unknown-session", "no session waits for an answer of '\(turn.subject.prefix(256))'")
        }
        let participant = ParticipantID(String(turn.subject[gap...].dropFirst()))
        try save(session.unanswered(participant, at: turn.now, by: rules), session, turn)
    }

    private func revokeFloor(_ turn: Turn) throws {
        guard var session = try CommandCenterRepository.session(turn.subject, turn.database) else {
            throw InputError("unknown-session", "no session '\(turn.subject.prefix(128))' has a floor")
        }
        try save(session.revokeFloor(at: turn.now, by: rules), session, turn)
    }

    /// Keeps the session, then tells what followed.
    func save(_ effects: [Session.Effect], _ session: Session, _ turn: Turn) throws {
        try CommandCenterRepository.update(session, turn.database)
        for effect in effects { try tell(effect, session.id, turn) }
    }
}
