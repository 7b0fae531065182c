import Vocabulary

/// Why a document, or one item of it, is not what its sender meant it to be.
package struct DocumentError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Stable words for senders, operators, metrics and tests.
    package enum Code: String, CaseIterable, Sendable {
        case tooLarge = "too-large"
        case tooDeep = "too-deep"
        case tooMany = "too-many-values"
        case notUTF8 = "not-utf8"
        case notJSON = "not-json"
        case notCSV = "not-csv"
        case repeatedField = "repeated-field"
        case unknownField = "unknown-field"
        case missingField = "missing-field"
        case wrongKind = "wrong-kind"
        case badText = "bad-text"
        case badNumber = "bad-number"
        case tooPrecise = "too-precise"
        case outOfRange = "out-of-range"
        case badTime = "bad-time"
        case missingZone = "missing-time-zone"
        case unknownForm = "unknown-form"
    }

    package let code: Code
    /// What was found, and what to do.
    package let message: String

    init(_ code: Code, _ message: String) { (self.code, self.message) = (code, message.shown(512)) }

    package var description: String { "\(code.rawValue): \(message)" }
}
