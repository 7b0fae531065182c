import Foundation
import MonitoringCodecs
import TestSupport
import Testing
import Vocabulary

/// Documents that the schema allows and that are wrong all the same, each written by hand from one sound document.
@Suite struct CAPMeaningTests {
    static let sound = """
        <alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>new</identifier><sender>a@b</sender>\
        <sent>2020-02-05T10:45:00+08:00</sent><status>Actual</status><msgType>Update</msgType><scope>Public</scope>\
        <references>a@b,old,2020-02-05T10:00:00+08:00</references>\
        <info><language>zh-CN</language><category>Met</category><event>大风</event><responseType>Prepare</responseType>\
        <urgency>Future</urgency><severity>Minor</severity><certainty>Likely</certainty>\
        <effective>2020-02-05T10:45:00+08:00</effective><onset>2020-02-05T12:00:00+08:00</onset>\
        <expires>2020-02-06T12:00:00+08:00</expires><web>https://a.example/w</web>\
        <parameter><valueName>p</valueName><value/></parameter>\
        <resource><resourceDesc>r</resourceDesc><mimeType>image/png</mimeType><size>3</size><uri>https://a.example/r</uri>\
        <digest>da39a3ee5e6b4b0d3255bfef95601890afd80709</digest></resource>\
        <area><areaDesc>阿尔山</areaDesc><polygon>47,119 47,121 48,121 48,119 47,119</polygon><circle>47.2,120 30.5</circle>\
        <geocode><valueName>GB/T 2260</valueName><value>152202</value></geocode><altitude>0</altitude>\
        <ceiling>2.5</ceiling></area></info></alert>
        """

    static let english = """
        <info><language>en-US</language><category>Met</category><event>Gale</event><urgency>Future</urgency>\
        <severity>Minor</severity><certainty>Likely</certainty><effective>2020-02-05T02:45:00-00:00</effective>\
        <onset>2020-02-05T12:00:00+08:00</onset><expires>2020-02-06T12:00:00+08:00</expires>\
        <area><areaDesc>Arxan</areaDesc><polygon>47,119 47,121 48,121 48,119 47,119</polygon>\
        <circle>47.2,120 30.5</circle><geocode><valueName>GB/T 2260</valueName><value>152202</value></geocode></area></info>
        """

    struct Case: Sendable, CustomTestStringConvertible {
        let clause: String
        let old: String
        let new: String
        let code: CAPFault.Code
        let path: String
        var gravity = CAPFault.Gravity.violation

        var testDescription: String { "\(clause) \(code.rawValue)" }

        init(_ clause: String, _ old: String, _ new: String, _ code: CAPFault.Code, _ path: String) {
            (self.clause, self.old, self.new, self.code, self.path) = (clause, old, new, code, path)
        }

        var doubt: Case {
            var copy = self
            copy.gravity = .doubt
            return copy
        }
    }

    static func faults(_ text: String) throws -> [CAPFault] {
        let reading = try #require(try CAPDecoder.decode(Data(text.utf8)).first)
        try #require(reading.schemaFaults == [], "the case itself must be right by the schema")
        #expect(reading.isSound == reading.meaningFaults.allSatisfy { $0.gravity == .doubt })
        return reading.meaningFaults
    }

    @Test func `the document from which the cases are made has no fault, with its translation too`() throws {
        #expect(try Self.faults(Self.sound) == [])
        #expect(try Self.faults(Self.sound.replacing("</alert>", with: Self.english + "</alert>")) == [])
    }

    @Test(arguments: header + references + contents + times + places)
    func `a document that is wrong in meaning has that fault at its place, and no other`(item: Case) throws {
        let text = Self.sound.replacing(item.old, with: item.new)
        try #require(text != Self.sound)
        let faults = try Self.faults(text)
        #expect(faults.map(\.code) == [item.code])
        #expect(faults.map(\.path) == [item.path] && faults.map(\.gravity) == [item.gravity])
        #expect(faults.allSatisfy { !$0.remedy.isEmpty })
    }

    static let header = [
        Case("3.2.1", "<identifier>new", "<identifier>n ew", .badIdentifier, "alert/identifier"),
        Case("3.2.1", "<identifier>new", "<identifier>n,ew", .badIdentifier, "alert/identifier"),
        Case("3.2.1", "<identifier>new", "<identifier>n&amp;w", .badIdentifier, "alert/identifier"),
        Case("3.2.1", "<identifier>new", "<identifier>", .badIdentifier, "alert/identifier"),
        Case("3.2.1", "<sender>a@b", "<sender>a&lt;b", .badSender, "alert/sender"),
        Case("3.2.1", "<sender>a@b", "<sender>河南省 气象局", .badSender, "alert/sender"),
        Case("3.3.2", "10:45:00+08:00</sent>", "02:45:00+00:00</sent>", .zoneOfUTC, "alert/sent"),
        Case("3.2.1", "Public", "Restricted", .missingRestriction, "alert/restriction"),
        Case("3.2.1", "Public", "Private", .missingAddresses, "alert/addresses"),
        Case(
            "3.2.1",
            "Public</scope>",
            "Private</scope><addresses>\"Old Wang</addresses>",
            .unclosedQuote,
            "alert/addresses"
        ),
        Case(
            "3.2.1",
            "Public</scope>",
            "Public</scope><restriction>r</restriction>",
            .strayRestriction,
            "alert/restriction"
        )
        .doubt,
        Case("3.2.1", "Actual", "Exercise", .missingNote, "alert/note").doubt,
        Case("3.2.1", "Update", "Error", .missingNote, "alert/note").doubt,
        Case("3.2.1", "</references>", "</references><incidents>\"a b</incidents>", .unclosedQuote, "alert/incidents"),
    ]

    static let references =
        [
            ("Update", CAPFault.Code.missingReferences), ("Cancel", .missingReferences), ("Ack", .missingReferences),
        ].map { type, code in
            Case(
                "3.2.1 \(type)",
                "Update</msgType><scope>Public</scope><references>a@b,old,2020-02-05T10:00:00+08:00</references>",
                "\(type)</msgType><scope>Public</scope><references/>",
                code,
                "alert/references"
            )
        } + [
            Case("3.2.1", "Update", "Alert", .strayReferences, "alert/references").doubt,
            Case("3.2.1", "a@b,old,2020-02-05T10:00:00+08:00", "a@b,old", .badReference, "alert/references"),
            Case(
                "3.2.1",
                "a@b,old,2020-02-05T10:00:00+08:00",
                "a@b,old,2020-02-05T10:00:00Z",
                .badReference,
                "alert/references"
            ),
            Case(
                "3.2.1",
                "a@b,old,2020-02-05T10:00:00+08:00",
                "a@b,,2020-02-05T10:00:00+08:00",
                .badReference,
                "alert/references"
            ),
            Case(
                "3.2.1",
                "a@b,old,2020",
                "a@b,old,2020-02-05T09:00:00+08:00;a@b,old,2020",
                .badReference,
                "alert/references"
            ),
            Case("3.2.1", "a@b,old", "a@b,new", .referenceToItself, "alert/references"),
            Case("3.2.1", "old,2020-02-05T10:00:00", "old,2020-02-05T10:45:01", .referenceToLater, "alert/references"),
            Case(
                "3.2.1",
                "<references>",
                "<references>a@b,old,2020-02-05T10:00:00+08:00\n",
                .repeatedReference,
                "alert/references"
            ).doubt,
        ]

    static let contents = [
        Case("3.2.2", "<event>大风", "<event> ", .emptyText, "alert/info[1]/event"),
        Case("3.2.2, RFC 3066", "zh-CN", "cn-ZH", .unknownLanguage, "alert/info[1]/language"),
        Case("3.2.2, RFC 3066", "zh-CN", "chinese", .unknownLanguage, "alert/info[1]/language"),
        Case(
            "3.2.2",
            "<category>Met</category>",
            "<category>Met</category><category>Met</category>",
            .repeatedValue,
            "alert/info[1]"
        )
        .doubt,
        Case(
            "3.2.2",
            "<responseType>",
            "<responseType>None</responseType><responseType>",
            .opposedResponses,
            "alert/info[1]/responseType"
        ).doubt,
        Case("3.2.2", "Future", "Past", .actionOnPast, "alert/info[1]/urgency").doubt,
        Case("3.2.2", "https://a.example/w", "../w", .relativeWeb, "alert/info[1]/web"),
        Case("3.2.2", "<valueName>p", "<valueName>", .emptyText, "alert/info[1]/parameter[1]/valueName"),
        Case("3.2.3", "<resourceDesc>r", "<resourceDesc>", .emptyText, "alert/info[1]/resource[1]/resourceDesc"),
        Case("3.2.3, RFC 2046", "image/png", "png", .badMimeType, "alert/info[1]/resource[1]/mimeType"),
        Case("3.2.3", "<size>3", "<size>-3", .negativeSize, "alert/info[1]/resource[1]/size"),
        Case("3.2.3", "https://a.example/r", "r.png", .relativeURI, "alert/info[1]/resource[1]/uri"),
        Case("3.2.3", "<uri>https://a.example/r</uri>", "", .missingContent, "alert/info[1]/resource[1]").doubt,
        Case("3.2.3", "</uri>", "</uri><derefUri>AAA</derefUri>", .badBase64, "alert/info[1]/resource[1]/derefUri"),
        Case("3.2.3, FIPS 180-2", "da39a3ee", "da39a3e", .badDigest, "alert/info[1]/resource[1]/digest"),
        Case("3.2.3, FIPS 180-2", "da39a3ee", "xa39a3ee", .badDigest, "alert/info[1]/resource[1]/digest"),
        Case(
            "3.2.2",
            "</alert>",
            english.replacing("en-US", with: "zh-CN").replacing("Gale", with: "大风").replacing("Minor", with: "Severe")
                + "</alert>",
            .overriddenInfo,
            "alert/info[2]"
        ),
        Case(
            "3.2.2",
            "</alert>",
            english.replacing("Minor", with: "Severe") + "</alert>",
            .translationsDiffer,
            "alert/info[2]"
        )
        .doubt,
        Case(
            "3.2.2",
            "</alert>",
            english.replacing("152202", with: "1522") + "</alert>",
            .translationsDiffer,
            "alert/info[2]"
        )
        .doubt,
    ]

    /// sent ≤ effective ≤ onset < expires (design/standards.md), however the zones are written.
    static let times = [
        Case(
            "3.2.2",
            "10:45:00+08:00</effective>",
            "10:44:59+08:00</effective>",
            .effectiveBeforeSent,
            "alert/info[1]/effective"
        ),
        Case(
            "3.2.2",
            "10:45:00+08:00</effective>",
            "10:45:00+09:00</effective>",
            .effectiveBeforeSent,
            "alert/info[1]/effective"
        ),
        Case(
            "3.2.2",
            "05T12:00:00+08:00</onset>",
            "05T10:44:00+08:00</onset>",
            .onsetBeforeEffective,
            "alert/info[1]/onset"
        ),
        Case(
            "3.2.2",
            "06T12:00:00+08:00</expires>",
            "05T12:00:00+08:00</expires>",
            .expiresBeforeOnset,
            "alert/info[1]/expires"
        ),
        Case(
            "3.2.2",
            "06T12:00:00+08:00</expires>",
            "05T10:45:00+08:00</expires>",
            .expiresBeforeSent,
            "alert/info[1]/expires"
        ),
        Case(
            "3.2.2",
            "06T12:00:00+08:00</expires>",
            "05T11:30:00+14:00</expires>",
            .expiresBeforeSent,
            "alert/info[1]/expires"
        ),
        Case("3.2.2", "<expires>2020-02-06T12:00:00+08:00</expires>", "", .missingExpires, "alert/info[1]/expires")
            .doubt,
        Case(
            "3.3.2",
            "06T12:00:00+08:00</expires>",
            "06T04:00:00+00:00</expires>",
            .zoneOfUTC,
            "alert/info[1]/expires"
        ),
    ]

    static let places = [
        Case("3.2.4", "<areaDesc>阿尔山", "<areaDesc>", .emptyText, "alert/info[1]/area[1]/areaDesc"),
        Case("3.2.4", "47,119 47,121 48,121 48,119 47,119", "47,119 47,121 47,119", .fewPoints, polygon),
        Case("3.2.4", "47,119 47,121 48,121 48,119 47,119", "", .fewPoints, polygon),
        Case("3.2.4", " 47,119</polygon>", " 47,118</polygon>", .openPolygon, polygon),
        Case("3.2.4", "47,119 47,121 48,121 48,119 47,119", "47,119 47,120 47,121 47,119", .flatPolygon, polygon),
        Case("3.2.4", "47,121 48,121 48,119", "48,121 47,121 48,119", .crossingPolygon, polygon).doubt,
        Case("3.2.4", "47,119 47,121", "119,47 121,47", .swappedCoordinates, polygon),
        Case("3.2.4", "47,121", "47,181", .coordinateOutOfRange, polygon),
        Case("3.2.4", "47,121", "47;121", .badCoordinate, polygon),
        Case("3.2.4", "47,121", "47,1e2", .badCoordinate, polygon),
        Case("3.2.4", "47,121", "47,121,800", .badCoordinate, polygon),
        Case("3.2.4", "47.2,120 30.5", "47.2,120,30.5", .badCoordinate, circle),
        Case("3.2.4", "47.2,120 30.5", "47.2,120 30.5km", .badCoordinate, circle),
        Case("3.2.4", "47.2,120 30.5", "47.2,120 -1", .badRadius, circle),
        Case("3.2.4", "47.2,120 30.5", "47.2,120 30500", .badRadius, circle),
        Case("3.2.4", "47.2,120 30.5", "120,47.2 30.5", .swappedCoordinates, circle),
        Case("3.2.4", "<valueName>GB/T 2260", "<valueName>", .emptyText, "alert/info[1]/area[1]/geocode[1]/valueName"),
        Case("3.2.4", "<altitude>0</altitude>", "", .ceilingWithoutAltitude, "alert/info[1]/area[1]/ceiling"),
        Case("3.2.4", "<altitude>0<", "<altitude>2.6<", .ceilingBelowAltitude, "alert/info[1]/area[1]/ceiling"),
    ]

    static let polygon = "alert/info[1]/area[1]/polygon[1]"
    static let circle = "alert/info[1]/area[1]/circle[1]"

    @Test func `an alert without content, a content without area and an area without place are doubtful`() throws {
        let head = Self.sound.prefix { $0 != "\u{0}" }.split(separator: "<info>")[0]
        #expect(try Self.faults(head + "</alert>").map(\.code) == [.missingInfo])
        let area = try #require(Self.sound.firstRange(of: "<area>"))
        #expect(try Self.faults(Self.sound[..<area.lowerBound] + "</info></alert>").map(\.code) == [.missingArea])
        let described = Self.sound[..<area.lowerBound] + "<area><areaDesc>a</areaDesc></area></info></alert>"
        #expect(try Self.faults(String(described)).map(\.code) == [.areaWithoutPlace])
    }

    @Test func `a cancel may keep the times of what it takes back`() throws {
        let cancel = Self.sound.replacing("Update", with: "Cancel").replacing(
            "05T10:45:00+08:00</effective>",
            with: "04T10:45:00+08:00</effective>"
        )
        #expect(try Self.faults(cancel).map(\.gravity) == [.doubt])
    }
}
