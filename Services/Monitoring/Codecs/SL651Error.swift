/// Why bytes are no SL 651 frame, or a frame no report.
package struct SL651Error: Error, Hashable, Sendable, CustomStringConvertible {
    /// Stable words for operators, metrics and tests.
    package enum Code: String, Sendable {
        case tooShort = "too-short"
        case tooLarge = "too-large"
        case noStart = "no-start"
        case wrongCRC = "wrong-crc"
        case wrongLength = "wrong-length"
        case wrongDirection = "wrong-direction"
        case noEnd = "no-end"
        case badDigits = "bad-digits"
        case badTime = "bad-time"
        case badElement = "bad-element"
        case badPacket = "bad-packet"
        case unsupportedFunction = "unsupported-function"
        case unknownFunction = "unknown-function"
    }

    package let code: Code
    package let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { "\(code.rawValue): \(message)" }
}
