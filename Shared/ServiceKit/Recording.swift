import Foundation
package import MessageSchema
import SwiftProtobuf
package import Vocabulary

/// One input from outside, as a recording holds it.
package struct RecordedInput: Sendable {
    package let time: Instant
    package let service: ServiceName
    package let input: ExternalInput
}

/// A recording 录制: the inputs from outside, one JSON object a line, in order of time.
///
/// `{"time", "to", "channel": "sl651", "sender", "data": hex}` or `{"time", "to", "channel": "command", "command": {"id", "type",
/// "actor": {…}, "payload": {…}}}`.
package struct Recording: Sendable {
    package let inputs: [RecordedInput]

    /// Reads the recording at `path` for `realm`. Errors: `RecordingError` with file, line and remedy.
    package init(path: String, realm: Realm) throws {
        try self.init(text: String(contentsOfFile: path, encoding: .utf8), file: path, realm: realm)
    }

    /// The same, of the text of `file`.
    package init(text: String, file: String, realm: Realm) throws {
        var inputs: [RecordedInput] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
        where !line.isEmpty {
            do {
                let parsed = try JSONDecoder().decode(Line.self, from: Data(line.utf8)).input(
                    realm: realm,
                    line: Data(line.utf8)
                )
                guard inputs.last.map({ $0.time <= parsed.time }) ?? true else {
                    throw InputError(
                        "out-of-order",
                        "the line is earlier than the one before it; sort the file by time"
                    )
                }
                inputs.append(parsed)
            } catch {
                throw RecordingError(file: file, line: index + 1, message: "\(error)")
            }
        }
        self.inputs = inputs
    }

    private struct Line: Decodable {
        let time: String
        let to: String
        let channel: String
        let sender: String?
        let data: String?

        func input(realm: Realm, line: Data) throws -> RecordedInput {
            guard let instant = Instant(time) else { throw InputError("bad-time", "'\(time)' is no RFC 3339 time") }
            guard let service = ServiceName(rawValue: to) else {
                throw InputError("unknown-service", "no service is called '\(to)'")
            }
            var input = ExternalInput()
            input.channel = channel
            input.sender = sender ?? ""
            input.data = channel == Arrival.commandChannel ? try command(line, instant, realm) : try bytes()
            return RecordedInput(time: instant, service: service, input: input)
        }

        private func bytes() throws -> Data {
            let digits = (data ?? "").map { $0.isASCII ? $0.hexDigitValue : nil }
            var bytes = Data()
            for index in stride(from: 0, to: digits.count, by: 2) {
                guard index + 1 < digits.count, let high = digits[index], let low = digits[index + 1] else {
                    throw InputError("bad-hex", "data is written in hexadecimal digits, two for each byte")
                }
                bytes.append(UInt8(high << 4 | low))
            }
            return bytes
        }

        private func command(_ line: Data, _ time: Instant, _ realm: Realm) throws -> Data {
            guard let whole = try JSONSerialization.jsonObject(with: line) as? [String: Any],
                let object = whole["command"] as? [String: Any], let id = object["id"] as? String,
                let type = object["type"] as? String
            else { throw InputError("no-command", "a command has id, type, actor and payload") }
            let command = try Command(
                id: id,
                type: type,
                actor: WireActor(jsonUTF8Data: JSONSerialization.data(withJSONObject: object["actor"] ?? [:])),
                realm: realm,
                time: time,
                payload: JSONSerialization.data(withJSONObject: object["payload"] ?? [:])
            )
            return try command.serializedData()
        }
    }
}

/// A recording that cannot be read: where, and why.
package struct RecordingError: Error, Hashable, Sendable, CustomStringConvertible {
    package let file: String
    /// From 1.
    package let line: Int
    package let message: String

    package var description: String { "\(file):\(line): \(message)" }
}
