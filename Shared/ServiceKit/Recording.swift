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
        var reader = RecordingReader(lines: LineReader(text), file: file, realm: realm)
        var inputs: [RecordedInput] = []
        while let input = try reader.next() { inputs.append(input) }
        self.inputs = inputs
    }
}

/// A recording that is read as it is needed: one of any length takes the memory of a line.
package struct RecordingReader {
    private var lines: LineReader
    private let file: String
    private let realm: Realm
    private var line = 0
    /// Inputs of one instant name it alike.
    private var last: (text: String, time: Instant)?

    /// Begins to read the recording at `path` for `realm`. Errors: `RecordingError` where it cannot be opened.
    package init(path: String, realm: Realm) throws {
        guard let file = FileHandle(forReadingAtPath: path) else {
            throw RecordingError(file: path, line: 0, message: "cannot be opened; name a recording that you may read")
        }
        self.init(lines: LineReader(file), file: path, realm: realm)
    }

    init(lines: LineReader, file: String, realm: Realm) {
        (self.lines, self.file, self.realm) = (lines, file, realm)
    }

    /// How many inputs the recording at `path` has, by its lines. Errors: the file cannot be read.
    package static func count(path: String) throws -> Int { try LineReader.count(path: path) }

    /// The next input; nil after the last. Errors: `RecordingError` with file, line and remedy.
    package mutating func next() throws -> RecordedInput? {
        while let bytes = try lines.next() {
            line += 1
            guard !bytes.isEmpty else { continue }
            do {
                return try input(of: bytes)
            } catch {
                throw RecordingError(file: file, line: line, message: "\(error)")
            }
        }
        return nil
    }

    private mutating func input(of bytes: Data) throws -> RecordedInput {
        let parsed = try JSONDecoder().decode(Line.self, from: bytes)
        let time = try parsed.instant(last)
        guard last.map({ $0.time <= time }) ?? true else {
            throw InputError("out-of-order", "the line is earlier than the one before it; sort the file by time")
        }
        last = (parsed.time, time)
        return try parsed.input(at: time, realm: realm, line: bytes)
    }

    private struct Line: Decodable {
        let time: String
        let to: String
        let channel: String
        let sender: String?
        let data: String?

        /// The time; read only where it is another text than the last one.
        func instant(_ last: (text: String, time: Instant)?) throws -> Instant {
            if let last, last.text == time { return last.time }
            guard let instant = Instant(time) else { throw InputError("bad-time", "'\(time)' is no RFC 3339 time") }
            return instant
        }

        func input(at instant: Instant, realm: Realm, line: Data) throws -> RecordedInput {
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
            var bytes: [UInt8] = []
            var high: UInt8?
            bytes.reserveCapacity((data?.utf8.count ?? 0) / 2)
            for character in (data ?? "").utf8 {
                guard let digit = character.hexDigit else { throw Self.noHexadecimal }
                if let upper = high { bytes.append(upper << 4 | digit) }
                high = high == nil ? digit : nil
            }
            guard high == nil else { throw Self.noHexadecimal }
            return Data(bytes)
        }

        private static var noHexadecimal: InputError {
            InputError("bad-hex", "data is written in hexadecimal digits, two for each byte")
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

extension UInt8 {
    /// The value of the hexadecimal digit of this code; nil for any other character.
    fileprivate var hexDigit: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

/// A recording that cannot be read: where, and why.
package struct RecordingError: Error, Hashable, Sendable, CustomStringConvertible {
    package let file: String
    /// From 1.
    package let line: Int
    package let message: String

    package init(file: String, line: Int, message: String) {
        (self.file, self.line, self.message) = (file, line, message)
    }

    package var description: String { "\(file):\(line): \(message)" }
}
