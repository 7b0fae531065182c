import Foundation
import MessageSchema
import MonitoringService
import ServiceKit
import ServiceStore
import TestSupport
import Testing
import Vocabulary

/// Rules on windows through the engine with a real store, each case worked out by hand.
@Suite struct RuleTests {
    let folder: TemporaryFolder
    let engine: Engine<MonitoringCore>
    static let start = Instant(seconds: 1_790_784_000)  // 2026-09-30T16:00:00Z, 1 October 00:00 in Beijing

    init() throws {
        folder = try TemporaryFolder()
        let store = try ServiceStore(
            path: folder.path + "/m.db",
            service: .monitoring,
            realm: .exercise("rules"),
            epoch: "e",
            migrations: MonitoringCore.migrations
        )
        engine = try Engine(store: store, configuration: Self.configuration, file: "m.yaml", now: Self.start)
    }

    static let configuration = """
        jurisdiction: "152202"
        sender: { code: "15220241600000", name: { zh: 局, en: Bureau } }
        divisions: [{ code: "152202004", name: { zh: 伊尔施, en: "Yirshi & Co" } }]
        people: [{ person: p-wang, roles: [approver] }]
        stations:
          - id: "1522021001"
            name: { zh: 站, en: "Gauge <1>" }
            division: "152202004"
            position: [47.3, 119.8]
            silent_after: 3h
            elements: { stage: { hard: ["0.00 m", "12.00 m"], same_reading: { for: 2h, above: "3.00 m" } } }
        rules:
          - { id: rain-3h, hazard: rainstorm, kind: accumulation, window: 3h, element: rain_1h, stations: ["1522021001"],
              bands: [{ colour: blue, at: "30.0 mm" }], hysteresis: "5.0 mm", duration: 0s, clear_after: 0s, lifetime: 12h,
              automatic_release: [blue], drafter: p-li, divisions: ["152202004"] }
          - { id: rise-1h, hazard: flash-flood, kind: rise, window: 1h, element: stage, stations: ["1522021001"],
              bands: [{ colour: yellow, at: "0.50 m" }], hysteresis: "0.10 m", duration: 0s, clear_after: 0s, lifetime: 12h,
              drafter: p-li, divisions: ["152202004"] }
        """

    /// An hourly report as SL 651-2014, 6.6 writes it: rain in tenths of mm, stage in mm.
    func report(minute: Int64, rain: Int? = nil, stage: Int? = nil, serial: UInt16) throws -> Batch {
        let observed = Self.start + .minutes(minute)
        var body: [UInt8] = [UInt8(serial >> 8), UInt8(serial & 0xFF)] + Self.time(observed, 6) + [0xF1, 0xF1]
        body += [0x15, 0x22, 0x02, 0x10, 0x01, 0x48, 0xF0, 0xF0] + Self.time(observed, 5)
        if let rain { body += [0x1A, 0x19] + Self.bcd(rain, 3) }
        if let stage { body += [0x39, 0x23] + Self.bcd(stage, 4) }
        var frame: [UInt8] = [0x7E, 0x7E, 1, 0x15, 0x22, 0x02, 0x10, 0x01, 0x12, 0x34, 0x34]
        frame += [UInt8(body.count >> 8), UInt8(body.count & 0xFF), 2] + body + [3]
        let check = Self.crc(frame)
        var input = ExternalInput()
        (input.channel, input.data) = (MonitoringCore.sl651, Data(frame + [UInt8(check >> 8), UInt8(check & 0xFF)]))
        return try engine.handle([.external(input)], at: observed + .seconds(10))
    }

    static func time(_ instant: Instant, _ bytes: Int) -> [UInt8] {
        let civil = BeijingTime.civil(instant)
        let fields = [civil.year % 100, civil.month, civil.day, civil.hour, civil.minute, civil.second]
        return fields.prefix(bytes).map { UInt8($0 / 10 * 16 + $0 % 10) }
    }

    static func bcd(_ number: Int, _ bytes: Int) -> [UInt8] {
        (0..<bytes).reversed().map { place in
            let pair = number / Int(pow(100.0, Double(place))) % 100
            return UInt8(pair / 10 * 16 + pair % 10)
        }
    }

    /// CRC-16/Modbus, bit by bit.
    static func crc(_ bytes: [UInt8]) -> UInt16 {
        bytes.reduce(0xFFFF) { sum, byte in
            (0..<8).reduce(sum ^ UInt16(byte)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0xA001 : value >> 1 }
        }
    }

    /// Without another id the second alert would refer to the first warning's documents, which CAP 1.2, 3.2.1 keeps for updates.
    @Test func `what was corrected away and back within a minute is another warning, whose alert refers to nothing`()
        throws
    {
        var issued: [WarningIssued] = []
        for (serial, rain) in [(1, 400), (2, 0), (3, 400)] as [(UInt16, Int)] {
            for record in try report(minute: 60, rain: rain, serial: serial).records {
                let envelope = try Envelope.decode(record.bytes)
                guard envelope.type == WarningIssued.type else { continue }
                issued.append(try WarningIssued.decode(envelope.payload))
            }
        }
        let ids = issued.map(\.content.warning)
        #expect(ids == ["W.rain-3h.1522021001.202609301700", "W.rain-3h.1522021001.202609301700-2"])
        for warning in issued {
            #expect(!String(decoding: warning.capDocument, as: UTF8.self).contains("<references>"))
        }
    }

    @Test func `three hours' rain is summed, a late hour counts from then on, and the evidence names each hour`() throws
    {
        _ = try report(minute: 60, rain: 100, serial: 1)
        #expect(try report(minute: 180, rain: 120, serial: 3).messages(WarningIssued.self).isEmpty)
        // The hour between comes late: 10.0 + 9.0 + 12.0 = 31.0 mm, but only the next report looks.
        let late = try report(minute: 120, rain: 90, serial: 2)
        #expect(try late.messages(ObservationAccepted.self).map(\.flags) == [["LATE"]])
        #expect(try late.messages(WarningIssued.self).isEmpty)
        // At 240 the window (60, 240] holds 9.0 + 12.0 + 9.0 = 30.0 mm: the number is included, the hour at 60 is not.
        let issued = try report(minute: 240, rain: 90, serial: 4).messages(WarningIssued.self)
        let content = try #require(issued.first?.content)
        #expect(try content.value.checked().millionths == 30_000_000 && content.evidence.count == 3)
        // 12.0 + 9.0 + 5.0 = 26.0 keeps the colour (hysteresis 5.0); 9.0 + 5.0 + 0.0 = 14.0 does not.
        #expect(try report(minute: 300, rain: 50, serial: 5).messages(WarningCancelled.self).isEmpty)
        #expect(try report(minute: 360, rain: 0, serial: 6).messages(WarningCancelled.self).count == 1)
    }

    @Test func `a rise is measured from the lowest reading of its window`() throws {
        for (minute, stage, serial) in [(0, 1_400, 1), (30, 1_200, 2), (60, 1_650, 3)] as [(Int64, Int, UInt16)] {
            #expect(try report(minute: minute, stage: stage, serial: serial).messages(WarningDrafted.self).isEmpty)
        }
        // Lowest of [30, 90]: 1.200 m; 1.700 − 1.200 = 0.500 m.
        let drafted = try report(minute: 90, stage: 1_700, serial: 4).messages(WarningDrafted.self)
        let content = try #require(drafted.first?.content)
        #expect(try content.value.checked().millionths == 500_000 && content.evidence.count == 2)
    }

    @Test func `a gauge that stands still in high water moves no rule`() throws {
        var flags: [[String]] = []
        for hour in 0..<4 as Range<Int64> {
            let batch = try report(minute: hour * 60, stage: 3_100, serial: UInt16(hour + 1))
            flags += try batch.messages(ObservationAccepted.self).map(\.flags)
        }
        #expect(flags == [[], [], ["SR"], ["SR"]])
    }

    @Test func `documents are CAP 1.2 with a new identifier and the right references, and escape what they quote`()
        throws
    {
        let issued = try report(minute: 60, rain: 400, serial: 1).messages(WarningIssued.self)
        let first = try #require(issued.first)
        #expect(first.capIdentifier == "15220241600000_20261001010010_0")
        let text = String(decoding: first.capDocument, as: UTF8.self)
        #expect(
            text.contains("<status>Exercise</status>") && text.contains("Gauge &lt;1&gt;")
                && text.contains("Yirshi &amp; Co")
        )
        #expect(text.contains("<sent>2026-10-01T01:00:10+08:00</sent>"))
        for hour in 2...4 as ClosedRange<Int64> {
            let ended = try report(minute: hour * 60, rain: 0, serial: UInt16(hour)).messages(WarningCancelled.self)
            guard let cancel = ended.first else { continue }
            let references = "15220241600000,15220241600000_20261001010010_0,2026-10-01T01:00:10+08:00"
            #expect(
                String(decoding: cancel.capDocument, as: UTF8.self).contains("<references>\(references)</references>")
            )
            #expect(cancel.capIdentifier != first.capIdentifier && hour == 4)
        }
        #expect(try Engine<MonitoringCore>.verify(engine.store, scratch: folder.path + "/replayed.db").holds)
    }
}
