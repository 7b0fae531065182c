/// Who may import whom. SwiftPM lets transitive imports pass; this table does not.
enum Layering {
    static let services = ["Monitoring", "Dispatch", "Stockpile", "CommandCenter", "Assessment"]
    static let parts = ["Domain", "Codecs", "Service", "Main"]

    static func violations(_ file: SourceFile) -> [String] {
        file.code.enumerated().flatMap { number, line -> [String] in
            guard let module = imported(line) else { return [] }
            return complaints(file, module).map { "\(file.path):\(number + 1): import \(module): \($0)" }
        }
    }

    /// The module that a line imports.
    static func imported(_ line: String) -> String? {
        let words = line.split(separator: " ")
        let kinds = ["struct", "class", "enum", "protocol", "func", "typealias", "let", "var", "actor"]
        let access = ["package", "internal", "private", "fileprivate", "public"]
        guard let keyword = words.firstIndex(of: "import") else { return nil }
        guard words[..<keyword].allSatisfy({ $0.hasPrefix("@") || access.contains(String($0)) }) else { return nil }
        let name = words[(keyword + 1)...].first { !kinds.contains(String($0)) }
        return name?.split(separator: ".").first.map(String.init)
    }

    private static func complaints(_ file: SourceFile, _ module: String) -> [String] {
        [onlyList(file, module), exclusive(file, module), acrossServices(file, module), testTools(file, module)]
            .compactMap { $0 }
    }

    /// Layers with a closed list.
    private static func onlyList(_ file: SourceFile, _ module: String) -> String? {
        let layers: [(path: String, allowed: [String], instead: String)] = [
            ("Shared/Vocabulary", ["FoundationEssentials"], "Vocabulary has no dependencies; move the code up"),
            // RealModule: exp, log and pow of forecasts, without a platform's C library.
            ("Services/*/Domain", ["Vocabulary", "RealModule"], "Domain is pure; pass values in and out"),
            (
                "Services/*/Codecs", ["Vocabulary", "FoundationEssentials", "Foundation", "FoundationXML"],
                "Codecs are pure; do it in Service"
            ),
        ]
        return layers.first { file.isBelow([$0.path]) && !$0.allowed.contains(module) }?.instead
    }

    /// Modules that have one place.
    private static func exclusive(_ file: SourceFile, _ module: String) -> String? {
        switch module {
        case "CZeroMQ" where !file.isBelow(["Shared/MessageBus"]): return "use MessageBus; only it touches libzmq"
        case "GRDB"
        where !file.isBelow([
            "Shared/ServiceStore", "Shared/ServiceKit", "Shared/TestSupport", "Services/*/Service", "Tests",
        ]):
            return "go through ServiceStore or the service's repository files"
        default: return nil
        }
    }

    /// A service meets another one in MessageSchema and Vocabulary; what is shared knows no service.
    private static func acrossServices(_ file: SourceFile, _ module: String) -> String? {
        guard let owner = services.first(where: { name in parts.contains { name + $0 == module } }) else { return nil }
        if file.isBelow(["Tests", "Services/\(owner)"]) { return nil }
        return "meet \(owner) in MessageSchema and Vocabulary"
    }

    private static func testTools(_ file: SourceFile, _ module: String) -> String? {
        guard ["TestSupport", "Testing", "XCTest"].contains(module), file.isProduct else { return nil }
        return "test tools are never part of a product; move the code to Tests"
    }
}
