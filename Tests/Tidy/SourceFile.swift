import Foundation

/// A source file as the rules see it.
struct SourceFile: Sendable {
    /// From the root: `Shared/Vocabulary/Instant.swift`.
    let path: String
    /// The lines as they stand.
    let lines: [String]
    /// The same lines with comments and string literals blanked; what stands in an interpolation is kept.
    let code: [String]

    init(path: String, text: String) {
        self.path = path
        lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        code = Blanker.blank(text).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    /// The folders of the path: `Services`, `Monitoring`, `Domain`.
    var folders: [String] { path.split(separator: "/").dropLast().map(String.init) }

    /// Whether the file is part of what is shipped, and not of the tests' tools.
    var isProduct: Bool {
        !isGenerated && (path.hasPrefix("Services/") || path.hasPrefix("Shared/"))
            && !path.hasPrefix("Shared/TestSupport/")
    }

    var isGenerated: Bool { path.hasPrefix("Shared/MessageSchema/Generated/") }

    /// Whether the file lies at or below one of those paths; `*` stands for one folder.
    func isBelow(_ patterns: [String]) -> Bool {
        let parts = path.split(separator: "/")
        return patterns.contains { pattern in
            let wanted = pattern.split(separator: "/")
            return wanted.count <= parts.count && zip(wanted, parts).allSatisfy { $0 == "*" || $0 == $1 }
        }
    }
}

/// The sources of the suite.
enum SourceTree {
    /// The root, from where this file stands: Tests/Tidy/SourceFile.swift.
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Every Swift file that people write, in the order of its path; read once, for each takes its time.
    static func files() throws -> [SourceFile] { try all.get() }

    private static let all = Result {
        try ["Services", "Shared", "Tests"].flatMap(files(below:)).filter { !$0.isGenerated }
            .sorted { $0.path < $1.path }
    }

    private static func files(below folder: String) throws -> [SourceFile] {
        let base = root.appending(path: folder)
        return try FileManager.default.subpathsOfDirectory(atPath: base.path)
            .filter { $0.hasSuffix(".swift") }
            .map { path in
                let text = try String(contentsOf: base.appending(path: path), encoding: .utf8)
                return SourceFile(path: "\(folder)/\(path)", text: text)
            }
    }
}

/// Replaces comments and string literals by spaces, line by line, and keeps the code in interpolations.
private struct Blanker {
    private let bytes: [UInt8]
    private var index = 0
    private var out: [UInt8] = []

    static func blank(_ text: String) -> String {
        var blanker = Blanker(bytes: Array(text.utf8))
        blanker.code(inInterpolation: false)
        return String(decoding: blanker.out, as: UTF8.self)
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private func at(_ text: String) -> Bool { bytes[index...].starts(with: text.utf8) }
    private mutating func keep() {
        out.append(bytes[index])
        index += 1
    }
    private mutating func drop(_ count: Int = 1) {
        for _ in 0..<count where index < bytes.count {
            out.append(bytes[index] == UInt8(ascii: "\n") ? bytes[index] : UInt8(ascii: " "))
            index += 1
        }
    }

    private mutating func code(inInterpolation: Bool) {
        var depth = 0
        while index < bytes.count {
            if at("//") {
                while index < bytes.count, bytes[index] != UInt8(ascii: "\n") { drop() }
            } else if at("/*") {
                comment()
            } else if let hashes = stringStart() {
                string(hashes: hashes)
            } else if at("`") {
                rawIdentifier()
            } else {
                if bytes[index] == UInt8(ascii: "(") { depth += 1 }
                if bytes[index] == UInt8(ascii: ")") { depth -= 1 }
                keep()
                if inInterpolation, depth == 0 { return }
            }
        }
    }

    /// The name between backticks may hold anything, braces among it.
    private mutating func rawIdentifier() {
        keep()
        while index < bytes.count, !at("`") {
            out.append(UInt8(ascii: "_"))
            index += 1
        }
        if index < bytes.count { keep() }
    }

    private mutating func comment() {
        var depth = 0
        repeat {
            if at("/*") {
                depth += 1
                drop(2)
            } else if at("*/") {
                depth -= 1
                drop(2)
            } else {
                drop()
            }
        } while depth > 0 && index < bytes.count
    }

    /// How many `#` stand before a string that starts here; nil where none starts.
    private func stringStart() -> Int? {
        let hashes = bytes[index...].prefix { $0 == UInt8(ascii: "#") }.count
        let quote = index + hashes
        return quote < bytes.count && bytes[quote] == UInt8(ascii: "\"") ? hashes : nil
    }

    private mutating func string(hashes: Int) {
        let marks = String(repeating: "#", count: hashes)
        drop(hashes)
        let quotes = at("\"\"\"") ? "\"\"\"" : "\""
        drop(quotes.utf8.count)
        while index < bytes.count, !at(quotes + marks) {
            if at("\\" + marks + "(") {
                drop(1 + hashes)
                code(inInterpolation: true)
            } else if at("\\" + marks) {
                drop(2 + hashes)
            } else {
                drop()
            }
        }
        drop(quotes.utf8.count + hashes)
    }
}
