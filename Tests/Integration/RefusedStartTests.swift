import Foundation
import GRDB
import TestSupport
import Testing

/// A service that cannot start says why and what to do in one line, and ends with 1.
@Suite struct RefusedStartTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// The one line at level error.
    private func refusal(_ configuration: String, realm: String = "live") throws -> String {
        let arguments = [
            "run", "--data", folder.path + "/data", "--bus", folder.path + "/bus", "--configuration", configuration,
            "--realm", realm, "--logs", "json",
        ]
        let ended = try Program("dispatch", arguments, in: folder, name: "refused").end()
        #expect(ended.code == 1 && ended.output.isEmpty)
        let lines = ended.errors.split(separator: "\n")
        #expect(lines.count == 1, "\(ended.errors)")
        let line = try #require(try JSONSerialization.jsonObject(with: Data(lines[0].utf8)) as? [String: String])
        #expect(line["level"] == "error" && line["service"] == "dispatch")
        return try #require(line["error.message"])
    }

    private static let shipped = OperatedSuite.configuration + "/dispatch.yaml"

    /// The shipped text spoilt from one line on, and that line's number, from 1.
    private func spoilt(_ extra: String) throws -> (path: String, line: Int) {
        let text = try String(contentsOfFile: Self.shipped, encoding: .utf8)
        let path = folder.path + "/spoilt.yaml"
        try Data((text + extra).utf8).write(to: URL(fileURLWithPath: path))
        return (path, text.split(separator: "\n", omittingEmptySubsequences: false).count)
    }

    @Test func `malformed YAML is refused with file, line and remedy`() throws {
        let (path, line) = try spoilt("a: b: c\n")
        let said = try refusal(path)
        #expect(said.hasPrefix("\(path):\(line): ") && said.hasSuffix("; correct the YAML there"), "\(said)")
    }

    @Test func `a key that nobody knows is refused with file, line and remedy`() throws {
        let (path, line) = try spoilt("colour: red\n")
        let said = try refusal(path)
        #expect(said.hasPrefix("\(path):\(line): unknown key 'colour'; use one of "), "\(said)")
    }

    @Test func `a configuration that is not there, or is no text, is refused with the remedy`() throws {
        #expect(try refusal(folder.path + "/none.yaml").contains("none.yaml:1: the file is not there"))
        let path = folder.path + "/binary.yaml"
        try Data([0xFF, 0xFE, 0x00]).write(to: URL(fileURLWithPath: path))
        #expect(try refusal(path).hasSuffix("the file is no UTF-8; save it as UTF-8"))
    }

    @Test func `a database of a newer program, or of another realm, is refused and left as it is`() async throws {
        let arguments = [
            "run", "--data", folder.path + "/data", "--bus", folder.path + "/bus", "--configuration", Self.shipped,
        ]
        let first = try Program("dispatch", arguments, in: folder, name: "first")
        #expect(try await eventually { first.complained.contains("service started") })
        #expect(first.terminate().code == 0)
        let said = try refusal(Self.shipped, realm: "exercise:other")
        #expect(said.hasPrefix("store-foreign: ") && said.contains("realm live"), "\(said)")
        let path = folder.path + "/data/dispatch.db"
        let database = try DatabaseQueue(path: path)
        try await database.write { try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('tomorrow-1')") }
        func contents() throws -> [Row] {
            try database.read { try Row.fetchAll($0, sql: "SELECT * FROM journal, identity, grdb_migrations") }
        }
        let before = try contents()
        #expect(!before.isEmpty)
        let newer = try refusal(Self.shipped)
        #expect(newer.hasPrefix("store-newer: \(path)") && newer.contains("start that one"), "\(newer)")
        #expect(try contents() == before)
    }
}
