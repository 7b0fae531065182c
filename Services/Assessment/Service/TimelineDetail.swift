import MessageSchema
import Vocabulary

/// What a record says, in a few codes and figures; the page puts codes into its language.
enum TimelineDetail {
    /// Errors: `MessageError` where the record is of a schema that this program does not know.
    static func of(_ row: TimelineRow) throws -> [String] {
        if let content = try row.warningContent() { return try warning(content) }
        return try response(row) ?? supplies(row) ?? session(row) ?? reach(row) ?? []
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

    // MARK: who was reached

    private static func reach(_ row: TimelineRow) throws -> [String]? {
        switch row.type {
        case ReachSent.type:
            let message = try ReachSent.decode(row.payload).message
            return [message.channel, "→", message.division] + message.places
        case ReachFailed.type:
            let failed = try ReachFailed.decode(row.payload)
            let place = failed.place.isEmpty ? failed.message.division : failed.place
            return [failed.message.channel, "→", place, failed.reason, failed.last].filter { !$0.isEmpty }
        case ReachDelivered.type:
            let message = try ReachDelivered.decode(row.payload)
            return [message.channel, message.place, "\(message.reached) / \(message.population)"]
        case ReachAcknowledged.type:
            let message = try ReachAcknowledged.decode(row.payload)
            return [message.channel, message.place, message.person] + (message.told > 0 ? ["× \(message.told)"] : [])
        case ReachCoverage.type:
            let message = try ReachCoverage.decode(row.payload)
            let stage = [word(message.stage), "\(message.reached) / \(message.population)"]
            return stage + ["\(message.targetPercent) %", message.met ? "met" : "not-met"]
                + message.places.map(share)
        case ReachShort.type:
            let message = try ReachShort.decode(row.payload)
            return ["\(message.reached) / \(message.population)", "\(message.targetPercent) %"]
                + message.places.map(share) + message.channels
        default: return nil
        }
    }

    private static func share(_ place: ReachedPlace) -> String {
        "\(place.place): \(place.reached) / \(place.population)"
    }

    private static func word(_ stage: CoverageStage) -> String {
        switch stage {
        case .checked: "checked"
        case .deadline: "deadline"
        case .final: "final"
        case .unspecified, .UNRECOGNIZED: "?"
        }
    }
}
