import Foundation
import MessageSchema
import TestSupport
import Testing

/// Stations by the thousand as an operator registers them: `fengsui stations import` with real processes.
@Suite(.serialized) struct StationImportTests {
    private static let kinds = "station_kinds: [{ id: gauge, silent_after: 150m }]"

    private static func line(_ id: String, kind: String = "gauge", name: String = "Gauge") -> String {
        #"{"id": "\#(id)", "kind": "\#(kind)", "nameZh": "测站", "nameEn": "\#(name)", "division": "152202004", "#
            + #""position": {"latitudeMicrodegrees": 47306000, "longitudeMicrodegrees": 119830000, "datum": "DATUM_WGS84"}}"#
    }

    private func importing(_ lines: [String], _ folder: TemporaryFolder, _ name: String) throws -> Ended {
        let path = "\(folder.path)/\(name).jsonl"
        try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(fileURLWithPath: path))
        let arguments = [
            "stations", "import", path, "--bus", folder.path + "/bus", "--person", "p-li", "--role", "duty-officer",
        ]
        return try Program("fengsui", arguments, in: folder, name: name).end()
    }

    @Test func `a file is imported in thousands, again without effect, and stands after a kill`() async throws {
        let folder = try TemporaryFolder()
        let monitoring = try InletProcess(Self.kinds, in: folder)
        #expect(try await eventually { monitoring.log(says: "service started") })
        let lines = (0..<1_200).map { Self.line("t\($0)") }
        let first = try importing(lines, folder, "first")
        #expect(first.lines == ["1200 stations, 1200 of them added or changed"], "\(first.errors)")
        let changed = try importing([Self.line("t7", name: "Renamed"), ""] + lines.dropFirst(8), folder, "changed")
        #expect(changed.lines == ["1193 stations, 1 of them added or changed"], "\(changed.errors)")
        try monitoring.killAndRestart()
        #expect(try await eventually { monitoring.log(says: "service started") })
        #expect(try monitoring.count("SELECT count(*) FROM station WHERE registered IS NOT NULL") == 1_200)
        let map = ["map", "--data", folder.path + "/data", "--kind", "stations"]
        #expect(try Program("monitoring", map, in: folder, name: "map").end().output.contains("Renamed"))
    }

    @Test func `a line that is no station, and one that is refused, end the import with what to do`() async throws {
        let folder = try TemporaryFolder()
        let monitoring = try InletProcess(Self.kinds, in: folder)
        #expect(try await eventually { monitoring.log(says: "service started") })
        let torn = try importing([Self.line("t1"), "{\"id\": \"t2\""], folder, "torn")
        #expect(torn.code == 1 && torn.errors.contains("torn.jsonl:2: no station"), "\(torn.errors)")
        let strange = try importing([Self.line("t1"), Self.line("t2", kind: "buoy")], folder, "strange")
        #expect(strange.code == 1 && strange.errors.contains("unknown-kind"), "\(strange.errors)")
        #expect(strange.errors.contains("station_kinds") && strange.errors.contains("up to line 2"))
        #expect(try monitoring.count("SELECT count(*) FROM station WHERE registered IS NOT NULL") == 0)
        let missing = try Program(
            "fengsui",
            ["stations", "import", "/nowhere", "--bus", folder.path, "--person", "p", "--role", "r"],
            in: folder,
            name: "missing"
        ).end()
        #expect(missing.code == 64 && missing.errors.contains("no file at /nowhere"))
    }
}
