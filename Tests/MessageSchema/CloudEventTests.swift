import Foundation
import MessageSchema
import SwiftProtobuf
import Testing

/// CloudEvents 1.0.2, "JSON Event Format".
@Suite struct CloudEventTests {
    static func envelope() throws -> Envelope {
        var silent = StationSilent()
        silent.station = "1522021003"
        var envelope = Envelope()
        envelope.id = RecordID.input(channel: "test", content: Data("1".utf8)).bytes
        (envelope.source, envelope.type, envelope.stream) = ("monitoring", StationSilent.type, "monitoring")
        (envelope.subject, envelope.timeUs, envelope.decidedUs) = ("a \"b\"\\\n烽", 1_790_784_000_500_000, 0)
        (envelope.epoch, envelope.sequence, envelope.realm) = ("e1", 7, "live")
        (envelope.previousHash, envelope.correlation) = (RecordHash.none.bytes, envelope.id)
        (envelope.classification, envelope.schemaVersion) = (.internal, 1)
        envelope.payload = try silent.serializedData()
        return envelope
    }

    static func parsed(_ json: String) throws -> [String: Any] {
        try #require(JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
    }

    @Test func `the required attributes are there, and every text survives`() throws {
        let json = try Self.envelope().cloudEventJSON()
        let event = try Self.parsed(json)
        #expect(event["specversion"] as? String == "1.0" && event["source"] as? String == "monitoring")
        #expect(event["type"] as? String == "monitoring.station.silent")
        #expect((event["id"] as? String)?.count == 32)
        #expect(event["subject"] as? String == "a \"b\"\\\n烽")
        // date -u -d @1790784000
        #expect(event["time"] as? String == "2026-09-30T16:00:00.5Z")
        #expect((event["data"] as? [String: Any])?["station"] as? String == "1522021003")
        #expect(!json.contains("\n"))
    }

    @Test func `attribute names are lower-case letters and digits, and an empty one is absent`() throws {
        let event = try Self.parsed(Self.envelope().cloudEventJSON())
        let names = event.keys.filter { $0 != "data" }
        #expect(names.allSatisfy { $0.allSatisfy { ("a"..."z").contains($0) || $0.isNumber } })
        #expect(event["jurisdiction"] == nil && event["actorperson"] == nil && event["causation"] == nil)
        #expect(event["sequence"] as? String == "7" && event["sequencetype"] as? String == "Integer")
    }

    @Test func `an unknown type and bytes that are no message are typed errors`() throws {
        var unknown = try Self.envelope()
        unknown.type = "monitoring.nothing"
        #expect { try unknown.cloudEventJSON() } throws: { ($0 as? MessageError)?.code == .unknownType }
        var broken = try Self.envelope()
        broken.payload = Data([0xFF, 0xFF])
        #expect { try broken.cloudEventJSON() } throws: { ($0 as? MessageError)?.code == .malformedPayload }
    }
}
