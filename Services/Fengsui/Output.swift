import Foundation

/// What goes to standard output, a line at a time and at once, so that a pipe sees it when it happens.
enum Output {
    static func line(_ text: String) throws {
        try FileHandle.standardOutput.write(contentsOf: Data((text + "\n").utf8))
    }

    /// A word to the person at the terminal, beside the output.
    static func aside(_ text: String) throws {
        try FileHandle.standardError.write(contentsOf: Data((text + "\n").utf8))
    }

    /// Texts and numbers as a JSON object on one line, keys in order.
    static func json(_ object: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(object), as: UTF8.self)
    }
}
