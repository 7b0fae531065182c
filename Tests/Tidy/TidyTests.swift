import Foundation
import TestSupport
import Testing

/// The layering and the banned calls, read from the sources: SwiftPM lets transitive imports pass.
@Suite struct TidyTests {
    struct Source {
        let path: String
        let lines: [Substring]
    }

    /// Every Swift file that people write, by its path in the checkout.
    static let sources: [Source] = {
        let root = Checkout.root.path
        let paths = FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []
        return paths.filter { path in
            path.hasSuffix(".swift") && !path.contains("/Generated/") && !path.hasPrefix(".")
                && ["Services/", "Shared/", "Tests/"].contains(where: path.hasPrefix)
        }.sorted().compactMap { path in
            (try? String(contentsOfFile: root + "/" + path, encoding: .utf8)).map {
                Source(path: path, lines: $0.split(separator: "\n", omittingEmptySubsequences: false))
            }
        }
    }()

    static func imports(_ source: Source) -> [String] {
        source.lines.filter { $0.hasPrefix("import ") || $0.hasPrefix("package import ") }.compactMap {
            $0.split(separator: " ").last
        }
        .map(String.init)
    }

    /// What is wrong with the imports of `source`; nil if nothing is.
    static func layering(_ source: Source) -> String? {
        let imports = imports(source)
        func only(_ allowed: [String]) -> String? {
            imports.first { !allowed.contains($0) }.map {
                "\(source.path) imports \($0); only \(allowed) may stand there"
            }
        }
        if source.path.hasPrefix("Shared/Vocabulary/") { return only(["FoundationEssentials"]) }
        if source.path.contains("/Domain/") || source.path.contains("/Codecs/") {
            return only(["Vocabulary", "FoundationEssentials"])
        }
        if imports.contains("CZeroMQ"), !source.path.hasPrefix("Shared/MessageBus/") {
            return "\(source.path): only MessageBus touches libzmq"
        }
        let isProduct = !source.path.hasPrefix("Tests/") && !source.path.hasPrefix("Shared/TestSupport/")
        if isProduct, imports.contains("TestSupport") { return "\(source.path): TestSupport is for tests" }
        let services = ["Monitoring", "Dispatch", "Stockpile", "CommandCenter", "Assessment"]
        for own in services where source.path.hasPrefix("Services/\(own)/") {
            for other in services where other != own && imports.contains(where: { $0.hasPrefix(other) }) {
                return "\(source.path): services meet in MessageSchema, not in \(other)"
            }
        }
        return nil
    }

    /// Banned in product code, the places that are allowed, and what to write instead.
    static let banned: [(call: String, allowed: [String], instead: String)] = [
        ("Date()", ["Shared/ServiceKit/WallClock.swift"], "Turn.now, or WallClock in the shell"),
        ("UUID()", [], "RecordID, derived from the cause"),
        (".random(", ["Shared/ServiceStore/Epoch.swift"], "an id derived from the cause"),
        ("sleep(", [], "a timer row, or the doorbell"),
        ("try!", [], "an error"),
        ("fatalError(", [], "an error"),
        ("as!", [], "a checked cast"),
        ("@unchecked Sendable", ["Shared/MessageBus/", "Shared/ServiceStore/"], "a value or a Mutex"),
        ("Task {", [], "a structured task"),
        ("TODO", [], "an issue"),
        ("public ", [], "package"),
    ]

    static func ban(_ source: Source) -> String? {
        guard !source.path.hasPrefix("Tests/"), !source.path.hasPrefix("Shared/TestSupport/") else { return nil }
        for (call, allowed, instead) in banned where !allowed.contains(where: source.path.hasPrefix) {
            if let line = source.lines.firstIndex(where: {
                $0.contains(call) && !$0.drop(while: \.isWhitespace).hasPrefix("//")
            }) {
                return "\(source.path):\(line + 1): '\(call)'; write \(instead)"
            }
        }
        return nil
    }

    @Test func `imports follow the layers`() {
        #expect(Self.sources.count > 40)
        #expect(Self.sources.compactMap(Self.layering) == [])
    }

    @Test func `what is banned does not stand in the product`() { #expect(Self.sources.compactMap(Self.ban) == []) }

    @Test func `a file is one idea`() {
        #expect(Self.sources.filter { $0.lines.count > 400 }.map(\.path) == [])
    }

    @Test func `the control: planted violations are found`() {
        let planted = Source(path: "Services/Dispatch/Domain/X.swift", lines: ["import GRDB", "let now = Date()"])
        #expect(Self.layering(planted) != nil && Self.ban(planted) != nil)
        let foreign = Source(path: "Services/Dispatch/Service/X.swift", lines: ["import MonitoringDomain"])
        #expect(Self.layering(foreign) != nil)
    }

    @Test func `the top level holds what it may`() throws {
        let known = ["Package.swift", "Services", "Shared", "Tests", "compose", "README.md", "Package.resolved"]
        let found = try FileManager.default.contentsOfDirectory(atPath: Checkout.root.path)
        #expect(found.filter { !$0.hasPrefix(".") && !known.contains($0) } == [])
    }
}
