import Foundation
import MonitoringCodecs
import TestSupport
import Testing
import Vocabulary

/// The China profile and the form of the national platform 12379.
@Suite struct CAPChinaTests {
    static let platform = Checkout.vectors("cap/cn-12379-gale-blue.xml")

    /// A whole document of the suite's own kind.
    static func own() throws -> CAPAlert {
        let sent = try #require(Instant("2026-10-01T01:00:10Z"))
        var alert = CAPAlert(
            identifier: "15220241600000_20261001090010_1",
            sender: "15220241600000",
            sent: CAPTime(sent),
            status: .exercise,
            messageType: .update
        )
        alert.note = "演练"
        alert.references = "15220241600000,15220241600000_20261001090000_0,2026-10-01T09:00:00+08:00"
        var info = CAPAlert.Info(
            categories: [.met],
            event: "山洪",
            urgency: .immediate,
            severity: .severe,
            certainty: .observed
        )
        (info.language, info.responses) = ("zh-CN", [.prepare])
        info.eventCodes = [CAPAlert.Pair("12379 eventType", "11A51")]
        (info.effective, info.onset, info.expires) = (CAPTime(sent), CAPTime(sent), CAPTime(sent + .hours(6)))
        (info.senderName, info.headline) = ("阿尔山市应急管理局", "发布山洪橙色预警[II级]")
        (info.description, info.instruction) = ("水位 3.1 m & 上涨 <快>。\r\n第二行", "转移。")
        info.parameters = [CAPAlert.Pair("colour", "orange")]
        var area = CAPAlert.Area(description: "伊尔施街道、天池镇")
        area.polygons = ["47.1,119.9 47.1,120.1 47.2,120.1 47.1,119.9"]
        area.geocodes = [CAPAlert.Pair("GB/T 2260", "152202002"), CAPAlert.Pair("GB/T 2260", "152202")]
        info.areas = [area]
        alert.infos = [info]
        return alert
    }

    // MARK: Documents of our own

    @Test func `what is written is read again, to the last character`() throws {
        var alert = try Self.own()
        let reading = try #require(try CAPDecoder.decode(alert.encoded()).first)
        #expect(reading.alert == alert && reading.schemaFaults == [] && reading.meaningFaults == [])
        #expect(alert.faults(.china) == [])
        (alert.source, alert.scope, alert.restriction, alert.addresses) = ("s", .restricted, "r", "\"a b\" c")
        (alert.codes, alert.incidents) = (["c1", "c2"], "i")
        var resource = CAPAlert.Resource(description: "图", mimeType: "image/png")
        (resource.size, resource.uri, resource.embedded) = ("4", "a.png", "AAAA")
        alert.infos[0].resources = [resource]
        (alert.infos[0].audience, alert.infos[0].contact, alert.infos[0].web) = (
            "居民", "12350", "https://a.example/?a=1&b=2"
        )
        alert.infos[0].areas[0].circles = ["47.15,120 2.5"]
        (alert.infos[0].areas[0].altitude, alert.infos[0].areas[0].ceiling) = ("-1", "2")
        #expect(try CAPDecoder.decode(alert.encoded()).first?.alert == alert)
    }

    @Test(.enabled(if: platform != nil, "needs ../shared/vectors"))
    func `every sound vector survives being written and read`() throws {
        for name in ["australia.cap", "canada.cap", "earthquake.cap", "weather.cap", "bushfire_valid.edxlde"] {
            for reading in try CAPDecoder.decode(try #require(Checkout.vectors("cap/\(name)"))) {
                let alert = try #require(reading.alert)
                #expect(try CAPDecoder.decode(alert.encoded()).first?.alert == alert, "\(name)")
            }
        }
    }

    @Test func `what XML cannot hold is replaced, not written`() throws {
        var alert = try Self.own()
        alert.note = "a\u{0}b\u{1F}c\u{FFFF}"
        #expect(try CAPDecoder.decode(alert.encoded()).first?.alert?.note == "a\u{FFFD}b\u{FFFD}c\u{FFFD}")
    }

    @Test func `a document that breaks the profile says where`() throws {
        func faults(_ change: (inout CAPAlert) -> Void) throws -> [CAPFault.Code] {
            var alert = try Self.own()
            change(&alert)
            return alert.faults(.china).filter { $0.gravity == .violation }.map(\.code)
        }
        #expect(try faults { $0.identifier = "15220241600000_20261001090010" } == [.notNational])
        #expect(try faults { $0.identifier = "15220241600000_20260230090010_0" } == [.notNational])
        #expect(try faults { $0.sender = "15220241600001" } == [.foreignSender])
        #expect(try faults { $0.infos[0].language = "en-US" } == [.missingChinese])
        #expect(try faults { $0.infos[0].severity = .minor } == [.colourAndSeverityDiffer])
        #expect(try faults { $0.infos[0].parameters = [] } == [.colourAndSeverityDiffer])
        #expect(try faults { $0.infos[0].areas[0].geocodes[0].value = "15220" } == [.badDivision])
        // Latitude and longitude swapped are both in range where the longitude is below 90.
        #expect(try faults { $0.infos[0].areas[0].polygons = ["87,43 88,43 88,44 87,43"] } == [.outsideChina])
        #expect(try faults { $0.note = "" } == [.missingNote])
        #expect(try faults { $0.infos[0].expires = nil } == [.missingExpires])
        #expect(try faults { $0.messageType = .alert } == [.strayReferences])
    }

    // MARK: Identifiers

    @Test func `a national identifier is taken apart`() throws {
        let identifier = try NationalIdentifier("15220241600100_20240229235959_7")
        #expect(identifier.division == "152202" && identifier.sector == "416" && identifier.unit == "001")
        #expect(identifier.extensionCode == "00" && identifier.number == 7)
        #expect(identifier.time == Instant("2024-02-29T15:59:59Z"))
        #expect(identifier.text == "15220241600100_20240229235959_7")
        let short = try NationalIdentifier("41000041600000_20200205105119")
        #expect(short.number == nil && short.text == "41000041600000_20200205105119")
    }

    @Test(arguments: [
        "", "15220241600000", "1522024160000_20240229235959_7", "15220241600000_20230229235959_7",
        "15220241600000_20240229245959_7", "15220241600000_2024022923595_7", "15220241600000_20240229235959_10",
        "15220241600000_20240229235959_", "15220241600000-20240229235959-7", "1522024160000O_20240229235959_7",
        "15220241600000_20240229235959_7_1", "１５220241600000_20240229235959_7",
    ])
    func `a text that is no national identifier is refused`(text: String) {
        #expect { _ = try NationalIdentifier(text) } throws: { ($0 as? CAPError)?.code == .badIdentifier }
    }

    // MARK: The platform

    /// Read off the vector by eye.
    @Test(.enabled(if: platform != nil, "needs ../shared/vectors"))
    func `the platform's gale warning is read, written and becomes CAP`() throws {
        let warning = try PlatformWarning.decode(try #require(Self.platform))
        #expect(warning.identifier.text == "41000041600000_20200205105119" && warning.sender == "河南省气象局")
        #expect(warning.sent == Instant("2020-02-05T02:45:00Z") && warning.messageType == .update)
        #expect(warning.methods.map(\.name) == ["SPEAKER"])
        #expect(warning.methods[0].audienceGroups == ["31aec396-ba79-46fe-9958-a0787dcfd030"])
        #expect(warning.methods[0].audienceParts == [] && warning.note == "")
        let info = try #require(warning.infos.first)
        #expect(info.event.code == "11B06" && info.event.chinese == "大风" && info.colour == .blue)
        #expect(info.effective == Instant("2020-02-05T02:57:42Z") && info.onset == nil && info.expires == nil)
        #expect(info.areas[0].divisions.map(\.digits) == ["41", "41"] && info.areas[0].polygon == "")
        #expect(try PlatformWarning.decode(warning.encoded()) == warning)

        let (alert, losses) = warning.alert()
        #expect(losses == [.methods, .person, .referenceTimes])
        let reference = "41000041600000,41000041600000_20200204121842,2020-02-04T12:18:42+08:00"
        #expect(alert.references == reference && alert.sender == "41000041600000")
        #expect(alert.infos[0].severity == .minor && alert.infos[0].colour == .blue && alert.infos[0].event == "大风")
        #expect(alert.infos[0].areas[0].geocodes == [CAPAlert.Pair("GB/T 2260", "41")])
        #expect(alert.infos[0].senderName == "河南省气象局")
        let reading = try #require(try CAPDecoder.decode(alert.encoded()).first)
        #expect(reading.alert == alert && reading.isSound)
    }

    @Test func `our alert becomes a message of the platform that is read as it was written`() throws {
        var alert = try Self.own()
        var english = alert.infos[0]
        (english.language, english.event) = ("en-US", "Flash flood")
        alert.infos.append(english)
        let (message, losses) = try PlatformWarning.message(alert, office: "阿尔山市应急管理局", channels: ["SPEAKER", "SMS"])
        #expect(losses == [.numbers, .referenceTimes, .languages, .responses])
        #expect(try PlatformWarning.decode(message.encoded()) == message)
        let text = String(decoding: message.encoded(), as: UTF8.self)
        #expect(text.contains("<identifier>15220241600000_20261001090010</identifier>"))
        #expect(text.contains("<sendTime>2026-10-01 09:00:10+08:00</sendTime>"))
        #expect(text.contains("<severity>Orange</severity>") && text.contains("<eventType>11A51</eventType>"))
        #expect(text.contains("<geocode>152202002000,152202000000</geocode>"))
        #expect(text.contains("<methodName>SPEAKER</methodName>") && text.contains("<methodName>SMS</methodName>"))
        // And back: the same event, colour, times and places.
        let back = message.alert().alert.infos[0]
        #expect(back.event == "山洪" && back.colour == .orange && back.expires == alert.infos[0].expires)
        #expect(back.areas[0].geocodes == alert.infos[0].areas[0].geocodes)
        #expect(back.areas[0].polygons == alert.infos[0].areas[0].polygons)
    }

    @Test func `an alert without the profile or the event's code is no message of the platform`() throws {
        var alert = try Self.own()
        alert.infos[0].eventCodes = []
        #expect { _ = try PlatformWarning.message(alert, office: "o", channels: []) } throws: {
            ($0 as? CAPError)?.code == .notExpressible
        }
        alert = try Self.own()
        alert.infos[0].parameters = []
        #expect { _ = try PlatformWarning.message(alert, office: "o", channels: []) } throws: {
            ($0 as? CAPError)?.message.contains("colour-and-severity-differ") == true
        }
        // Without the last part the two identifiers are one.
        alert = try Self.own()
        alert.references = "15220241600000,15220241600000_20261001090010_0,2026-10-01T09:00:10+08:00"
        #expect { _ = try PlatformWarning.message(alert, office: "o", channels: []) } throws: {
            ($0 as? CAPError)?.code == .notExpressible
        }
    }

    @Test(
        .enabled(if: platform != nil, "needs ../shared/vectors"),
        arguments: [
            ("41000041600000_20200205105119<", "41000041600000_20200230105119<", CAPError.Code.badIdentifier),
            ("<senderCode>41000041600000", "<senderCode>42000041600000", .badMessage),
            ("2020-02-05 10:45:00+08:00", "2020-02-05T10:45:00+08:00", .badMessage),
            ("2020-02-05 10:45:00+08:00", "", .badMessage), ("Blue", "Minor", .badMessage),
            ("Blue", "blue", .badMessage),
            ("11B06", "B06", .badMessage), ("410000000000,", "4100000000,", .badMessage),
            ("<references>41000041600000_20200204121842", "<references>", .badMessage),
            ("<references>41000041600000_20200204121842", "<references>41000041600000_20200205105119", .badMessage),
            ("<expires/>", "<expires>2020-02-05 10:57:42+08:00</expires>", .badMessage),
            ("<polygon/>", "<polygon>119,47 1,1</polygon>", .badMessage),
            ("<alert>", "<!DOCTYPE alert><alert>", .documentType), ("SPEAKER", "", .badMessage),
        ]
    )
    func `a spoilt message of the platform is refused`(old: String, new: String, code: CAPError.Code) throws {
        let text = String(decoding: try #require(Self.platform), as: UTF8.self)
        let spoilt = text.replacing(old, with: new)
        try #require(spoilt != text)
        #expect { _ = try PlatformWarning.decode(Data(spoilt.utf8)) } throws: { ($0 as? CAPError)?.code == code }
    }
}
