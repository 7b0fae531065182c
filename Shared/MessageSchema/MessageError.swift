import Vocabulary

/// What is wrong with a message that came in. Bad input, never our own mistake: it is counted and kept aside.
package struct MessageError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Stable words for operators, metrics and tests.
    package enum Code: String, Sendable, CaseIterable {
        case malformedID = "malformed-id"
        case malformedHash = "malformed-hash"
        case malformedEnvelope = "malformed-envelope"
        case malformedPayload = "malformed-payload"
        case oversized = "oversized"
        case unknownType = "unknown-type"
        case unknownStream = "unknown-stream"
        case unknownValue = "unknown-value"
        case missingField = "missing-field"
        case outOfRange = "out-of-range"
        case foreignRealm = "foreign-realm"
        case unsupportedVersion = "unsupported-version"
    }

    package let code: Code
    /// What was found and what was expected.
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message.shown(1_024)
    }

    package var description: String { "\(code.rawValue): \(message)" }
}
