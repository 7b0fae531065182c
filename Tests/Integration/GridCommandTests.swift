import Foundation
import MessageSchema
import TestSupport
import Testing

/// The grid as a person at a keyboard meets it: the sample configuration, `fengsui send` and `monitoring map`, on real processes.
@Suite(.serialized) struct GridCommandTests {
    @Test func `a report sent by hand stands on the map, and is acknowledged by the unit's worker only`() async throws {
        let suite = try OperatedSuite([.monitoring], lockstep: false)
        #expect(try await eventually { suite.isRunning([.monitoring]) })
        func send(_ type: String, _ content: String, by person: String) throws -> Ended {
            try suite.fengsui(
                [
                    "send", "monitoring.command.\(type)", content, "--bus", suite.bus, "--person", person, "--role",
                    "worker", "--realm", "exercise:test", "--wait", "60",
                ],
                name: "send"
            ).end()
        }
        let observed = Int64(Date().timeIntervalSince1970) * 1_000_000
        let smoke =
            #"{"kind": "smoke", "observedUs": "\#(observed)", "position": {"latitudeMicrodegrees": 47306000, "#
            + #""longitudeMicrodegrees": 119830000, "datum": "DATUM_WGS84"}}"#
        let sent = try send("grid.report", smoke, by: "p-herder")
        #expect(sent.code == 0, "\(sent.errors)")
        let map = try Program(
            "monitoring",
            ["map", "--data", suite.data, "--kind", "grid-reports"],
            in: suite.folder,
            name: "map"
        ).end()
        let json = try #require(try JSONSerialization.jsonObject(with: Data(map.output.utf8)) as? [String: Any])
        let feature = try #require((json["features"] as? [[String: Any]])?.first)
        let geometry = try #require(feature["geometry"] as? [String: Any])
        #expect(map.code == 0 && geometry["coordinates"] as? [Double] == [119.83, 47.306])
        let lead = try #require(feature["id"] as? String)
        let refused = try send("grid.acknowledge", #"{"lead": "\#(lead)"}"#, by: "p-herder")
        #expect(refused.code == 1 && (refused.output + refused.errors).contains("not-of-this-unit"))
        #expect(try send("grid.acknowledge", #"{"lead": "\#(lead)"}"#, by: "p-east").code == 0)
        #expect(suite.run.terminate().code == 0)
        let verified = try suite.fengsui(["verify", "--data", suite.data, "--realm", "exercise:test"], name: "verify")
            .end()
        #expect(verified.code == 0, "\(verified.errors)")
    }
}
