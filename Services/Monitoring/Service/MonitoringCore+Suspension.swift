import MessageSchema
import MonitoringDomain
import ServiceKit
import Vocabulary

// What stops because of warnings 停工停课停业.

extension MonitoringCore {
    /// A warning was issued or updated: what stops because of it now.
    func suspend(_ content: WarningContent, _ turn: Turn) throws {
        let (hazard, colour) = (try content.hazard.checked(), try content.colour.checked())
        let warned = content.divisions.compactMap { DivisionCode($0) }
        for definition in suspensions {
            let next = definition.plan.holding(hazard, colour, warned)
            var track = try SuspensionRepository.track(definition.plan.id, of: content.warning, turn.database)
            guard let effect = track.move(to: next) else { continue }
            try SuspensionRepository.keep(track, definition.plan.id, of: content.warning, turn.database)
            try tell(effect, track, definition, content.warning, turn)
        }
    }

    /// The warning is over, and what stopped because of it goes on; by plans that the configuration no longer has, too.
    func liftSuspensions(of warning: WarningID, _ reason: SuspensionEnd, _ turn: Turn) throws {
        for known in try SuspensionRepository.tracks(of: warning.value, turn.database) {
            var track = known.track
            if track.move(to: nil) != nil { try lift(known.definition, warning.value, reason, turn) }
        }
        try SuspensionRepository.end(warning.value, turn.database)
    }

    private func tell(
        _ effect: SuspensionTrack.Effect,
        _ track: SuspensionTrack,
        _ definition: SuspensionDefinition,
        _ warning: String,
        _ turn: Turn
    ) throws {
        switch effect {
        case .advised(let holding):
            var message = SuspensionAdvised()
            message.content = SuspensionAdvice(holding, track.revision, definition, warning)
            try turn.send(message, subject: message.content.suspension)
        case .updated(let holding, let previous):
            var message = SuspensionUpdated()
            message.content = SuspensionAdvice(holding, track.revision, definition, warning)
            message.previousColour = WireWarningColour(previous)
            try turn.send(message, subject: message.content.suspension)
        case .lifted: try lift(definition.plan.id, warning, .levelFell, turn)
        }
    }

    private func lift(_ definition: String, _ warning: String, _ reason: SuspensionEnd, _ turn: Turn) throws {
        var message = SuspensionLifted()
        (message.suspension, message.warning, message.reason) = ("S.\(definition).\(warning)", warning, reason)
        try turn.send(message, subject: message.suspension)
    }
}

extension SuspensionAdvice {
    fileprivate init(
        _ holding: SuspensionTrack.Holding,
        _ revision: UInt32,
        _ definition: SuspensionDefinition,
        _ warning: String
    ) {
        self.init()
        (self.definition, self.warning, self.revision) = (definition.plan.id, warning, revision)
        suspension = "S.\(definition.plan.id).\(warning)"
        let level = definition.plan.levels.first { $0.colour == holding.colour }
        kinds = level?.stops.map { SuspensionKind($0) } ?? []
        (divisions, colour) = (holding.divisions, WireWarningColour(holding.colour))
        let measures = definition.measures[holding.colour]
        (measuresZh, measuresEn) = (measures?.zh ?? "", measures?.en ?? "")
        basis = definition.basis[holding.colour] ?? ""
    }
}

extension SuspensionKind {
    fileprivate init(_ kind: SuspensionPlan.Kind) {
        self =
            switch kind {
            case .work: .work
            case .classes: .classes
            case .business: .business
            case .gatherings: .gatherings
            case .transport: .transport
            }
    }
}
