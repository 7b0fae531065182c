import CommandCenterDomain
import MessageSchema
import ServiceKit
import Vocabulary

// From what a session decided to what stands on the stream, and to the timers.

extension CommandCenterCore {
    func tell(_ effect: Session.Effect, _ session: SessionID, _ turn: Turn) throws {
        switch effect {
        case .invitation(let participant, let effect): try tell(effect, of: participant, session, turn)
        case .floor(let effect): try tell(effect, session, turn)
        case .chairChanged(let previous, let chair, let reason):
            var message = ChairChanged()
            (message.session, message.previous) = (session.value, previous?.value ?? "")
            (message.chair, message.reason) = (chair.value, reason.rawValue)
            try turn.send(message, subject: session.value)
        case .ended(let reason, let attendance):
            var message = SessionEnded()
            (message.session, message.reason) = (session.value, reason)
            message.attendance = attendance.map(Attendance.init)
            try turn.send(message, subject: session.value)
        }
    }

    private func tell(
        _ effect: Invitation.Effect,
        of participant: ParticipantID,
        _ session: SessionID,
        _ turn: Turn
    ) throws {
        let waiting = "\(session) \(participant)"
        switch effect {
        case .invited(let attempt, let answerBy):
            var message = ParticipantInvited()
            (message.session, message.participant) = (session.value, participant.value)
            message.attempt = UInt32(clamping: attempt)
            try turn.send(message, subject: session.value)
            try turn.setTimer(Self.answer, subject: waiting, due: answerBy)
        case .ringing:
            var message = ParticipantRinging()
            (message.session, message.participant) = (session.value, participant.value)
            try turn.send(message, subject: session.value)
        case .joined(let returned):
            var message = ParticipantJoined()
            (message.session, message.participant) = (session.value, participant.value)
            message.returned = returned
            try turn.send(message, subject: session.value)
            try turn.cancelTimer(Self.answer, subject: waiting)
        case .left(let reason):
            var message = ParticipantLeft()
            (message.session, message.participant) = (session.value, participant.value)
            message.reason = LeaveReason(reason)
            try turn.send(message, subject: session.value)
        case .failed(let reason):
            var message = ParticipantFailed()
            (message.session, message.participant) = (session.value, participant.value)
            message.reason = FailReason(reason)
            try turn.send(message, subject: session.value)
            try turn.cancelTimer(Self.answer, subject: waiting)
        }
    }

    private func tell(_ effect: Floor.Effect, _ session: SessionID, _ turn: Turn) throws {
        switch effect {
        case .queued(let participant, let priority, let position):
            var message = FloorQueued()
            (message.session, message.participant) = (session.value, participant.value)
            (message.priority, message.position) = (UInt32(priority), UInt32(clamping: position))
            try turn.send(message, subject: session.value)
        case .granted(let participant, let priority, let until):
            var message = FloorGranted()
            (message.session, message.participant) = (session.value, participant.value)
            message.priority = UInt32(priority)
            try turn.send(message, subject: session.value)
            try turn.setTimer(Self.floorLimit, subject: session.value, due: until)
        case .released(let participant, let reason):
            try tellReleased(participant, FloorEnd(reason), session, turn)
            try turn.cancelTimer(Self.floorLimit, subject: session.value)
        case .withdrawn(let participant): try tellReleased(participant, .released, session, turn)
        }
    }

    private func tellReleased(
        _ participant: ParticipantID,
        _ reason: FloorEnd,
        _ session: SessionID,
        _ turn: Turn
    ) throws {
        var message = FloorReleased()
        (message.session, message.participant) = (session.value, participant.value)
        message.reason = reason
        try turn.send(message, subject: session.value)
    }
}

extension Invitee {
    init(_ callee: Callee) {
        self.init()
        participant = callee.participant.value
        switch callee.kind {
        case .person(let role): (kind, self.role) = (.person, role)
        case .camera(let station, let metres):
            (kind, self.station, distanceMetres) = (.camera, station.value, UInt32(clamping: metres))
        }
    }
}

extension Attendance {
    fileprivate init(_ attendance: Session.Attendance) {
        self.init()
        participant = attendance.participant.value
        presences = attendance.presences.map { stay in
            var presence = Presence()
            (presence.joinedUs, presence.leftUs) = (stay.joined.microseconds, stay.left.microseconds)
            return presence
        }
    }
}

extension LeaveReason {
    fileprivate init(_ reason: Invitation.Leaving) {
        self =
            switch reason {
            case .hungUp: .hungUp
            case .connectionLost: .connectionLost
            case .removed: .removed
            case .sessionEnded: .sessionEnded
            }
    }
}

extension FailReason {
    fileprivate init(_ reason: Invitation.Failure) {
        self =
            switch reason {
            case .declined: .declined
            case .noAnswer: .noAnswer
            case .unreachable: .unreachable
            case .notInRoster: .notInRoster
            case .sessionEnded: .sessionEnded
            }
    }
}

extension FloorEnd {
    fileprivate init(_ reason: Floor.Ending) {
        self =
            switch reason {
            case .released: .released
            case .preempted: .preempted
            case .left: .left
            case .revoked: .revoked
            case .sessionEnded: .sessionEnded
            }
    }
}
