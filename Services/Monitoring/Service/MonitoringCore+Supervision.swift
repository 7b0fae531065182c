import Foundation
import MessageSchema
import MonitoringDomain
import ServiceKit
import Vocabulary

// What supervisors do beside the loop of a hidden danger, and what all its acts tell.

extension MonitoringCore {
    static func registerSupervision(_ routes: inout Routes<MonitoringCore>) {
        routes.command(ExtendDanger.self) { core, order, turn in try core.extend(order, turn) }
        routes.command(SuspendDangerSite.self) { core, order, turn in try core.suspend(order, turn) }
        routes.command(ResumeDangerSite.self) { core, order, turn in try core.resume(order, turn) }
        routes.command(ListDanger.self) { core, order, turn in try core.list(order, turn) }
    }

    private func extend(_ order: ExtendDanger, _ turn: Turn) throws {
        let texts = [try keep(reason: order.reason, turn)]
        try act(on: danger(order.danger, turn), turn, texts: texts) { danger, by throws(HiddenDanger.Refusal) in
            try danger.extend(
                to: Instant(microseconds: order.deadlineUs),
                by: by.actor,
                at: by.now,
                by.rules,
                by.tree
            )
        }
    }

    private func suspend(_ order: SuspendDangerSite, _ turn: Turn) throws {
        let extent = try order.extent.checked()
        let texts = [try keep(reason: order.reason, turn)]
        try act(on: danger(order.danger, turn), turn, texts: texts) { danger, by throws(HiddenDanger.Refusal) in
            try danger.suspend(extent, by: by.actor, by.tree)
        }
    }

    private func resume(_ order: ResumeDangerSite, _ turn: Turn) throws {
        try act(on: danger(order.danger, turn), turn) { danger, by throws(HiddenDanger.Refusal) in
            try danger.resume(by: by.actor, by.tree)
        }
    }

    private func list(_ order: ListDanger, _ turn: Turn) throws {
        guard (1...Limits.nameCharacters).contains(order.supervisor.utf8.count) else {
            throw CommandRefusal("supervisor-missing", "name who sees to it")
        }
        let listing = HiddenDanger.Listing(
            supervisor: PersonID(order.supervisor),
            until: Instant(microseconds: order.untilUs)
        )
        try act(on: danger(order.danger, turn), turn) { danger, by throws(HiddenDanger.Refusal) in
            try danger.list(listing, by: by.actor, at: by.now, by.tree)
        }
    }

    // MARK: saving and telling

    /// Keeps the danger and tells what has become of it; `texts` are the hashes of the act's record, in its order.
    func save(_ known: DangerRepository.Known, _ effects: [HiddenDanger.Effect], _ texts: [Data], _ turn: Turn) throws {
        let shown = try shownColour(of: known, turn)
        try DangerRepository.keep(known, turn.database)
        for effect in effects { try tell(effect, known.danger, texts, turn) }
        if effects.contains(.closed) { try regrade(known, shownBefore: shown, .dangerClosed, turn) }
    }

    private func tell(_ effect: HiddenDanger.Effect, _ danger: HiddenDanger, _ texts: [Data], _ turn: Turn) throws {
        let id = danger.id.value
        func text(_ place: Int) -> Data { texts.indices.contains(place) ? texts[place] : Data() }
        switch effect {
        case .reported:
            var message = DangerReported()
            (message.danger, message.deadlineUs) = (id, danger.deadline?.microseconds ?? 0)
            (message.situationSha256, message.analysisSha256, message.planSha256) = (text(0), text(1), text(2))
            try turn.send(message, subject: id)
        case .rectified(let round):
            var message = DangerRectified()
            (message.danger, message.round) = (id, UInt32(clamping: round))
            (message.textSha256, message.pictureSha256) = (text(0), text(1))
            try turn.send(message, subject: id)
        case .reinspected(let passed, let round):
            var message = DangerReinspected()
            (message.danger, message.passed, message.round) = (id, passed, UInt32(clamping: round))
            message.textSha256 = text(0)
            try turn.send(message, subject: id)
        case .closed:
            var message = DangerClosed()
            message.danger = id
            try turn.send(message, subject: id)
        case .assigned, .extended, .overdue: try tellDeadline(effect, danger, text(0), turn)
        case .suspended, .resumed, .listed: try tellSupervision(effect, id, text(0), turn)
        case .awaits(let until): try turn.setTimer(Self.dangerDue, subject: id, due: until)
        case .settled: try turn.cancelTimer(Self.dangerDue, subject: id)
        }
    }

    private func tellDeadline(_ effect: HiddenDanger.Effect, _ danger: HiddenDanger, _ text: Data, _ turn: Turn) throws
    {
        let id = danger.id.value
        if case .assigned(let person, let deadline, let round) = effect {
            var message = DangerAssigned()
            (message.danger, message.responsible) = (id, person.value)
            (message.deadlineUs, message.round) = (deadline.microseconds, UInt32(clamping: round))
            try turn.send(message, subject: id)
        }
        if case .extended(let deadline, let previous, let times) = effect {
            var message = DangerExtended()
            (message.danger, message.deadlineUs) = (id, deadline.microseconds)
            (message.previousDeadlineUs, message.times) = (previous.microseconds, UInt32(clamping: times))
            message.reasonSha256 = text
            try turn.send(message, subject: id)
        }
        if case .overdue(let deadline, let from, let to, let times) = effect {
            var message = DangerOverdue()
            (message.danger, message.step) = (id, DangerStep(dueIn: danger.state))
            (message.deadlineUs, message.times) = (deadline.microseconds, UInt32(clamping: times))
            (message.fromUnit, message.toUnit) = (from.value, to.value)
            try turn.send(message, subject: id)
        }
    }

    private func tellSupervision(_ effect: HiddenDanger.Effect, _ id: String, _ text: Data, _ turn: Turn) throws {
        if case .suspended(let extent) = effect {
            var message = DangerSuspended()
            (message.danger, message.extent, message.reasonSha256) = (id, SuspensionExtent(extent), text)
            try turn.send(message, subject: id)
        }
        if case .listed(let listing) = effect {
            var message = DangerListed()
            (message.danger, message.supervisor) = (id, listing.supervisor.value)
            message.untilUs = listing.until.microseconds
            try turn.send(message, subject: id)
        }
        if case .resumed = effect {
            var message = DangerResumed()
            message.danger = id
            try turn.send(message, subject: id)
        }
    }
}
