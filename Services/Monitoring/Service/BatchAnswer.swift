import Foundation
import ServiceKit

/// What is told whoever sent a batch: `{"batch", "accepted", "refused"}` and under the batch's own key a line for each item, in its order.
struct BatchAnswer: Encodable {
    /// The keys; the last two are those of the items.
    enum CodingKeys: String, CodingKey {
        case batch, accepted, refused
        case observations, receipts
    }

    struct Line: Encodable {
        var status = "accepted"
        var code: String?
        var message: String?
    }

    let key: CodingKeys
    let batch: String
    let lines: [Line]

    /// `key` is `observations` or `receipts`.
    init(_ key: CodingKeys, batch: String, verdicts: [Verdict]) {
        (self.key, self.batch) = (key, batch)
        lines = verdicts.map { verdict in
            verdict.refusal.map { Line(status: "refused", code: $0.error.code, message: $0.error.message) } ?? Line()
        }
    }

    func encode(to encoder: any Encoder) throws {
        let refused = lines.count { $0.code != nil }
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(batch, forKey: .batch)
        try container.encode(lines.count - refused, forKey: .accepted)
        try container.encode(refused, forKey: .refused)
        try container.encode(lines, forKey: key)
    }

    func encoded() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(self)
    }
}
