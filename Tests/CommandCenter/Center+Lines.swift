import Foundation
import MessageSchema
import ServiceKit
import Vocabulary

extension Center {
    /// What was told, one short line a record: the type's last word, the participant, what matters of it.
    static func lines(_ batch: Batch) throws -> [String] {
        try batch.records.map { try line(Envelope.decode($0.bytes)) }
    }

    private static func line(_ envelope: Envelope) throws -> String {
        let bytes = envelope.payload
        switch envelope.type {
        case SessionOpened.type:
            let opened = try SessionOpened.decode(bytes)
            let invitees = opened.invitees.map {
                $0.kind == .camera
                    ? "\($0.participant)(\($0.station),\($0.distanceMetres)m)" : "\($0.participant)(\($0.role))"
            }
            return "opened \(invitees.joined(separator: " ")) chair \(opened.chair)"
        case ParticipantInvited.type:
            let invited = try ParticipantInvited.decode(bytes)
            return "invited \(invited.participant) \(invited.attempt)"
        case ParticipantRinging.type: return "ringing \(try ParticipantRinging.decode(bytes).participant)"
        case ParticipantJoined.type:
            let joined = try ParticipantJoined.decode(bytes)
            return "joined \(joined.participant)" + (joined.returned ? " again" : "")
        case ParticipantLeft.type:
            let left = try ParticipantLeft.decode(bytes)
            return "left \(left.participant) \(left.reason)"
        case ParticipantFailed.type:
            let failed = try ParticipantFailed.decode(bytes)
            return "failed \(failed.participant) \(failed.reason)"
        case ChairChanged.type:
            let changed = try ChairChanged.decode(bytes)
            return "chair \(changed.previous) -> \(changed.chair) \(changed.reason)"
        default: return try floorOrEnd(envelope)
        }
    }

    private static func floorOrEnd(_ envelope: Envelope) throws -> String {
        let bytes = envelope.payload
        switch envelope.type {
        case FloorQueued.type:
            let queued = try FloorQueued.decode(bytes)
            return "queued \(queued.participant) \(queued.priority) at \(queued.position)"
        case FloorGranted.type:
            let granted = try FloorGranted.decode(bytes)
            return "granted \(granted.participant) \(granted.priority)"
        case FloorReleased.type:
            let released = try FloorReleased.decode(bytes)
            return "released \(released.participant) \(released.reason)"
        case SessionEnded.type:
            let ended = try SessionEnded.decode(bytes)
            return "ended \(ended.reason): " + ended.attendance.map(attendance).joined(separator: ", ")
        default: return "unexpected \(envelope.type)"
        }
    }

    /// Presences in seconds since the start.
    private static func attendance(_ attendance: Attendance) -> String {
        let stays = attendance.presences.map { presence in
            let ends = [presence.joinedUs, presence.leftUs].map { Instant(microseconds: $0) - start }
            return ends.map { "\($0.inSeconds)" }.joined(separator: "-")
        }
        return ([attendance.participant] + stays).joined(separator: " ")
    }
}
