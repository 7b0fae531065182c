import MessageSchema
import MonitoringDomain
import ServiceKit
import Vocabulary

// Warnings that people draft, and drafts that people change.

extension MonitoringCore {
    static let warningIssue = "warning-issue"
    /// What people may write: a headline of 160 characters at the most, as CAP 1.2, 3.2.2, advises.
    private static let longest = (headline: 160, text: 4_000, reason: 512)
    private static let lifetimes = UInt64(60)...UInt64(31 * 86_400)
    private static let mostPlaces = 200
    private static let latestIssue = Duration.hours(24 * 31)

    static func registerWarnings(_ routes: inout Routes<MonitoringCore>) {
        routes.command(DraftWarning.self) { core, order, turn in try core.draft(order, turn) }
        routes.command(EditWarning.self) { core, order, turn in try core.edit(order, turn) }
        routes.command(ClearWarning.self) { core, order, turn in try core.clear(order, turn) }
        routes.timer(warningIssue) { core, turn in try core.issueByHand(turn) }
    }

    /// Whether a person drafted the warning.
    func isByHand(_ warning: String, _ turn: Turn) throws -> Bool {
        guard warning.hasPrefix("H.") else { return false }
        return try WarningRepository.byHand(warning, turn.database) != nil
    }

    // MARK: commands

    private func draft(_ order: DraftWarning, _ turn: Turn) throws {
        try officer(turn)
        guard let actor = turn.actor else { throw CommandRefusal("role-missing", "nobody is named") }
        let (hazard, colour) = (try order.hazard.checked(), try order.colour.checked())
        try Self.check(reason: order.reason)
        guard Self.lifetimes.contains(order.lifetimeSeconds) else {
            throw CommandRefusal("bad-lifetime", "a warning holds for a minute to 31 days; give lifetime_seconds")
        }
        guard !order.divisions.isEmpty else { throw CommandRefusal("no-place", "name the divisions that are warned") }
        try check(divisions: order.divisions)
        guard order.stations.count <= Self.mostPlaces,
            try order.stations.allSatisfy({ try station(StationID($0), turn) != nil })
        else { throw CommandRefusal("unknown-station", "name stations of the catalogue, or none") }
        guard !order.words.descriptionZh.isEmpty, !order.words.descriptionEn.isEmpty else {
            throw CommandRefusal("no-description", "say in Chinese and in English what threatens")
        }
        try Self.check(order.words)
        let digits = turn.now.description.filter(\.isNumber).prefix(12)
        let id = WarningID("H.\(hazard.rawValue).\(digits).\(turn.cause.description.prefix(8))")
        var content = WarningContent()
        (content.hazard, content.divisions, content.stations) = (order.hazard, order.divisions, order.stations)
        (content.words, content.drafter) = (order.words, actor.person.value)
        content.lifetimeSeconds = order.lifetimeSeconds
        let issueAt = try issueTime(order.issueAtUs, turn)
        let drafted = HandWarning.draft(id, colour, by: actor.person, issueAt: issueAt)
        try save(.init(track: drafted.warning, content: content), drafted.effects, .init(note: order.reason), turn)
    }

    /// Nil for 0. Errors: `CommandRefusal` for what is over, or too far ahead.
    private func issueTime(_ microseconds: Int64, _ turn: Turn) throws(CommandRefusal) -> Instant? {
        guard microseconds != 0 else { return nil }
        let time = Instant(microseconds: microseconds)
        guard time > turn.now, time <= turn.now + Self.latestIssue else {
            throw CommandRefusal("bad-time", "issue_at lies after \(turn.now) and within 31 days; 0 issues at once")
        }
        return time
    }

    private func edit(_ order: EditWarning, _ turn: Turn) throws {
        try officer(turn)
        guard let actor = turn.actor else { throw CommandRefusal("role-missing", "nobody is named") }
        try Self.check(reason: order.reason)
        try check(divisions: order.divisions)
        try Self.check(order.words)
        guard order.lifetimeSeconds == 0 || Self.lifetimes.contains(order.lifetimeSeconds) else {
            throw CommandRefusal("bad-lifetime", "a warning holds for a minute to 31 days; 0 leaves it as it is")
        }
        guard try isByHand(order.warning, turn) else { return try editDraft(order, actor, turn) }
        let issue: HandWarning.IssueTime =
            try !order.hasIssueAtUs ? .unchanged : issueTime(order.issueAtUs, turn).map { .at($0) } ?? .withApproval
        let colour = try order.hasColour ? order.colour.checked() : nil
        try actByHand(on: order.warning, saying: .init(note: order.reason, isByHand: true), turn, change: order.change)
        {
            track throws(HandWarning.Refusal) in
            try track.edit(order.revision, to: colour ?? track.colour, issue: issue, by: actor.person)
        }
    }

    /// A rule's draft. A colour that a person gives it holds against the rule: see `WarningTrack.Hold`.
    private func editDraft(_ order: EditWarning, _ actor: Actor, _ turn: Turn) throws {
        guard !order.hasIssueAtUs else {
            throw CommandRefusal("time-of-rule", "a rule's warning is issued with its approval")
        }
        let colour = try order.hasColour ? order.colour.checked() : nil
        let (applied, station) = try rulesWarning(order.warning)
        let live = try turn.remembered.track(applied.rule.id, station, turn.database).0.live
        var note = ColourByHand()
        (note.person, note.reason) = (actor.person.value, order.reason)
        try act(on: order.warning, saying: .init(note: order.reason, isByHand: true), turn) { content in
            order.change(&content)
            guard let live, let colour else { return }
            note.ruleColour = content.hasColourByHand ? content.colourByHand.ruleColour : WireWarningColour(live.colour)
            let isRules = colour == live.own && note.ruleColour == WireWarningColour(colour)
            if isRules { content.clearColourByHand() } else { content.colourByHand = note }
        } _: { track, _ throws(WarningTrack.Refusal) in
            try track.edit(WarningID(order.warning), revision: order.revision, to: colour, by: actor.person)
        }
    }

    // MARK: what is written

    private static func check(reason: String) throws(CommandRefusal) {
        guard !reason.isEmpty, reason.utf8.count <= longest.reason else {
            throw CommandRefusal("no-reason", "say in at most \(longest.reason) bytes why")
        }
    }

    private func check(divisions: [String]) throws(CommandRefusal) {
        guard divisions.count <= Self.mostPlaces, Set(divisions).count == divisions.count,
            divisions.allSatisfy({ divisionNames[$0] != nil })
        else {
            throw CommandRefusal("unknown-division", "name divisions of monitoring.yaml, each once, at most 200")
        }
    }

    private static func check(_ words: WarningWords) throws(CommandRefusal) {
        let headlines = [words.headlineZh, words.headlineEn]
        let texts = [words.descriptionZh, words.descriptionEn, words.instructionZh, words.instructionEn]
        guard headlines.allSatisfy({ $0.unicodeScalars.count <= longest.headline }),
            texts.allSatisfy({ $0.utf8.count <= longest.text })
        else {
            throw CommandRefusal("too-long", "a headline has 160 characters at the most, another text 4000 bytes")
        }
        // One language alone would leave the other with the sentences that were to be replaced.
        guard words.headlineZh.isEmpty == words.headlineEn.isEmpty,
            words.descriptionZh.isEmpty == words.descriptionEn.isEmpty,
            words.instructionZh.isEmpty == words.instructionEn.isEmpty
        else { throw CommandRefusal("one-language", "write each text in Chinese and in English, or in neither") }
    }

    // MARK: acting

    func approveByHand(_ order: ApproveWarning, _ actor: Actor, _ turn: Turn) throws {
        try actByHand(on: order.warning, turn) { track throws(HandWarning.Refusal) in
            try track.approve(order.revision, by: actor.person, at: turn.now)
        }
    }

    func rejectByHand(_ order: RejectWarning, _ turn: Turn) throws {
        try actByHand(on: order.warning, saying: .init(note: order.reason), turn) { track throws(HandWarning.Refusal) in
            try track.reject(order.revision)
        }
    }

    private func issueByHand(_ turn: Turn) throws {
        try actByHand(on: turn.subject, turn) { track throws(HandWarning.Refusal) in track.issue() }
    }

    /// `change` is what a person's edit makes of the content.
    func actByHand(
        on warning: String,
        saying act: WarningAct = WarningAct(),
        _ turn: Turn,
        change: (inout WarningContent) -> Void = { _ in },
        _ body: (inout HandWarning) throws(HandWarning.Refusal) -> [HandWarning.Effect]
    ) throws {
        guard var known = try WarningRepository.byHand(warning, turn.database) else {
            throw CommandRefusal("unknown-warning", "there is no warning '\(warning.prefix(128))'")
        }
        let effects: [HandWarning.Effect]
        do {
            effects = try body(&known.track)
        } catch {
            throw CommandRefusal(error.rawValue, "warning '\(warning)' is \(known.track.state.rawValue)")
        }
        if case .rejected? = effects.first, let released = try WarningRepository.released(warning, turn.database) {
            known.content = released
        }
        change(&known.content)
        try save(known, effects, act, turn)
    }

    private func save(
        _ known: WarningRepository.Known,
        _ effects: [HandWarning.Effect],
        _ act: WarningAct,
        _ turn: Turn
    )
        throws
    {
        try WarningRepository.keep(known, turn.database)
        let subject = known.track.warning.value
        var (content, act) = (known.content, act)
        (act.isByHand, act.issueAt) = (true, known.track.issueAt)
        let begins = max(turn.now, known.track.issueAt ?? turn.now)
        content.expiresUs = (begins + .seconds(Int64(clamping: content.lifetimeSeconds))).microseconds
        content.pictures = try pictures(beside: content, turn)
        for effect in effects { try tell(effect, content, act, turn) }
        switch known.track.state {
        case .approved:
            if let issueAt = known.track.issueAt {
                try turn.setTimer(Self.warningIssue, subject: subject, due: issueAt)
            }
        case .drafted, .issued, .redrafted, .ended: try turn.cancelTimer(Self.warningIssue, subject: subject)
        }
        guard effects.contains(where: WarningTrack.changesWhatStands) else { return }
        let waiting = dependents.byHand[try content.hazard.checked()] ?? []
        for dependent in waiting { try evaluateAnew(dependent, at: turn.now, turn) }
    }
}

extension EditWarning {
    /// What is absent or empty stays.
    fileprivate func change(_ content: inout WarningContent) {
        if !divisions.isEmpty { content.divisions = divisions }
        if lifetimeSeconds != 0 { content.lifetimeSeconds = lifetimeSeconds }
        for text in [
            \WarningWords.headlineZh, \.headlineEn, \.descriptionZh, \.descriptionEn, \.instructionZh, \.instructionEn,
        ] where !words[keyPath: text].isEmpty {
            content.words[keyPath: text] = words[keyPath: text]
        }
    }
}
