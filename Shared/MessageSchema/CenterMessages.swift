// Types of the center stream and the commands to its writer.

extension MessageCatalogue {
    static let centerMessages: [any StreamMessage.Type] = [
        SessionOpened.self,
        ParticipantInvited.self,
        ParticipantRinging.self,
        ParticipantJoined.self,
        ParticipantLeft.self,
        ParticipantFailed.self,
        ChairChanged.self,
        FloorQueued.self,
        FloorGranted.self,
        FloorReleased.self,
        SessionEnded.self,
    ]
    static let centerCommands: [any CommandMessage.Type] = [
        TerminalRinging.self,
        TerminalJoin.self,
        TerminalDecline.self,
        TerminalLeave.self,
        RequestFloor.self,
        ReleaseFloor.self,
        InviteParticipant.self,
        ChangeChair.self,
        EndSession.self,
    ]
}

extension SessionOpened: StreamMessage {
    package static let type = "center.session.opened"
    package static let stream = StreamName.center
}

extension ParticipantInvited: StreamMessage {
    package static let type = "center.participant.invited"
    package static let stream = StreamName.center
}

extension ParticipantRinging: StreamMessage {
    package static let type = "center.participant.ringing"
    package static let stream = StreamName.center
}

extension ParticipantJoined: StreamMessage {
    package static let type = "center.participant.joined"
    package static let stream = StreamName.center
}

extension ParticipantLeft: StreamMessage {
    package static let type = "center.participant.left"
    package static let stream = StreamName.center
}

extension ParticipantFailed: StreamMessage {
    package static let type = "center.participant.failed"
    package static let stream = StreamName.center
}

extension ChairChanged: StreamMessage {
    package static let type = "center.session.chair-changed"
    package static let stream = StreamName.center
}

extension FloorQueued: StreamMessage {
    package static let type = "center.floor.queued"
    package static let stream = StreamName.center
}

extension FloorGranted: StreamMessage {
    package static let type = "center.floor.granted"
    package static let stream = StreamName.center
}

extension FloorReleased: StreamMessage {
    package static let type = "center.floor.released"
    package static let stream = StreamName.center
}

extension SessionEnded: StreamMessage {
    package static let type = "center.session.ended"
    package static let stream = StreamName.center
}

extension TerminalRinging: CommandMessage {
    package static let type = "center.command.terminal.ringing"
    package static let service = ServiceName.commandCenter
}

extension TerminalJoin: CommandMessage {
    package static let type = "center.command.terminal.join"
    package static let service = ServiceName.commandCenter
}

extension TerminalDecline: CommandMessage {
    package static let type = "center.command.terminal.decline"
    package static let service = ServiceName.commandCenter
}

extension TerminalLeave: CommandMessage {
    package static let type = "center.command.terminal.leave"
    package static let service = ServiceName.commandCenter
}

extension RequestFloor: CommandMessage {
    package static let type = "center.command.floor.request"
    package static let service = ServiceName.commandCenter
}

extension ReleaseFloor: CommandMessage {
    package static let type = "center.command.floor.release"
    package static let service = ServiceName.commandCenter
}

extension InviteParticipant: CommandMessage {
    package static let type = "center.command.session.invite"
    package static let service = ServiceName.commandCenter
}

extension ChangeChair: CommandMessage {
    package static let type = "center.command.session.chair"
    package static let service = ServiceName.commandCenter
}

extension EndSession: CommandMessage {
    package static let type = "center.command.session.end"
    package static let service = ServiceName.commandCenter
}
