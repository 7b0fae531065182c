package import Foundation
package import Vocabulary

/// What a channel says of one text at one place: that people got it, that it failed there, or that a person answered.
package struct SentReceipt: Hashable, Sendable {
    /// What became of the text there.
    package enum Status: Hashable, Sendable {
        /// To so many people, nobody knows whom; nil: to all whom the channel covers there.
        case delivered(people: Int?)
        /// To these persons, by digests that only the channel can turn back: 32 bytes each.
        case received([Data])
        case failed(reason: String)
        case acknowledged(person: String, told: Int)
    }

    /// The key that the text was sent under: 16 bytes.
    package let message: Data
    package let place: String
    package let status: Status
    package let at: Instant
}

/// Receipts that came together: each good, or bad for a reason of its own.
package struct ReceiptBatch: Hashable, Sendable {
    /// How its sender names it, so that it may send it again.
    package let id: String
    package let items: [Result<SentReceipt, DocumentError>]

    /// So many receipts come together at the most.
    package static let most = 1_000

    /// Reads `{"batch": "…", "receipts": [{"message", "place", "status": "delivered" | "failed" | "acknowledged", "at"}, …]}`; beside
    /// `delivered` stands `people` or `subscribers`, beside `failed` `reason`, beside `acknowledged` `person` and perhaps `people`.
    ///
    /// Errors: those of `JSONValue`, and `missing-field`, `unknown-field`, `wrong-kind`, `too-many-values` of the whole; what is wrong
    /// with one item is in its place.
    package init(_ bytes: Data) throws(DocumentError) {
        let json = try JSONValue(bytes)
        guard case .object = json else {
            throw DocumentError(.wrongKind, "\(json.kind) came; send an object with batch and receipts")
        }
        try json.allow(["batch", "receipts"])
        guard case .list(let list) = try json.value("receipts") else {
            throw DocumentError(.wrongKind, "receipts is no list; write [ … ]")
        }
        guard (1...Self.most).contains(list.count) else {
            throw DocumentError(.tooMany, "\(list.count) receipts; send 1 to \(Self.most) at once")
        }
        id = try json.name("batch")
        items = list.map { item in Result { () throws(DocumentError) in try SentReceipt(item) } }
    }
}

extension SentReceipt {
    init(_ json: JSONValue) throws(DocumentError) {
        guard case .object = json else {
            throw DocumentError(.wrongKind, "\(json.kind) is no receipt; send an object")
        }
        try json.allow(["message", "place", "status", "people", "subscribers", "person", "reason", "at"])
        guard let message = Data(hexadecimal: try json.name("message"), count: 16) else {
            throw DocumentError(.badText, "message is no key; send the 32 digits of Idempotency-Key")
        }
        let status: Status =
            switch try json.name("status") {
            case "delivered": try json.delivered()
            case "failed": .failed(reason: try json.name("reason"))
            case "acknowledged": .acknowledged(person: try json.name("person"), told: try json.people() ?? 0)
            case let other:
                throw DocumentError(
                    .unknownForm,
                    "status '\(other.prefix(40))'; write delivered, failed or acknowledged"
                )
            }
        (self.message, self.status) = (message, status)
        place = try json.name("place")
        at = try ZonedTime.instant(try json.name("at"))
    }
}

extension JSONValue {
    fileprivate func delivered() throws(DocumentError) -> SentReceipt.Status {
        guard let subscribers = self["subscribers"] else { return .delivered(people: try people()) }
        guard case .list(let list) = subscribers, !list.isEmpty else {
            throw DocumentError(.wrongKind, "subscribers is no list; write [ … ] with a digest for each person")
        }
        guard self["people"] == nil else {
            throw DocumentError(.unknownField, "people beside subscribers; send the digests alone")
        }
        var digests: [Data] = []
        for item in list {
            guard let digest = item.string.flatMap({ Data(hexadecimal: $0, count: 32) }) else {
                throw DocumentError(.badText, "a subscriber is no digest; send 64 hexadecimal digits (SHA-256)")
            }
            digests.append(digest)
        }
        return .received(digests)
    }

    /// A number of people, from 1; nil where none stands.
    fileprivate func people() throws(DocumentError) -> Int? {
        guard let value = self["people"] else { return nil }
        guard case .number(let digits) = value, let people = Int(digits), (1...100_000_000).contains(people) else {
            throw DocumentError(.badNumber, "people is no whole number from 1; write how many there were")
        }
        return people
    }
}

extension Data {
    /// The bytes of `count` pairs of hexadecimal digits; nil for anything else.
    fileprivate init?(hexadecimal text: String, count: Int) {
        let digits = Array(text.utf8)
        guard digits.count == 2 * count else { return nil }
        var bytes = Data(capacity: count)
        for start in stride(from: 0, to: digits.count, by: 2) {
            guard let high = Self.digit(digits[start]), let low = Self.digit(digits[start + 1]) else { return nil }
            bytes.append(high << 4 | low)
        }
        self = bytes
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
