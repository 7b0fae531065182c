import Foundation
import MonitoringCodecs
import TestSupport
import Testing
import Vocabulary

/// Reading CAP from anybody: the vectors with the verdicts of a schema validator, and what must be refused.
@Suite struct CAPDecoderTests {
    struct Verdict: Decodable { let file, verdict: String }

    static let verdicts = Checkout.vectors("cap/xsd-verdicts.json").flatMap {
        try? JSONDecoder().decode([Verdict].self, from: $0)
    }

    static func decode(_ text: String) throws(CAPError) -> [CAPReading] { try CAPDecoder.decode(Data(text.utf8)) }

    static func refusal(_ bytes: Data) -> CAPError.Code? {
        do throws(CAPError) { _ = try CAPDecoder.decode(bytes) } catch { return error.code }
        return nil
    }

    static func alert(_ content: String = "", before: String = "") -> String {
        """
        \(before)<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>1</identifier><sender>a@b</sender>\
        <sent>2020-02-05T10:45:00+08:00</sent><status>Test</status><msgType>Alert</msgType><scope>Public</scope>\(content)\
        </alert>
        """
    }

    /// The verdicts are lxml's (../shared/vectors); in an envelope it judged the first alert.
    @Test(.enabled(if: verdicts != nil, "needs ../shared/vectors"))
    func `every vector has the verdict of the schema validator`() throws {
        for vector in Self.verdicts ?? [] {
            let bytes = try #require(Checkout.vectors("cap/\(vector.file)"))
            let found: String
            do throws(CAPError) {
                let first = try CAPDecoder.decode(bytes).first
                let version = first?.version.rawValue.suffix(3) ?? ""
                found = "cap\(version) " + (first?.alert == nil ? "INVALID" : "valid")
            } catch {
                // The validator met the undefined entity; here the document is refused before.
                found = error.code == .documentType ? "not-wellformed" : error.description
            }
            #expect(found == vector.verdict, "\(vector.file)")
        }
    }

    @Test(.enabled(if: verdicts != nil, "needs ../shared/vectors"))
    func `every alert of an envelope is found, and the two spoilt ones say what is wrong`() throws {
        let valid = try CAPDecoder.decode(try #require(Checkout.vectors("cap/bushfire_valid.edxlde")))
        #expect(valid.count == 7 && valid.allSatisfy(\.isSound))
        #expect(valid[6].alert?.infos[0].areas[0].geocodes == [CAPAlert.Pair("ISO 3166-2", "AU-NSW")])
        // diff bushfire_valid.edxlde bushfire_invalid.edxlde: the second alert is empty, the third has the urgency Foobar.
        let spoilt = try CAPDecoder.decode(try #require(Checkout.vectors("cap/bushfire_invalid.edxlde")))
        #expect(spoilt.map { $0.alert == nil } == [false, true, true, false, false, false, false])
        let required = ["identifier", "sender", "sent", "status", "msgType", "scope"]
        #expect(spoilt[1].schemaFaults.map(\.path) == required.map { "alert/\($0)" })
        #expect(spoilt[1].schemaFaults.allSatisfy { $0.code == .missingElement })
        #expect(spoilt[2].schemaFaults.map(\.code) == [.unknownWord])
        #expect(spoilt[2].schemaFaults.map(\.path) == ["alert/info[1]/urgency"])
    }

    /// Read off the file by eye.
    @Test(.enabled(if: verdicts != nil, "needs ../shared/vectors"))
    func `Canada's update is read whole`() throws {
        let bytes = try #require(Checkout.vectors("cap/canada.cap"))
        let reading = try #require(try CAPDecoder.decode(bytes).first)
        let alert = try #require(reading.alert)
        #expect(alert.sender == "cap@ec.gc.ca" && alert.messageType == .update && alert.codes.count == 3)
        let references = alert.references.split(separator: " ").map { CAPReference($0)?.identifier }
        #expect(references == ["2.49.0.1.124.a3f342a4.2012", "2.49.0.1.124.60f31a3a.2012"])
        #expect(alert.infos.map(\.language) == ["en-CA", "fr-CA"] && alert.infos[1].event == "orages")
        #expect(alert.infos[0].areas.map(\.geocodes.count) == [10, 3] && alert.note.isEmpty)
        let polygon = try CAPPolygon(alert.infos[0].areas[0].polygons[0])
        #expect(polygon.points.count == 17 && polygon.isClosed && polygon.crossesItself == false)
        #expect(polygon.points[0].latitudeMicrodegrees == 42_348_100)
        // It says 23:20:00 where it was sent at 23:21:04.
        #expect(Set(reading.meaningFaults.map(\.code)) == [.effectiveBeforeSent])
    }

    // MARK: What must be refused

    @Test func `entities that grow, entities outside and every other document type are refused unread`() {
        let laughs = (1...9).map { "<!ENTITY l\($0) \"&l\($0 - 1);&l\($0 - 1);&l\($0 - 1);\">" }.joined()
        let types = [
            "<!DOCTYPE alert [<!ENTITY l0 \"ha\">\(laughs)]>", "<!DOCTYPE alert SYSTEM \"http://localhost/a.dtd\">",
            "<!DOCTYPE alert [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>", "<!-- a --><?b c?>\n<!DOCTYPE alert>",
            "<?xml version=\"1.0\"?>\n<!doctype alert>",
        ]
        for type in types {
            #expect(Self.refusal(Data(Self.alert("<note>&l9;</note>", before: type).utf8)) == .documentType, "\(type)")
        }
        if let vector = Checkout.vectors("cap/xee.cap") { #expect(Self.refusal(vector) == .documentType) }
        // The word in a comment or in a text is no document type.
        let harmless = Self.alert("<note>&lt;!DOCTYPE&gt;</note>", before: "<!-- <!DOCTYPE alert> -->")
        #expect(Self.refusal(Data(harmless.utf8)) == nil)
        #expect(Self.refusal(Data(Self.alert("<note>&l9;</note>").utf8)) == .notWellFormed)
    }

    @Test func `documents in another encoding are refused`() throws {
        let text = Self.alert(before: "<?xml version='1.0' encoding='UTF-16'?>")
        #expect(Self.refusal(try #require(text.data(using: .utf16))) == .notUTF8)
        #expect(Self.refusal(Data(text.utf8)) == .notUTF8)
        #expect(
            Self.refusal(Data(Self.alert(before: "<?xml version=\"1.0\" encoding = \"GB2312\"?>").utf8)) == .notUTF8
        )
        #expect(Self.refusal(Data(Self.alert("<note>").utf8) + [0xB4, 0xF3] + Data("</note>".utf8)) == .notUTF8)
        #expect(Self.refusal(Data([0xEF, 0xBB, 0xBF]) + Data(Self.alert().utf8)) == nil)
    }

    @Test func `documents beyond the bounds are refused, those at them read`() {
        let big = Self.alert("<note>\(String(repeating: "x", count: 1 << 20))</note>")
        #expect(Self.refusal(Data(big.utf8)) == .tooLarge)
        func nested(_ depth: Int) -> String {
            String(repeating: "<a>", count: depth) + Self.alert() + String(repeating: "</a>", count: depth)
        }
        #expect(Self.refusal(Data(nested(30).utf8)) == nil)
        #expect(Self.refusal(Data(nested(31).utf8)) == .tooDeep)
        // The alert and six elements before the codes.
        func coded(_ count: Int) -> String { Self.alert(String(repeating: "<code>c</code>", count: count)) }
        #expect(Self.refusal(Data(coded(19_993).utf8)) == nil)
        #expect(Self.refusal(Data(coded(19_994).utf8)) == .tooManyElements)
    }

    @Test func `what is no alert says what it is`() {
        #expect(Self.refusal(Data()) == .notWellFormed)
        #expect(Self.refusal(Data("<alert".utf8)) == .notWellFormed)
        #expect(Self.refusal(Data((Self.alert() + "<b/>").utf8)) == .notWellFormed)
        #expect(
            Self.refusal(Data("<feed xmlns='http://www.w3.org/2005/Atom'><link href='a.cap'/></feed>".utf8)) == .noAlert
        )
        #expect(Self.refusal(Data("<alert xmlns='http://www.incident.com/cap/1.0'/>".utf8)) == .unknownVersion)
        #expect(Self.refusal(Data("<alert><identifier>1</identifier></alert>".utf8)) == .platformForm)
    }

    // MARK: The schema

    /// Each was refused by xmllint --schema CAP-v1.2.xsd too.
    @Test(arguments: [
        ("<note>a</note><note>b</note>", CAPFault.Code.repeatedElement, "alert/note"),
        ("<note>a</note><code>b</code>", .misplacedElement, "alert/code[1]"),
        ("<bogus/>", .unknownElement, "alert"), ("<note xmlns=''>a</note>", .unknownElement, "alert"),
        ("<note><b/></note>", .unknownElement, "alert/note"),
        ("<note lang='zh'>a</note>", .unknownAttribute, "alert/note"),
        ("words", .strayText, "alert"), ("<info/>", .missingElement, "alert/info[1]/category"),
        (info("<web>http://a/%zz</web>"), .badURI, "alert/info[1]/web"),
        (info("<expires>2020-02-05T10:45:00Z</expires>"), .badTime, "alert/info[1]/expires"),
        (info("<expires>2020-02-30T10:45:00+08:00</expires>"), .badTime, "alert/info[1]/expires"),
        (info("<expires>2020-02-05T10:45:00.5+08:00</expires>"), .badTime, "alert/info[1]/expires"),
        (info("<expires>2020-02-05T10:45:00</expires>"), .badTime, "alert/info[1]/expires"),
        (info("<expires/>"), .badTime, "alert/info[1]/expires"),
        (
            info("<area><areaDesc>a</areaDesc><altitude>high</altitude></area>"), .badNumber,
            "alert/info[1]/area[1]/altitude"
        ),
        (info(language: "<language>zh_CN</language>"), .badLanguage, "alert/info[1]/language"),
        (info(certainty: "Very Likely"), .unknownWord, "alert/info[1]/certainty"),
        (info(certainty: " Likely"), .unknownWord, "alert/info[1]/certainty"),
    ])
    func `a document that the schema refuses names the element`(content: String, code: CAPFault.Code, path: String)
        throws
    {
        let reading = try #require(try Self.decode(Self.alert(content)).first)
        #expect(reading.alert == nil && !reading.isSound)
        #expect(reading.schemaFaults.first?.code == code && reading.schemaFaults.first?.path == path)
    }

    @Test func `what the schema allows is read: defaults, blanks around times, a signature, version 1_1`() throws {
        let content = Self.info("<expires>\n2020-02-05T24:00:00+08:00 </expires>", language: "<language/>")
        let signature = "<Signature xmlns='http://www.w3.org/2000/09/xmldsig#'><a b='c'/></Signature>"
        let text = Self.alert("<note><![CDATA[a < b]]> &amp; c</note>" + content + signature)
        let reading = try #require(try Self.decode(text).first)
        let alert = try #require(reading.alert)
        #expect(reading.isSigned && alert.note == "a < b & c" && alert.infos[0].language == "en-US")
        #expect(alert.infos[0].expires?.instant == CAPTime("2020-02-06T00:00:00+08:00")?.instant)
        // Avoid came with 1.2.
        let avoid = Self.alert(Self.info("", responses: "<responseType>Avoid</responseType>"))
        #expect(try Self.decode(avoid).first?.alert?.infos[0].responses == [.avoid])
        let old = try #require(try Self.decode(avoid.replacing("cap:1.2", with: "cap:1.1")).first)
        #expect(old.version == .v1_1 && old.schemaFaults.map(\.code) == [.unknownWord])
    }

    static func info(
        _ rest: String = "",
        language: String = "",
        responses: String = "",
        certainty: String = "Likely"
    ) -> String {
        """
        <info>\(language)<category>Met</category><event>e</event>\(responses)<urgency>Future</urgency>\
        <severity>Minor</severity><certainty>\(certainty)</certainty>\(rest)</info>
        """
    }

    // MARK: Mutations

    @Test func `twenty thousand mutated documents give readings or a typed error`() {
        let names = ["invalid.cap", "xee.cap", "no_optional_fields.cap", "cn-12379-gale-blue.xml"]
        var seeds = names.compactMap { Checkout.vectors("cap/\($0)").map { Array($0) } }
        seeds += [CAPMeaningTests.sound, Self.alert(Self.info("<web/>"))].map { Array($0.utf8) }
        var random = Seeded(12)
        var (sound, faulty, refused) = (0, 0, 0)
        for round in 0..<20_000 {
            var bytes = seeds[round % seeds.count]
            for _ in 0...Int.random(in: 0...3, using: &random) {
                if round.isMultiple(of: 2) {
                    Self.misspell(&bytes, &random)
                } else {
                    Self.spoil(&bytes, &random)
                }
            }
            do throws(CAPError) {
                for reading in try CAPDecoder.decode(Data(bytes)) {
                    if reading.isSound { sound += 1 } else { faulty += 1 }
                }
            } catch { refused += 1 }
        }
        #expect(
            sound > 500 && faulty > 2_000 && refused > 5_000,
            "\(sound) sound, \(faulty) faulty, \(refused) refused"
        )
    }

    /// Another digit, space or sign where one stood: still XML, for the schema and the meaning to judge.
    private static func misspell(_ bytes: inout [UInt8], _ random: inout Seeded) {
        let signs = Array("0123456789 ,.-+:".utf8)
        let start = Int.random(in: bytes.indices, using: &random)
        guard let index = bytes[start...].firstIndex(where: signs.contains) else { return }
        bytes[index] = signs[Int.random(in: signs.indices, using: &random)]
    }

    private static func spoil(_ bytes: inout [UInt8], _ random: inout Seeded) {
        let pieces = [
            "<", ">", "&", "&#x0;", "<!", "]]>", "<alert>", "</info>", "\u{FEFF}", "99999999999,", "<?p?>", "xmlns=''",
        ]
        let index = Int.random(in: bytes.indices, using: &random)
        let length = Int.random(in: 0...40, using: &random)
        switch Int.random(in: 0...3, using: &random) {
        case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes.insert(contentsOf: pieces[Int.random(in: pieces.indices, using: &random)].utf8, at: index)
        case 2: bytes.removeSubrange(index..<min(bytes.count - 1, index + length))
        default: bytes.insert(contentsOf: bytes[index..<min(bytes.count, index + length)], at: index)
        }
    }
}
