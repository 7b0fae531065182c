import Foundation
import MessageSchema
import MonitoringService
import ServiceKit
import TestSupport
import Testing
import Vocabulary

/// GeoJSON as an independent reader sees it: Python's json, and coordinates worked out by hand.
@Suite struct GridMapTests {
    let rig: GridRig

    init() throws { rig = try GridRig() }

    /// The features of the map, read by Foundation.
    static func features(_ kind: MapKind, _ rig: GridRig) throws -> [[String: Any]] {
        let text = try MonitoringCore.map(kind, data: rig.folder.path)
        let json = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        #expect(json["type"] as? String == "FeatureCollection")
        return try #require(json["features"] as? [[String: Any]])
    }

    /// RFC 7946: longitude before latitude, ranges, closed outer rings that run counterclockwise; prints id and first position.
    static let check = """
        import json, sys
        for line in sys.stdin.read().split("\\n\\n"):
            if not line.strip(): continue
            collection = json.loads(line)
            assert set(collection) == {"type", "features"} and collection["type"] == "FeatureCollection"
            for feature in collection["features"]:
                assert set(feature) == {"type", "id", "geometry", "properties"} and feature["type"] == "Feature"
                geometry = feature["geometry"]
                assert set(geometry) == {"type", "coordinates"}
                places = geometry["coordinates"]
                if geometry["type"] == "Point": places = [places]
                else:
                    assert geometry["type"] == "Polygon" and len(places) == 1
                    places = places[0]
                    assert len(places) >= 4 and places[0] == places[-1]
                    assert sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(places, places[1:])) > 0
                for lon, lat in places: assert -180 <= lon <= 180 and -90 <= lat <= 90
                print(feature["id"].split(".")[0], *places[0])
        """

    @Test func `every kind is GeoJSON with longitude first, closed rings and the right hand`() throws {
        #expect(try rig.order(rig.seen("smoke", north: 0), by: "p-east") == "")
        #expect(try rig.order(rig.seen("fire", unit: "yirshi"), by: "p-town") == "")
        #expect(try rig.order(rig.found(.major, enterprise: "mill", point: "dust"), by: "p-boss") == "")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        process.arguments = ["-c", Self.check]
        let (input, output) = (Pipe(), Pipe())
        (process.standardInput, process.standardOutput) = (input, output)
        try process.run()
        for kind in MapKind.allCases {
            let text = try MonitoringCore.map(kind, data: rig.folder.path) + "\n"
            try input.fileHandleForWriting.write(contentsOf: Data(text.utf8))
        }
        try input.fileHandleForWriting.close()
        let said = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        // The area's corners were listed clockwise from its south-west; turned round, the last one stands first. The fire has no
        // position and stands where its unit does, the danger where its risk point does.
        #expect(
            said.split(separator: "\n") == [
                "1522021001 119.815 47.305", "arxan 119.943 47.177", "yirshi 119.815 47.305", "east 119.85 47.29",
                "east-1 119.835 47.31", "G 119.83 47.3", "G 119.815 47.305", "D 119.841 47.308", "dust 119.841 47.308",
            ]
        )
    }

    @Test func `a map of what is not there says what to do`() throws {
        #expect(throws: (any Error).self) { try MonitoringCore.map(.dangers, data: rig.folder.path + "/nowhere") }
    }
}
