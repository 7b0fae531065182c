import Foundation
import GRDB
import MessageSchema
import MonitoringCodecs
import MonitoringDomain
import ServiceKit
import Vocabulary

// What channels say of the texts that they brought to people.

extension MonitoringCore {
    /// The channel of receipts; their sender is the channel that the texts were given to.
    package static let receipts = "receipts"

    /// Each receipt counts once, however often it comes; what is new is told in one record for each channel and place.
    func take(receipts bytes: Data, _ turn: Turn) throws {
        guard let channel = reach?.channel(ReachChannelID(turn.subject)) else {
            throw InputError("unknown-source", "'\(turn.subject)' is no channel of reach in monitoring.yaml")
        }
        let batch = try Self.receipts(bytes)
        let (source, content) = (Self.receiptSource(turn.subject), Self.receiptContent(bytes))
        if let kept = try InletRepository.batch(batch.id, of: source, turn.database) {
            guard kept.content == content else { throw Self.receiptConflict(batch.id) }
            return
        }
        var news: [ReachRepository.Spot] = []
        let verdicts = try batch.items.map { item in try verdict(on: item, channel, &news, turn) }
        for spot in news { try tell(spot, channel, turn) }
        try refuse(verdicts, of: source, batch: batch.id, turn)
        let answer = try BatchAnswer(.receipts, batch: batch.id, verdicts: verdicts).encoded()
        try InletRepository.forgetBatches(before: turn.now - Self.batchesKept, turn.database)
        let kept = InletRepository.KeptBatch(content: content, answer: answer)
        try InletRepository.keep(kept, batch.id, of: source, at: turn.now, turn.database)
    }

    /// What the batch's sender is told; the same for the same bytes.
    static func receiptAnswer(_: MonitoringCore, _ bytes: Data, _ channel: String, _ db: Database) throws -> Data {
        let batch = try receipts(bytes)
        guard let kept = try InletRepository.batch(batch.id, of: receiptSource(channel), db) else {
            throw InputError("forgotten-batch", "the batch was taken more than a week ago; its answer is not kept")
        }
        guard kept.content == receiptContent(bytes) else { throw receiptConflict(batch.id) }
        return kept.answer
    }

    private static func receiptContent(_ bytes: Data) -> RecordID { .input(channel: receipts, content: bytes) }

    /// Sources of observations have names without a stroke: nothing of one is taken for another's.
    private static func receiptSource(_ channel: String) -> String { "receipts/\(channel)" }

    private static func receipts(_ bytes: Data) throws -> ReceiptBatch {
        do throws(DocumentError) {
            return try ReceiptBatch(bytes)
        } catch {
            throw InputError(error.code.rawValue, error.message)
        }
    }

    private static func receiptConflict(_ id: String) -> InputError {
        InputError("batch-conflict", "batch '\(id)' came before with other content; give what is new another name")
    }

    // MARK: one receipt

    private func verdict(
        on item: Result<SentReceipt, DocumentError>,
        _ channel: ReachChannel,
        _ news: inout [ReachRepository.Spot],
        _ turn: Turn
    ) throws -> Verdict {
        let about = (try? item.get().place) ?? ""
        do {
            let receipt = try item.get()
            let (message, covered) = try checked(receipt, channel, turn)
            let spot = ReachRepository.Spot(
                document: message.document,
                channel: channel.id,
                place: ReachPlaceID(receipt.place)
            )
            for place in try count(receipt, covered, spot, message, turn) where !news.contains(place) {
                news.append(place)
            }
            return .accepted
        } catch let error as DocumentError {
            return .refused(about: about, InputError(error.code.rawValue, error.message))
        } catch let error as InputError {
            return .refused(about: about, error)
        }
    }

    /// The text that is meant, and how many people the channel covers at the place.
    private func checked(_ receipt: SentReceipt, _ channel: ReachChannel, _ turn: Turn) throws -> (ReachMessage, Int) {
        guard let message = try ReachRepository.message(receipt.message, turn.database) else {
            throw InputError("unknown-message", "no text was sent under that key; send the key that came with the text")
        }
        guard message.channel == channel.id.value else {
            throw InputError("message-of-another", "that text was given to another channel")
        }
        guard try ReachRepository.document(message.document, turn.database)?.isOpen == true else {
            throw InputError("closed", "the text was replaced, or its warning ended; nothing more is counted of it")
        }
        guard message.places.contains(receipt.place), let covered = channel.people(in: ReachPlaceID(receipt.place))
        else {
            throw InputError("place-of-another", "that text was not for this place; send a place of the text")
        }
        guard receipt.at <= turn.now + .minutes(10) else {
            throw InputError("future-receipt", "\(receipt.at) is to come: the sender's clock is ahead; set it")
        }
        return (message, covered)
    }

    /// Counts it; gives where more people are reached now.
    private func count(
        _ receipt: SentReceipt,
        _ covered: Int,
        _ spot: ReachRepository.Spot,
        _ message: ReachMessage,
        _ turn: Turn
    ) throws -> [ReachRepository.Spot] {
        switch receipt.status {
        case .delivered(let people):
            guard reach?.channel(spot.channel)?.knowsPersons == false else {
                throw InputError("no-subscribers", "this channel knows persons; send the digests of who got the text")
            }
            return try raise(people ?? covered, covered, spot, turn)
        case .received(let subscribers):
            guard reach?.channel(spot.channel)?.knowsPersons == true else {
                throw InputError(
                    "subscribers-of-a-crowd",
                    "this channel is anonymous; send how many people got the text"
                )
            }
            return try add(subscribers, covered, spot, turn)
        case .failed(let reason):
            guard try ReachRepository.fail(reason, spot, turn.database) else { return [] }
            var failed = ReachFailed()
            (failed.message, failed.reason, failed.place) = (message, reason, receipt.place)
            try turn.send(failed, subject: message.warning, happened: receipt.at)
            return []
        case .acknowledged(let person, let told):
            return try answer(PersonID(person), told, covered, receipt.at, spot, message, turn)
        }
    }

    private func raise(_ people: Int, _ covered: Int, _ spot: ReachRepository.Spot, _ turn: Turn) throws
        -> [ReachRepository.Spot]
    {
        guard people <= covered else { throw Self.tooMany(people, covered) }
        return try ReachRepository.raise(crowd: people, spot, turn.database) ? [spot] : []
    }

    /// A person counts where it was first reached, whatever place is named later.
    private func add(_ subscribers: [Data], _ covered: Int, _ spot: ReachRepository.Spot, _ turn: Turn) throws
        -> [ReachRepository.Spot]
    {
        // All or nobody: whom a refused receipt names is not counted.
        let unknown = try subscribers.filter { try ReachRepository.place(of: $0, spot.document, turn.database) == nil }
        let count = try ReachRepository.reached(spot, turn.database).persons + Set(unknown).count
        guard count <= covered || unknown.isEmpty else { throw Self.tooMany(count, covered) }
        var news: [ReachRepository.Spot] = []
        for subscriber in subscribers {
            let known = try ReachRepository.place(of: subscriber, spot.document, turn.database)
            let home = ReachRepository.Spot(
                document: spot.document,
                channel: spot.channel,
                place: known ?? spot.place
            )
            guard try ReachRepository.add(subscriber, isNew: known == nil, home, turn.database) else { continue }
            if !news.contains(home) { news.append(home) }
        }
        return news
    }

    private static func tooMany(_ people: Int, _ covered: Int) -> InputError {
        InputError(
            "more-than-covered",
            "\(people) people where the channel covers \(covered); correct `covers` in monitoring.yaml"
        )
    }

    /// So many persons answer for one channel at one place at the most.
    private static let mostAnswers = 1_000

    private func answer(
        _ person: PersonID,
        _ told: Int,
        _ covered: Int,
        _ at: Instant,
        _ spot: ReachRepository.Spot,
        _ message: ReachMessage,
        _ turn: Turn
    ) throws -> [ReachRepository.Spot] {
        guard told <= covered else { throw Self.tooMany(told, covered) }
        guard try ReachRepository.answers(spot, turn.database) < Self.mostAnswers else {
            throw InputError("too-many-answers", "\(Self.mostAnswers) persons answered for this place already")
        }
        guard try ReachRepository.answer(person, told: told, spot, turn.database) else { return [] }
        var acknowledged = ReachAcknowledged()
        (acknowledged.warning, acknowledged.document) = (message.warning, message.document)
        (acknowledged.channel, acknowledged.place) = (spot.channel.value, spot.place.value)
        (acknowledged.person, acknowledged.told) = (person.value, UInt32(clamping: told))
        acknowledged.acknowledgedUs = at.microseconds
        try turn.send(acknowledged, subject: message.warning, happened: at)
        guard told > 0 else { return [] }
        return try ReachRepository.raise(crowd: told, spot, turn.database) ? [spot] : []
    }

    // MARK: telling it

    private func tell(_ spot: ReachRepository.Spot, _ channel: ReachChannel, _ turn: Turn) throws {
        guard let place = reach?.places.first(where: { $0.id == spot.place }),
            let document = try ReachRepository.document(spot.document, turn.database)
        else { return }
        let (crowd, persons) = try ReachRepository.reached(spot, turn.database)
        var message = ReachDelivered()
        (message.warning, message.document) = (document.warning, document.identifier)
        (message.channel, message.division, message.place) = (channel.id.value, place.division, place.id.value)
        message.channelPeople = UInt32(clamping: max(crowd, persons))
        message.reached = UInt32(clamping: try place.reached(document.identifier, turn).reached)
        message.population = UInt32(clamping: place.population)
        try turn.send(message, subject: document.warning)
    }
}
