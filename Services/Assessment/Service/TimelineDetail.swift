import MessageSchema
import Vocabulary

/// What a record says, in a few codes and figures; the page puts codes into its language.
enum TimelineDetail {
    /// Errors: `MessageError` where the record is of a schema that this program does not know.
    static func of(_ row: TimelineRow) throws -> [String] {
        if let content = try row.warningContent() { return try warning(content) }
        return try response(row) ?? supplies(row) ?? session(row) ?? []
    }

    private static func warning(_ content: WarningContent) throws -> [String] {
        // One that a person drafted has no value.
        guard content.drafter.isEmpty else { return [try content.colour.checked().name] + content.stations }
        let (value, threshold) = (try content.value.checked(), try content.threshold.checked())
        return [try content.colour.checked().name, "\(value) ≥ \(threshold)"] + content.stations
    }

    private static func response(_ row: TimelineRow) throws -> [String]? {
        switch row.type {
        case ObservationAccepted.type:
            let message = try ObservationAccepted.decode(row.payload)
            return ["\(try message.value.checked())"] + message.flags
        case ResponseLevelChanged.type:
            let message = try ResponseLevelChanged.decode(row.payload)
            return [
                try message.previous.checked()?.numeral ?? "none", "→", try message.level.checked()?.numeral ?? "none",
            ]
        case TaskCreated.type:
            let message = try TaskCreated.decode(row.payload)
            return message.capabilities + ["→", message.destination]
        case TaskAssigned.type:
            let message = try TaskAssigned.decode(row.payload)
            return message.verdicts.flatMap { [$0.team, word($0.verdict)] }
        case ShortfallReported.type:
            let message = try ShortfallReported.decode(row.payload)
            let missing = message.missing.map { "\($0.item) × \($0.quantity)" }
            return [message.clause, message.reason] + missing + [message.participant].filter { !$0.isEmpty }
        default: return nil
        }
    }

    private static func word(_ verdict: Verdict) -> String {
        switch verdict {
        case .chosen: "chosen"
        case .farther: "farther"
        case .lacksCapability: "lacks-capability"
        case .busy: "busy"
        case .noRoute: "no-route"
        case .offDuty: "off-duty"
        case .tooLate: "too-late"
        case .unspecified, .UNRECOGNIZED: "?"
        }
    }

    private static func supplies(_ row: TimelineRow) throws -> [String]? {
        switch row.type {
        case SuppliesRequested.type:
            let message = try SuppliesRequested.decode(row.payload)
            return message.lines.map { "\($0.item) × \($0.quantity)" } + ["→", message.destination]
        case SuppliesReserved.type:
            return try SuppliesReserved.decode(row.payload).lines.map { "\($0.store)/\($0.lot) × \($0.quantity)" }
        case ShortageReported.type:
            let message = try ShortageReported.decode(row.payload)
            return ["\(message.item): \(message.reserved) / \(message.wanted)"]
        case SuppliesShipped.type:
            let message = try SuppliesShipped.decode(row.payload)
            return [message.store, message.vehicle]
        case SuppliesReceived.type:
            let message = try SuppliesReceived.decode(row.payload)
            let counted = message.lines.map { "\($0.lot) × \($0.quantity)" }
            return [message.store] + counted
                + message.differences.map { "\($0.lot): \($0.counted) / \($0.shipped) \($0.reason)" }
        default: return nil
        }
    }

    private static func session(_ row: TimelineRow) throws -> [String]? {
        switch row.type {
        case SessionOpened.type: try SessionOpened.decode(row.payload).invitees.map(\.participant)
        case ParticipantInvited.type: [try ParticipantInvited.decode(row.payload).participant]
        case ParticipantJoined.type: [try ParticipantJoined.decode(row.payload).participant]
        case ParticipantLeft.type: [try ParticipantLeft.decode(row.payload).participant]
        case ParticipantFailed.type: [try ParticipantFailed.decode(row.payload).participant]
        case FloorGranted.type: [try FloorGranted.decode(row.payload).participant]
        case FloorReleased.type: [try FloorReleased.decode(row.payload).participant]
        case ChairChanged.type: [try ChairChanged.decode(row.payload).chair]
        default: nil
        }
    }
}
