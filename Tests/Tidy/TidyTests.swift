import Foundation
import Testing

@Suite struct TidyTests {
    /// What `rule` finds in the sources, one line each.
    private func findings(_ rule: (SourceFile) -> [String]) throws -> String {
        try SourceTree.files().flatMap(rule).joined(separator: "\n")
    }

    @Test func `the sources are found`() throws {
        let paths = Set(try SourceTree.files().map(\.path))
        #expect(paths.isSuperset(of: ["Shared/Vocabulary/Instant.swift", "Tests/Tidy/TidyTests.swift"]))
        #expect(!paths.contains { $0.contains("Generated/") })
    }

    @Test func `every import keeps to the layering`() throws {
        let found = try findings(Layering.violations)
        #expect(found.isEmpty, "\(found)")
    }

    @Test(arguments: Ban.all.map(\.pattern))
    func `product code does not say what is banned`(pattern: String) throws {
        let bans = Ban.all.filter { $0.pattern == pattern }
        let found = try findings { file in bans.flatMap { $0.violations(file) } }
        #expect(found.isEmpty, "\(found)")
    }

    @Test func `no file is longer than 400 lines`() throws {
        let found = try findings(Shape.longFile)
        #expect(found.isEmpty, "\(found)")
    }

    @Test func `no function is longer than 60 lines`() throws {
        let found = try findings(Shape.longFunctions)
        #expect(found.isEmpty, "\(found)")
    }

    @Test func `nothing is left for later`() throws {
        let found = try findings(Shape.unfinished)
        #expect(found.isEmpty, "\(found)")
    }

    @Test func `every package declaration has a summary`() throws {
        let found = try findings(Shape.missingSummaries)
        #expect(found.isEmpty, "\(found)")
    }

    @Test func `the top level holds only what is fixed`() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: SourceTree.root.path)
        #expect(Shape.strangers(names).joined(separator: "\n") == "")
    }
}
