import Testing

// Each rule catches what it is there for, and leaves alone what only looks like it.

@Suite struct ControlTests {
    private func file(_ path: String, _ text: String) -> SourceFile { SourceFile(path: path, text: text) }

    @Test(arguments: [
        ("Shared/Vocabulary/A.swift", "import Foundation"),
        ("Shared/Vocabulary/A.swift", "@preconcurrency package import struct FoundationNetworking.URL"),
        ("Services/Monitoring/Domain/A.swift", "import FoundationEssentials"),
        ("Services/Monitoring/Domain/A.swift", "import MessageSchema"),
        ("Services/Monitoring/Codecs/A.swift", "import NIOCore"),
        ("Services/Monitoring/Service/A.swift", "import CZeroMQ"),
        ("Services/Monitoring/Service/A.swift", "import DispatchDomain"),
        ("Services/Fengsui/main.swift", "internal import MonitoringService"),
        ("Services/Fengsui/main.swift", "import GRDB"),
        ("Services/Monitoring/Main/main.swift", "import GRDB"),
        ("Shared/MessageBus/A.swift", "import GRDB"),
        ("Shared/ServiceKit/A.swift", "import StockpileService"),
        ("Shared/ServiceKit/A.swift", "import TestSupport"),
        ("Services/Dispatch/Service/A.swift", "@testable import XCTest"),
        ("Tests/ServiceKit/A.swift", "import CZeroMQ"),
    ])
    func `an import that breaks the layering is caught`(path: String, line: String) {
        #expect(Layering.violations(file(path, "// a file\n\(line)\n")).count == 1)
    }

    @Test(arguments: [
        ("Shared/Vocabulary/A.swift", "package import FoundationEssentials"),
        ("Services/Monitoring/Domain/A.swift", "package import Vocabulary"),
        ("Services/Monitoring/Service/A.swift", "import GRDB"),
        ("Services/Monitoring/Service/A.swift", "import Dispatch"),
        ("Services/Monitoring/Service/A.swift", "import MonitoringDomain"),
        ("Services/Monitoring/Main/main.swift", "import MonitoringService"),
        ("Shared/MessageBus/A.swift", "import CZeroMQ"),
        ("Shared/TestSupport/A.swift", "import Testing"),
        ("Tests/Integration/A.swift", "import DispatchService"),
        ("Shared/Vocabulary/A.swift", "// import Foundation"),
        ("Shared/Vocabulary/A.swift", "let line = \"import Foundation\""),
    ])
    func `an import that keeps to the layering passes`(path: String, line: String) {
        #expect(Layering.violations(file(path, line)) == [])
    }

    @Test(arguments: Ban.all.map(\.pattern))
    func `a banned word is caught in product code and its replacement named`(pattern: String) {
        for ban in Ban.all.filter({ $0.pattern == pattern }) {
            let found = ban.violations(file("Services/Monitoring/Domain/A.swift", "// x\nlet it = \(pattern)\n"))
            #expect(found.count == 1)
            #expect(found.allSatisfy { $0.hasPrefix("Services/Monitoring/Domain/A.swift:2:") })
            #expect(found.allSatisfy { $0.contains(ban.replacement) && !ban.replacement.isEmpty })
        }
    }

    @Test func `a banned word passes in a comment, a string, a longer word, a test and where it is allowed`() {
        for ban in Ban.all {
            let quiet =
                "// \(ban.pattern)\n/* \(ban.pattern) /* \(ban.pattern) */ */\nlet it = \"\(ban.pattern) \\\" \(ban.pattern)\""
            #expect(ban.violations(file("Services/Monitoring/Domain/A.swift", quiet)) == [])
            #expect(ban.violations(file("Tests/Monitoring/A.swift", ban.pattern)) == [])
            for (path, reason) in ban.allowed {
                #expect(!reason.isEmpty)
                let within = path.replacing("*", with: "Monitoring")
                let place = within.hasSuffix(".swift") ? within : within + "/A.swift"
                #expect(ban.violations(file(place, ban.pattern)) == [])
            }
        }
        #expect(!"value.upDate()".says("Date()"))
        #expect(!"withUnsafeBytes(of: x)".says("unsafe"))
        #expect(!"struct Task {".says("Task {"))
        #expect(!"fingerprint(x)".says("print("))
    }

    @Test func `a banned word in an interpolation is caught`() {
        let bans = Ban.all.filter { $0.pattern == "UUID()" }
        let text = ##"let a = "x \(f("y", UUID())) z"; let b = #"\#(UUID())"#"##
        #expect(bans.flatMap { $0.violations(file("Shared/ServiceKit/A.swift", text)) }.count == 1)
        let raw = ##"let b = #"\(UUID())"#"##
        #expect(bans.flatMap { $0.violations(file("Shared/ServiceKit/A.swift", raw)) } == [])
    }

    @Test func `a file of 401 lines is caught and one of 400 passes`() {
        #expect(Shape.longFile(file("A.swift", String(repeating: "x\n", count: 401))).count == 1)
        #expect(Shape.longFile(file("A.swift", String(repeating: "x\n", count: 400))) == [])
    }

    @Test(arguments: [
        "    package func f(a: Int = { 1 }()) {", "init?(x: Int)\n    where T: P {", "@Test func `a {name`() throws {",
    ])
    func `a function of 61 lines is caught and one of 60 passes`(head: String) {
        let headLines = head.split(separator: "\n").count
        func text(_ lines: Int) -> String {
            let body = String(repeating: "    if x { y(\"}\") }\n", count: lines - headLines - 1)
            return "protocol P {\n    func requirement()\n    init()\n}\n\(head)\n\(body)}\n"
        }
        #expect(Shape.longFunctions(file("A.swift", text(61))).count == 1)
        #expect(Shape.longFunctions(file("A.swift", text(60))) == [])
    }

    @Test func `work left for later is caught in comments too`() {
        for word in ["TO" + "DO", "FIX" + "ME"] {
            #expect(Shape.unfinished(file("Tests/A.swift", "// \(word): later")).count == 1)
        }
        #expect(Shape.unfinished(file("Tests/A.swift", "let MASTO" + "DON = 1")) == [])
    }

    @Test(arguments: [
        "package struct A {", "package enum A { case b }", "package protocol A {", "@frozen package struct A {",
        "    package func run() async throws {", "    package static func a() -> B {", "    package init?(a: Int) {",
        "    package init(\n        a: Int\n    ) throws(E) {", "// no summary\npackage actor A {",
    ])
    func `a package declaration without a summary is caught`(text: String) {
        #expect(Shape.missingSummaries(file("Shared/ServiceKit/A.swift", "let x = 1\n\(text)\n")).count == 1)
    }

    @Test(arguments: [
        "/// A.\npackage struct A {", "/// A.\n@frozen\n@available(*, deprecated)\npackage struct A {", "struct A {",
        "package static func < (one: A, other: A) -> Bool {", "package init(a: Int) {", "package let a: Int",
        "package import Vocabulary", "package func checked() throws(MessageError) -> Unit {",
    ])
    func `a package declaration with a summary or an exemption passes`(text: String) {
        #expect(Shape.missingSummaries(file("Shared/ServiceKit/A.swift", "let x = 1\n\(text)\n")) == [])
    }

    @Test func `a stranger at the top level is caught`() {
        #expect(Shape.strangers(["Package.swift", ".git", "Services", "docs"]).count == 1)
        #expect(Shape.strangers(["Package.swift", ".build", "README.md", "compose"]) == [])
    }
}
