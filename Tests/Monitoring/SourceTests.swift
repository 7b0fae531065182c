import Foundation
import MessageSchema
import MonitoringService
import ServiceKit
import TestSupport
import Testing
import Vocabulary

@Suite struct SourceTests {
    private func observation(
        _ station: String = "1522021001",
        value: String = "\"1.250\"",
        element: String = "stage",
        unit: String = "m",
        observed: String = "2026-07-01T08:00:00+08:00"
    ) -> String {
        #"{"station":"\#(station)","element":"\#(element)","value":\#(value),"unit":"\#(unit)","observed":"\#(observed)"}"#
    }

    private func batch(_ id: String, _ observations: [String]) -> String {
        "{\"batch\":\"\(id)\",\"observations\":[\(observations.joined(separator: ","))]}"
    }

    private struct Answer: Decodable {
        struct Line: Decodable { let status: String, code: String? }
        let batch: String, accepted: Int, refused: Int, observations: [Line]
    }

    private func answer(_ outcome: Outcome) throws -> Answer {
        guard case .replied(let body) = outcome else { throw InputError("no-reply", "\(outcome)") }
        return try JSONDecoder().decode(Answer.self, from: body)
    }

    private func code(_ outcome: Outcome) -> String? {
        if case .deadLetter(let code, _) = outcome { code } else { nil }
    }

    @Test func `each item is taken or refused by itself, with its code, counted and told in one record`() throws {
        let rig = try InletRig()
        let text = batch(
            "b1",
            [
                observation(),
                observation("1522021003"), observation("9999999999"), observation(element: "stages"),
                observation(unit: "cm"), observation(observed: "2026-07-01T08:10:01+08:00"),
                observation(observed: "2026-05-31T07:59:59+08:00"), observation(observed: "2026-07-01T08:00:00"),
                observation(value: "1e40"),
                observation("1522021002", value: "0.1", observed: "2026-07-01T08:10:00+08:00"),
            ]
        )
        let answer = try answer(rig.take(text, on: MonitoringCore.observations, from: "vendor"))
        #expect(answer.batch == "b1" && answer.accepted == 2 && answer.refused == 8)
        #expect(
            answer.observations.map(\.code) == [
                nil, "station-of-another", "unknown-station", "unknown-element", "unit-mismatch", "future-observation",
                "too-old",
                "missing-time-zone", "out-of-range", nil,
            ]
        )
        let observations = try rig.taken(ObservationAccepted.self)
        #expect(observations.map(\.station) == ["1522021001", "1522021002"])
        #expect(observations.map(\.value.amount) == [1_250, 1] && observations.map(\.value.decimals) == [3, 1])
        let refused = try #require(try rig.taken(ItemsRefused.self).first)
        #expect(
            refused.source == "vendor" && refused.count == 8 && refused.items.map(\.index) == [1, 2, 3, 4, 5, 6, 7, 8]
        )
        #expect(refused.items.map(\.about)[0] == "1522021003" && refused.items.allSatisfy { !$0.message.isEmpty })
        #expect(try rig.holds())
    }

    @Test
    func
        `the same batch is answered alike and does nothing, with other content it is refused, for each source by itself`()
        throws
    {
        let rig = try InletRig()
        let text = batch("b1", [observation(), observation(unit: "ft")])
        let first = try rig.take(text, on: MonitoringCore.observations, from: "vendor")
        #expect(try answer(first).accepted == 1)
        _ = try rig.taken(ObservationAccepted.self)
        let sent = rig.sent.count
        #expect(try rig.take(text, on: MonitoringCore.observations, from: "vendor", at: 3_600) == first)
        #expect(rig.sent.count == sent)
        let other = batch("b1", [observation(value: "1.3")])
        for _ in 0..<2 {
            #expect(code(try rig.take(other, on: MonitoringCore.observations, from: "vendor")) == "batch-conflict")
        }
        // The name is the source's own: the same bytes of another one are another batch.
        #expect(try answer(rig.take(other, on: MonitoringCore.observations, from: "village")).accepted == 1)
        #expect(code(try rig.take(text, on: MonitoringCore.observations, from: "nobody")) == "unknown-source")
        #expect(code(try rig.take("{", on: MonitoringCore.observations, from: "vendor")) == "not-json")
        #expect(code(try rig.take(observation(), on: MonitoringCore.observations, from: "vendor")) == "missing-field")
        #expect(try rig.holds())
    }

    @Test func `a name is free again after a week`() throws {
        let rig = try InletRig()
        _ = try rig.take(batch("b1", [observation()]), on: MonitoringCore.observations, from: "vendor")
        let week: Int64 = 7 * 86_400
        let next = batch("b2", [observation(value: "1.4", observed: "2026-07-08T08:00:00+08:00")])
        _ = try rig.take(next, on: MonitoringCore.observations, from: "vendor", at: week + 1)
        let again = batch("b1", [observation(value: "1.5", observed: "2026-07-08T08:00:01+08:00")])
        #expect(
            try answer(rig.take(again, on: MonitoringCore.observations, from: "vendor", at: week + 2)).accepted == 1
        )
        #expect(try rig.holds())
    }

    @Test
    func
        `a sender that keeps daylight saving is taken at its offset, and how far ahead and behind is the source's own`()
        throws
    {
        let rig = try InletRig()
        // 02:00 in a zone three hours behind UTC is 13:00 in Beijing, five hours ahead of now; 09:01 at +09:00 is one minute ahead.
        let text = batch(
            "b1",
            [
                observation(observed: "2026-07-01T02:00:00-03:00"), observation(observed: "2026-07-01T09:01:00+09:00"),
                observation(observed: "2026-07-01T09:01:01+09:00"), observation(observed: "2026-06-28T08:00:00+08:00"),
                observation(observed: "2016-07-01T08:00:00+08:00"),
            ]
        )
        let answer = try answer(rig.take(text, on: MonitoringCore.observations, from: "village"))
        #expect(
            answer.observations.map(\.code) == [
                "future-observation", nil, "future-observation", "too-old", "too-old",
            ]
        )
        let taken = try rig.taken(ObservationAccepted.self)
        #expect(taken.map(\.observedUs) == [(InletRig.start + .minutes(1)).microseconds])
    }

    @Test func `a message of the broker belongs to the source of its topic`() throws {
        let rig = try InletRig()
        #expect(try rig.take(observation(), on: MonitoringCore.mqtt, from: "gauges/7/observation") == .handled)
        #expect(try rig.take(observation(), on: MonitoringCore.mqtt, from: "gauges/7/observation") == .duplicate)
        #expect(code(try rig.take(observation(), on: MonitoringCore.mqtt, from: "gauges/7/battery")) == "unknown-topic")
        #expect(
            try rig.take(observation("1522021003"), on: MonitoringCore.mqtt, from: "gauges/8/observation") == .handled
        )
        #expect(try rig.taken(ObservationAccepted.self).count == 1)
        #expect(try rig.taken(ItemsRefused.self).map { $0.items[0].code } == ["station-of-another"])
        #expect(try rig.holds())
    }

    @Test(arguments: [
        ("sources: [{ id: a, stations: [\"1\"] }]", "sources[0].stations[0]: there is no station '1'"),
        ("sources: [{ id: a, stations: [] }]", "no station"),
        ("sources: [{ id: a, key_sha256: abc, stations: all }]", "SHA-256"),
        ("sources: [{ id: a, stations: all }, { id: a, stations: all }]", "stands twice"),
        ("mqtt: { broker: \"127.0.0.1:1\", client_id: a, topics: [{ filter: \"a/#/b\", source: b }] }", "topic filter"),
        ("mqtt: { broker: \"10.0.0.1:1\", client_id: a, user: u, password_file: p, topics: [] }", "plain text"),
        ("mqtt: { broker: \"127.0.0.1:1\", client_id: a, user: u, topics: [] }", "without a password"),
        (
            "mqtt: { broker: \"10.0.0.1:1\", client_id: a, tls: { ca_file: c, key_file: k }, topics: [] }",
            "half an identity"
        ),
        ("mqtt: { broker: \"10.0.0.1:1\", client_id: a, tls: {}, topics: [] }", "ca_file"),
        ("feeds: [{ id: a, kind: cap, every: 1m }]", "without its place"),
        ("feeds: [{ id: a, kind: cap, folder: f, index: {}, every: 1m }]", "an index in a folder"),
        ("feeds: [{ id: a, kind: cap, url: \"http://a/b\", index: { entries: 0 }, every: 1m }]", "entries"),
        ("feeds: [{ id: a, kind: cap, url: \"ftp://a/b\", every: 1m }]", "https://"),
        ("feeds: [{ id: a, kind: tides, folder: f, every: 1m }]", "no kind"),
        ("feeds: [{ id: a, kind: cap, folder: f, every: 0s }]", "without pause"),
        ("feeds: [{ id: a, kind: earthquake, folder: f, every: 1m, area: [[50, 110], [40, 120]] }]", "swapped"),
    ])
    func `a wrong key of the configuration is refused with what to do`(text: String, part: String) throws {
        let shipped = Checkout.root.path + "/compose/configuration/monitoring.yaml"
        let whole = try String(contentsOfFile: shipped, encoding: .utf8) + text + "\n"
        #expect { _ = try MonitoringCore(configuration: YAMLValue(text: whole, file: "m.yaml")) } throws: {
            (($0 as? ConfigurationError)?.description.contains(part)) == true
        }
    }
}
