import Foundation
import MessageSchema
import ServiceKit
import TestSupport
import Vocabulary

/// What reaches the suite from outside: a stretch of the recorded flood.
struct Story: Sendable {
    let start: Instant
    let inputs: [RecordedInput]

    /// The night in which the river rises to red, and what people do in it.
    static let flood = Result {
        try Story(from: "2026-10-02T13:00:00Z", to: "2026-10-03T05:00:00Z") { $0.input.sender != "1522021002" }
    }

    init(from: String, to: String, _ isTold: (RecordedInput) -> Bool) throws {
        guard let (from, to) = Instant(from).flatMap({ from in Instant(to).map { (from, $0) } }) else {
            throw Broken("\(from) or \(to) is no time")
        }
        let path = Checkout.root.path + "/Tests/Recordings/flash-flood/inputs.jsonl"
        let all = try Recording(path: path, realm: Setting.realm).inputs
        inputs = all.filter { $0.time >= from && $0.time < to && isTold($0) }
        start = from
    }

    var timed: [TimedInput] {
        inputs.map { TimedInput(at: ($0.time - start).inMicroseconds, input: $0) }
    }
}
