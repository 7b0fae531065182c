import Foundation
import MessageSchema
import MonitoringCodecs
import MonitoringDomain
import ServiceKit
import ServiceStore
import Vocabulary

// Bringing warnings to people, and counting whom they reached.

extension MonitoringCore {
    /// The kind of effect that posts a text to a channel's gateway.
    package static let reachEffect = "reach"
    static let reachCheck = "reach-check"
    static let reachDeadline = "reach-deadline"
    /// How long the texts of a closed document are known, so that a late receipt is told apart from a strange one.
    private static let reachKept = Duration.hours(24 * 30)

    static func registerReach(_ routes: inout Routes<MonitoringCore>) {
        routes.effect(reachEffect) { core, outcome, turn in try core.textEnded(outcome, turn) }
        routes.source(receipts, answer: receiptAnswer) { core, bytes, turn in try core.take(receipts: bytes, turn) }
        routes.timer(reachCheck) { core, turn in try core.checkReach(turn) }
        routes.timer(reachDeadline) { core, turn in try core.endReachTime(turn) }
    }

    // MARK: texts out

    /// Gives the document's texts to every channel that is for them. What an earlier document of the warning still has to say is not said
    /// any more, and who it reached is told.
    func tellPeople(
        _ type: CAPAlert.MessageType,
        _ identifier: String,
        _ content: WarningContent,
        _ purpose: DocumentPurpose,
        _ turn: Turn
    ) throws {
        guard let reach else { return }
        let isEnd = purpose.isEnd
        let channels = try reach.channels.filter { channel in
            guard turn.realm == .live || channel.exercises else { return false }
            return isEnd
                ? try ReachRepository.told(content.warning, by: channel.id, turn.database)
                : channel.colours.contains(try content.colour.checked())
        }
        try closeReach(of: content.warning, turn)
        try ReachRepository.forget(before: turn.now - Self.reachKept, turn.database)
        let places = reach.places(in: content.divisions)
        guard !places.isEmpty else { return }
        let time = isEnd ? reach.allClear : reach.deadlines[try content.colour.checked()] ?? reach.allClear
        let document = ReachRepository.Document(
            identifier: identifier,
            warning: content.warning,
            isEnd: isEnd,
            isOpen: true,
            opened: turn.now,
            deadline: turn.now + time,
            content: content
        )
        try ReachRepository.open(document, turn.database)
        for channel in channels { try give(document, type, purpose, to: channel, places, turn) }
        if !isEnd {
            let check = turn.now + time * reach.checkPercent / 100
            try turn.setTimer(Self.reachCheck, subject: identifier, due: check)
        }
        try turn.setTimer(Self.reachDeadline, subject: identifier, due: document.deadline)
    }

    private func give(
        _ document: ReachRepository.Document,
        _ type: CAPAlert.MessageType,
        _ purpose: DocumentPurpose,
        to channel: ReachChannel,
        _ places: [ReachPlace],
        _ turn: Turn
    ) throws {
        let until = document.isEnd ? document.deadline : Instant(microseconds: document.content.expiresUs)
        let covered = places.filter { channel.people(in: $0.id) != nil }
        for division in Coverage(covered.map { $0.unreached }).divisions.map({ $0.division }) {
            let here = covered.filter { $0.division == division }
            let payload = try text(document, type, purpose, channel, here, turn)
            let key = try turn.perform(
                Self.reachEffect,
                lane: channel.id.value,
                subject: Self.subject(document.warning, channel.id, division),
                payload,
                retry: channel.retry,
                until: until
            )
            var message = ReachMessage()
            (message.warning, message.document) = (document.warning, document.identifier)
            (message.channel, message.division) = (channel.id.value, division)
            (message.key, message.places) = (key.bytes, here.map(\.id.value))
            try ReachRepository.keep(message, .waiting, turn.database)
        }
    }

    /// Texts of one warning to one channel and division are sent one after the other: an all-clear never overtakes its warning.
    private static func subject(_ warning: String, _ channel: ReachChannelID, _ division: String) -> String {
        "\(warning)/\(channel)/\(division)"
    }

    // MARK: how they ended

    private func textEnded(_ outcome: EffectOutcome, _ turn: Turn) throws {
        guard let message = try ReachRepository.message(outcome.effect.id.bytes, turn.database) else {
            throw InputError("unknown-text", "the text is of a warning of more than a month ago")
        }
        let attempts = UInt32(clamping: outcome.attempts)
        switch outcome.ending {
        case .done:
            try ReachRepository.keep(message, .sent, turn.database)
            var sent = ReachSent()
            (sent.message, sent.attempts) = (message, attempts)
            try turn.send(sent, subject: message.warning)
        case .failed(let reason):
            try ReachRepository.keep(message, .failed, turn.database)
            var failed = ReachFailed()
            (failed.message, failed.reason, failed.last, failed.attempts) = (message, reason, outcome.last, attempts)
            try turn.send(failed, subject: message.warning)
        }
    }

    // MARK: whom they reached

    /// The document of that warning that is open is closed: it is told whom it reached, and what of it waits is not sent any more.
    func closeReach(of warning: String, _ turn: Turn) throws {
        guard reach != nil, let document = try ReachRepository.open(of: warning, turn.database) else { return }
        try close(document, turn)
    }

    private func close(_ document: ReachRepository.Document, _ turn: Turn) throws {
        guard let reach else { return }
        try tell(.final, document, turn)
        for channel in reach.channels {
            for division in Coverage(reach.places.map { $0.unreached }).divisions.map({ $0.division }) {
                try turn.withdraw(Self.reachEffect, subject: Self.subject(document.warning, channel.id, division))
            }
        }
        try turn.cancelTimer(Self.reachCheck, subject: document.identifier)
        try turn.cancelTimer(Self.reachDeadline, subject: document.identifier)
        try ReachRepository.close(document.identifier, turn.database)
    }

    private func checkReach(_ turn: Turn) throws {
        guard let reach, let document = try ReachRepository.document(turn.subject, turn.database), document.isOpen
        else { return }
        let coverage = try tell(.checked, document, turn)
        guard !reach.target.isMet(coverage.reached, of: coverage.population) else { return }
        var message = ReachShort()
        (message.warning, message.document) = (document.warning, document.identifier)
        message.population = UInt32(clamping: coverage.population)
        message.reached = UInt32(clamping: coverage.reached)
        message.targetPercent = UInt32(clamping: reach.target.percent)
        message.deadlineUs = document.deadline.microseconds
        message.places = coverage.short(of: reach.target).map { ReachedPlace($0) }
        for channel in try channels(of: document, turn) where channel.failed + channel.waiting > 0 {
            message.channels.append(channel.channel)
        }
        try turn.send(message, subject: document.warning)
    }

    private func endReachTime(_ turn: Turn) throws {
        guard reach != nil, let document = try ReachRepository.document(turn.subject, turn.database), document.isOpen
        else { return }
        if document.isEnd { try close(document, turn) } else { try tell(.deadline, document, turn) }
    }

    @discardableResult
    private func tell(_ stage: CoverageStage, _ document: ReachRepository.Document, _ turn: Turn) throws -> Coverage {
        guard let reach else { return Coverage([]) }
        let coverage = Coverage(
            try reach.places(in: document.content.divisions).map { try $0.reached(document.identifier, turn) }
        )
        var message = ReachCoverage()
        (message.warning, message.document, message.stage) = (document.warning, document.identifier, stage)
        message.population = UInt32(clamping: coverage.population)
        message.reached = UInt32(clamping: coverage.reached)
        message.targetPercent = UInt32(clamping: reach.target.percent)
        message.met = reach.target.isMet(coverage.reached, of: coverage.population)
        message.divisions = coverage.divisions.map { ReachedDivision($0) }
        message.places = coverage.places.map { ReachedPlace($0) }
        message.channels = try channels(of: document, turn)
        try turn.send(message, subject: document.warning)
        return coverage
    }

    /// The channels that have texts of the document, in the file's order.
    private func channels(of document: ReachRepository.Document, _ turn: Turn) throws -> [ReachedChannel] {
        guard let reach else { return [] }
        return try reach.channels.compactMap { channel in
            let counts = try [.sent, .failed, .waiting].map { (state: ReachRepository.MessageState) in
                UInt32(
                    clamping: try ReachRepository.count(state, document.identifier, channel.id, turn.database)
                )
            }
            guard counts.contains(where: { $0 > 0 }) else { return nil }
            var message = ReachedChannel()
            message.channel = channel.id.value
            message.people = UInt32(
                clamping: try ReachRepository.people(document.identifier, channel.id, turn.database)
            )
            (message.sent, message.failed, message.waiting) = (counts[0], counts[1], counts[2])
            return message
        }
    }
}

extension ReachPlace {
    /// As if nobody was reached.
    fileprivate var unreached: PlaceReach {
        PlaceReach(place: id, division: division, population: population, crowd: 0, persons: 0)
    }

    /// Who of it the document reached.
    func reached(_ document: String, _ turn: Turn) throws -> PlaceReach {
        let (crowd, persons) = try ReachRepository.reached(document, id, turn.database)
        return PlaceReach(place: id, division: division, population: population, crowd: crowd, persons: persons)
    }
}

extension ReachedPlace {
    fileprivate init(_ place: PlaceReach) {
        self.init()
        (self.place, division) = (place.place.value, place.division)
        (population, reached) = (UInt32(clamping: place.population), UInt32(clamping: place.reached))
    }
}

extension ReachedDivision {
    fileprivate init(_ division: (division: String, population: Int, reached: Int)) {
        self.init()
        self.division = division.division
        (population, reached) = (UInt32(clamping: division.population), UInt32(clamping: division.reached))
    }
}
