/// Why bytes are no HJ 212 packet, or a packet no message.
package struct HJ212Error: Error, Hashable, Sendable, CustomStringConvertible {
    /// Stable words for operators, metrics and tests.
    package enum Code: String, Sendable {
        case tooShort = "too-short"
        case tooLarge = "too-large"
        case noStart = "no-start"
        case wrongCRC = "wrong-crc"
        case wrongLength = "wrong-length"
        case badField = "bad-field"
        case badTime = "bad-time"
        case badPacket = "bad-packet"
        case unsupportedCommand = "unsupported-command"
    }

    package let code: Code
    package let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { "\(code.rawValue): \(message)" }
}
