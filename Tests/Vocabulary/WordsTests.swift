import Testing
import Vocabulary

@Suite struct WordsTests {
    @Test func `amounts of one unit compare by value whatever their scale`() throws {
        let threshold = try #require(Quantity(4125, decimals: 3, .metre))
        #expect(threshold.compare(try #require(Quantity(4_125_000, decimals: 6, .metre))) == .equal)
        #expect(threshold.compare(try #require(Quantity(413, decimals: 2, .metre))) == .less)
        #expect(threshold.compare(try #require(Quantity(4, decimals: 0, .metre))) == .greater)
        #expect(
            try #require(Quantity(-1, decimals: 6, .metre)).compare(try #require(Quantity(0, decimals: 0, .metre)))
                == .less
        )
    }

    @Test func `amounts of different units never compare`() throws {
        let depth = try #require(Quantity(50, decimals: 0, .millimetre))
        #expect(depth.compare(try #require(Quantity(50, decimals: 0, .metre))) == nil)
    }

    @Test(arguments: [
        (4125, 3, "4.125 m"), (-4125, 3, "-4.125 m"), (5, 3, "0.005 m"), (-5, 3, "-0.005 m"), (0, 2, "0.00 m"),
        (7, 0, "7 m"),
    ])
    func `an amount prints with its decimals and its unit`(amount: Int64, decimals: Int, text: String) throws {
        #expect(try #require(Quantity(amount, decimals: decimals, .metre)).description == text)
    }

    @Test func `an amount that could not be rescaled to millionths is refused`() {
        let most = Int64.max / 2_000_000
        #expect(Quantity(most, decimals: 0, .piece)?.millionths == most * 1_000_000)
        #expect(Quantity(most + 1, decimals: 0, .piece) == nil)
        #expect(Quantity(-most - 1, decimals: 0, .piece) == nil)
        #expect(Quantity(.min, decimals: 6, .piece) == nil)
        #expect(Quantity(1, decimals: 7, .piece) == nil)
        #expect(Quantity(1, decimals: -1, .piece) == nil)
    }

    @Test func `colours rise from blue over yellow and orange to red`() {
        #expect(WarningColour.allCases.sorted() == [.blue, .yellow, .orange, .red])
    }

    @Test func `colours and levels read back by their names and nothing else does`() {
        for colour in WarningColour.allCases { #expect(WarningColour(name: colour.name) == colour) }
        for level in ResponseLevel.allCases { #expect(ResponseLevel(numeral: level.numeral) == level) }
        #expect(WarningColour(name: "Red") == nil)
        #expect(WarningColour(name: "") == nil)
        #expect(ResponseLevel(numeral: "V") == nil)
        #expect(ResponseLevel(numeral: "1") == nil)
    }

    @Test func `response level I is the highest and IV the lowest`() {
        #expect(ResponseLevel.allCases.sorted().map(\.numeral) == ["IV", "III", "II", "I"])
        #expect(ResponseLevel.one > .four)
    }

    @Test(arguments: ["33", "3301", "330106", "330106109", "330106109012"])
    func `a division code has the digits of a level from province to village`(digits: String) {
        #expect(DivisionCode(digits)?.description == digits)
    }

    @Test(arguments: ["", "3", "330", "33010", "3301060", "3301061090123", "33 106", "33a106", "３３", "-1"])
    func `a division code of another length or with other characters is refused`(digits: String) {
        #expect(DivisionCode(digits) == nil)
    }

    @Test func `a division contains itself and what lies within it`() throws {
        let county = try #require(DivisionCode("330106"))
        #expect(county.contains(county))
        #expect(county.contains(try #require(DivisionCode("330106109"))))
        #expect(!county.contains(try #require(DivisionCode("3301"))))
        #expect(!county.contains(try #require(DivisionCode("330108109"))))
    }

    @Test func `a realm is live or an exercise with an id and prints as it reads`() throws {
        for text in ["live", "exercise:2026-10", "exercise:a:b"] {
            #expect(try #require(Realm(text)).description == text)
        }
        #expect(Realm("exercise:2026-10") == .exercise("2026-10"))
        #expect(Realm("live") != Realm("exercise:live"))
    }

    @Test(arguments: ["", "Live", "live ", "exercise", "exercise:", "drill:1"])
    func `any other realm is refused`(text: String) {
        #expect(Realm(text) == nil)
    }

    @Test func `a position beyond the globe is refused and its edge is not`() {
        func position(_ latitude: Int32, _ longitude: Int32) -> Position? {
            Position(latitudeMicrodegrees: latitude, longitudeMicrodegrees: longitude, datum: .cgcs2000)
        }
        #expect(position(90_000_000, -180_000_000) != nil)
        #expect(position(90_000_001, 0) == nil)
        #expect(position(0, 180_000_001) == nil)
    }
}
