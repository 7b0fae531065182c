import Foundation
import MonitoringCodecs
import TestSupport
import Testing
import Vocabulary

@Suite struct JSONValueTests {
    private func read(_ text: String) throws -> JSONValue { try JSONValue(Data(text.utf8)) }

    @Test func `the example of RFC 8259, section 13, is read with its numbers as they stand`() throws {
        let json = try read(
            """
            { "Image": { "Width":  800, "Height": 600, "Title":  "View from 15th Floor", "Thumbnail": {
            "Url":    "http://www.example.com/image/481989943", "Height": 125, "Width":  100 }, "Animated" : false,
            "IDs": [116, 943, 234, 38793] } }
            """
        )
        #expect(json["Image"]?["Thumbnail"]?["Width"] == .number("100"))
        #expect(json["Image"]?["IDs"] == .list(["116", "943", "234", "38793"].map(JSONValue.number)))
        #expect(json["Image"]?["Animated"] == .flag(false) && json["Image"]?["Title"]?.string == "View from 15th Floor")
        // Section 7: the G clef beyond the basic plane as a pair of escapes.
        #expect(try read(#""\uD834\uDD1E\n\/""#) == .text("\u{1D11E}\n/"))
        #expect(
            try read("[1e2,-0.50, 12345678901234567890]")
                == .list([.number("1e2"), .number("-0.50"), .number("12345678901234567890")])
        )
    }

    @Test(arguments: [
        "", "{", "[1,]", "{\"a\":1,}", "01", "-", "1.", ".5", "1e", "+1", "NaN", "tru", "\"a", "\"\\x\"", "[1] 2",
        "{a:1}", "\"\\u12\"",
        "\"\\", "\"\\u", "{\"a\"}",
    ])
    func `what is no JSON is refused`(text: String) {
        #expect { _ = try self.read(text) } throws: { ($0 as? DocumentError)?.code == .notJSON }
    }

    @Test func `a bomb, a repeated name, half a pair, NUL and bytes that are no text are refused`() {
        func code(_ bytes: Data, _ bounds: JSONValue.Bounds = JSONValue.Bounds()) -> DocumentError.Code? {
            do throws(DocumentError) { _ = try JSONValue(bytes, within: bounds) } catch { return error.code }
            return nil
        }
        #expect(code(Data(String(repeating: "[", count: 100_000).utf8)) == .tooDeep)
        #expect(code(Data(#"{"a":1,"a":2}"#.utf8)) == .repeatedField)
        #expect(code(Data(#""\uD834""#.utf8)) == .badText && code(Data(#""\u0000""#.utf8)) == .badText)
        #expect(code(Data([0x22, 0xFF, 0x22])) == .notUTF8)
        #expect(code(Data("[1,2,3]".utf8), JSONValue.Bounds(bytes: 6)) == .tooLarge)
        #expect(code(Data("[1,2,3]".utf8), JSONValue.Bounds(values: 3)) == .tooMany)
    }

    /// Expected values by hand.
    @Test func `a decimal number is the number that was written, and nothing near it`() throws {
        #expect(try DecimalNumber("4.125").quantity(.metre) == Quantity(4125, decimals: 3, .metre))
        #expect(try DecimalNumber("-0.10").quantity(.metre) == Quantity(-10, decimals: 2, .metre))
        #expect(try DecimalNumber("1.25e2").quantity(.metre) == Quantity(125, decimals: 0, .metre))
        #expect(try DecimalNumber("12e-3").quantity(.metre) == Quantity(12, decimals: 3, .metre))
        #expect(try DecimalNumber("2.5000000000").quantity(.metre) == Quantity(2_500_000, decimals: 6, .metre))
        #expect(try DecimalNumber("-112.5183335").rounded(places: 6) == -112_518_334)
        #expect(try DecimalNumber("3.28").rounded(places: 3) == 3_280)
        for (text, code) in [
            ("4,1", DocumentError.Code.badNumber), ("", .badNumber), ("1.", .badNumber), ("0x10", .badNumber),
            ("١", .badNumber),
            ("1e999", .badNumber), ("99999999999999999999", .outOfRange), ("1e30", .outOfRange),
            ("0.1234567890123456789", .tooPrecise),
        ] {
            #expect(throws: DocumentError.self, "\(text)") { try DecimalNumber(text) }
            do throws(DocumentError) { _ = try DecimalNumber(text) } catch { #expect(error.code == code, "\(text)") }
        }
        #expect { try DecimalNumber("0.1234567").quantity(.metre) } throws: {
            ($0 as? DocumentError)?.code == .tooPrecise
        }
    }

    /// Seconds since 1970 by Python: `datetime.fromisoformat(text).timestamp()`.
    @Test func `a time has its zone, and a sender with daylight saving is understood by its offset`() throws {
        #expect(try ZonedTime.instant("2026-07-01T08:00:00+08:00") == Instant(seconds: 1_782_864_000))
        #expect(try ZonedTime.instant("2026-07-01T00:00:00Z") == Instant(seconds: 1_782_864_000))
        #expect(try ZonedTime.instant("2026-06-30t20:00:00.25-04:00") == Instant(microseconds: 1_782_864_000_250_000))
        // The night in which clocks in Berlin go back: half past two comes twice, an hour apart.
        let (summer, winter) = (
            try ZonedTime.instant("2026-10-25T02:30:00+02:00"), try ZonedTime.instant("2026-10-25T02:30:00+01:00")
        )
        #expect(summer == Instant(seconds: 1_792_888_200) && winter - summer == .hours(1))
        for text in ["2026-07-01T08:00:00", "2026-07-01T08:00:00.5"] {
            #expect { try ZonedTime.instant(text) } throws: { ($0 as? DocumentError)?.code == .missingZone }
        }
        for text in [
            "2026-07-01T24:00:00Z", "2026-02-30T00:00:00Z", "2026-07-01T08:00:00+0800", "2026-07-01", "yesterday", "",
            "2026-07-01T08:00:00+15:00",
        ] {
            #expect { try ZonedTime.instant(text) } throws: { ($0 as? DocumentError)?.code == .badTime }
        }
    }
}
