import MessageSchema
import MonitoringDomain
import ServiceKit
import Vocabulary

// What stops because of warnings 停工停课停业.

/// A warning as far as something may stop because of it.
struct SuspensionCause {
    let warning: String
    /// Whose it is; empty: this bureau's.
    var sender = ""
    /// Nil where what others say is unknown here: then nothing stops.
    let hazard: Hazard?
    let colour: WarningColour?
    let warned: [DivisionCode]
}

extension MonitoringCore {
    /// A warning of this bureau was issued or updated: what stops because of it now.
    func suspend(_ content: WarningContent, _ turn: Turn) throws {
        let cause = SuspensionCause(
            warning: content.warning,
            hazard: try content.hazard.checked(),
            colour: try content.colour.checked(),
            warned: content.divisions.compactMap { DivisionCode($0) }
        )
        try suspend(cause, turn)
    }

    /// What stops because of that warning now.
    func suspend(_ cause: SuspensionCause, _ turn: Turn) throws {
        for definition in suspensions {
            var next: SuspensionTrack.Holding?
            if let hazard = cause.hazard, let colour = cause.colour {
                next = definition.plan.holding(hazard, colour, cause.warned)
            }
            var track = try SuspensionRepository.track(definition.plan.id, of: cause.warning, turn.database)
            guard let effect = track.move(to: next) else { continue }
            try SuspensionRepository.keep(track, definition.plan.id, of: cause.warning, turn.database)
            try tell(effect, track, definition, cause, turn)
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
        _ cause: SuspensionCause,
        _ turn: Turn
    ) throws {
        switch effect {
        case .advised(let holding):
            var message = SuspensionAdvised()
            message.content = SuspensionAdvice(holding, track.revision, definition, cause)
            try turn.send(message, subject: message.content.suspension)
        case .updated(let holding, let previous):
            var message = SuspensionUpdated()
            message.content = SuspensionAdvice(holding, track.revision, definition, cause)
            message.previousColour = WireWarningColour(previous)
            try turn.send(message, subject: message.content.suspension)
        case .lifted: try lift(definition.plan.id, cause.warning, .levelFell, turn)
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
        _ cause: SuspensionCause
    ) {
        self.init()
        (self.definition, warning, self.revision) = (definition.plan.id, cause.warning, revision)
        (suspension, foreignSender) = ("S.\(definition.plan.id).\(cause.warning)", cause.sender)
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
