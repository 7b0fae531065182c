/// Sizes, documentation and unfinished work.
enum Shape {
    static let fileLines = 400
    static let functionLines = 60

    static func longFile(_ file: SourceFile) -> [String] {
        // A file's last line ends with a newline, after which nothing stands.
        let count = file.lines.last == "" ? file.lines.count - 1 : file.lines.count
        guard count > fileLines else { return [] }
        return ["\(file.path): \(count) lines, at most \(fileLines): split it by concern (Type+Concern.swift)"]
    }

    static func longFunctions(_ file: SourceFile) -> [String] {
        file.code.indices.compactMap { start in
            guard let declaration = Declaration(file.code[start]), declaration.isFunction,
                let end = Self.end(of: start, in: file.code), end - start + 1 > functionLines
            else { return nil }
            let count = end - start + 1
            return "\(file.path):\(start + 1): \(declaration.name) has \(count) lines, at most \(functionLines): "
                + "name its steps as functions of their own"
        }
    }

    /// The line on which the body that starts at or after `start` ends; nil for a requirement without a body.
    private static func end(of start: Int, in code: [String]) -> Int? {
        var (round, curly, opened) = (0, 0, false)
        for line in start..<code.count {
            if line > start, !opened, round == 0, Declaration(code[line]) != nil { return nil }
            for character in code[line] {
                switch character {
                case "(": round += 1
                case ")": round -= 1
                case "{" where round == 0 || opened: (curly, opened) = (curly + 1, true)
                case "}" where round == 0 || opened: curly -= 1
                default: break
                }
                if curly < 0 { return nil }
                if opened, curly == 0 { return line }
            }
        }
        return nil
    }

    static func unfinished(_ file: SourceFile) -> [String] {
        // Put together, so that this file does not say them.
        let words = ["TO" + "DO", "FIX" + "ME", "X" + "XX"]
        return file.lines.indices.flatMap { line in
            words.filter { file.lines[line].says($0) }
                .map { "\(file.path):\(line + 1): \($0): do it now, or report it; the source keeps no wishes" }
        }
    }

    // Members whose promise is said once, where their protocol or their pattern is documented.
    static let undocumented = [
        "checked": "the wire's value checked, promised at the top of MessageSchema/Mapping.swift",
        "minutes": "as the standard library's Duration.seconds",
        "hours": "as the standard library's Duration.seconds",
        "hash": "Hashable", "encode": "Encodable",
    ]

    /// `package` types, functions and initialisers that can refuse need a summary. Exempt: operators, properties, cases,
    /// initialisers that take every value (their labels say it all) and the names in `undocumented`.
    static func missingSummaries(_ file: SourceFile) -> [String] {
        guard !file.path.hasPrefix("Tests/") else { return [] }
        return file.code.indices.compactMap { line in
            guard let declaration = Declaration(file.code[line]), declaration.isPackage,
                declaration.isOperator == false,
                undocumented[declaration.name] == nil, !hasSummary(line, in: file),
                declaration.name != "init" || canRefuse(line, in: file.code)
            else { return nil }
            return "\(file.path):\(line + 1): \(declaration.keyword) \(declaration.name): "
                + "write a `///` summary: what it promises, units, errors"
        }
    }

    private static func canRefuse(_ start: Int, in code: [String]) -> Bool {
        var signature = ""
        for line in code[start...] {
            signature += line + " "
            if line.contains("{") || line.trimmed.isEmpty { break }
        }
        let head = signature.prefix { $0 != "{" }
        return head.contains("init?") || head.contains(" throws")
    }

    /// Whether a `///` line stands above, attributes between allowed.
    private static func hasSummary(_ line: Int, in file: SourceFile) -> Bool {
        for above in file.lines[..<line].reversed().map(\.trimmed) where !above.hasPrefix("@") {
            return above.hasPrefix("///")
        }
        return false
    }

    static func strangers(_ names: [String]) -> [String] {
        let known = ["Package.swift", "Services", "Shared", "Tests", "compose", "README.md", "Package.resolved"]
        return names.filter { !$0.hasPrefix(".") && !known.contains($0) }.sorted()
            .map { "\($0): the top level is fixed; move it into Services, Shared, Tests or compose" }
    }
}

/// The head of a declaration of a type or a function.
struct Declaration {
    let keyword: String
    let name: String
    let isPackage: Bool

    var isFunction: Bool { keyword == "func" || keyword == "init" }
    var isOperator: Bool { keyword == "func" && name.first?.isWordPart == false && name.first != "`" }

    init?(_ line: String) {
        let modifiers: Set<Substring> = [
            "package", "private", "fileprivate", "internal", "static", "final", "mutating", "nonmutating", "consuming",
            "borrowing", "indirect", "convenience", "required", "override", "nonisolated", "isolated", "lazy",
        ]
        var words = line.trimmed.split(separator: " ")[...]
        var isPackage = false
        while let word = words.first, modifiers.contains(word) || word.hasPrefix("@") || word.hasPrefix("nonisolated(")
        {
            isPackage = isPackage || word == "package"
            words.removeFirst()
        }
        guard let keyword = words.first else { return nil }
        self.isPackage = isPackage
        if keyword.hasPrefix("init"), ["(", "?", "<"].contains(String(keyword.dropFirst(4).prefix(1))) {
            (self.keyword, name) = ("init", "init")
            return
        }
        guard ["struct", "class", "enum", "protocol", "actor", "func", "typealias"].contains(keyword),
            let rest = words.dropFirst().first
        else { return nil }
        self.keyword = String(keyword)
        let word = String(rest.prefix { $0.isWordPart || $0 == "`" })
        name = word.isEmpty ? String(rest) : word
    }
}

extension StringProtocol {
    /// Without the spaces at its start.
    var trimmed: String { String(drop { $0 == " " }) }
}
