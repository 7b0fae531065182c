import MessageSchema
import Testing
import Vocabulary

/// The code with which `body` refuses; nil where it does not.
func code(_ body: () throws(MessageError) -> Void) -> MessageError.Code? {
    do {
        try body()
        return nil
    } catch {
        return error.code
    }
}

@Suite struct MappingTests {
    @Test func `every word of the trade goes to the wire and back`() throws {
        for unit in Unit.allCases { #expect(try WireUnit(unit).checked() == unit) }
        for colour in WarningColour.allCases { #expect(try WireWarningColour(colour).checked() == colour) }
        for hazard in Hazard.allCases { #expect(try WireHazard(hazard).checked() == hazard) }
        for level in ResponseLevel.allCases + [nil] { #expect(try WireResponseLevel(level).checked() == level) }
    }

    @Test func `the wire's numbers are those of the .proto files`() {
        #expect(WarningColour.allCases.map { WireWarningColour($0).rawValue } == [1, 2, 3, 4])
        #expect([ResponseLevel.one, .two, .three, .four].map { WireResponseLevel($0).rawValue } == [1, 2, 3, 4])
        #expect(Unit.allCases.map { WireUnit($0).rawValue } == Array(1...31))
        #expect(Hazard.allCases.map { WireHazard($0).rawValue } == Array(1...22))
    }

    @Test func `a value that is not set is refused as missing`() {
        #expect(code { () throws(MessageError) in _ = try WireUnit.unspecified.checked() } == .missingField)
        #expect(code { () throws(MessageError) in _ = try WireWarningColour.unspecified.checked() } == .missingField)
        #expect(code { () throws(MessageError) in _ = try WireHazard.unspecified.checked() } == .missingField)
        #expect(code { () throws(MessageError) in _ = try WirePosition().checked() } == .missingField)
        #expect(code { () throws(MessageError) in _ = try WireQuantity().checked() } == .missingField)
        #expect(code { () throws(MessageError) in _ = try WireActor().checked() } == .missingField)
    }

    @Test func `a value of a newer schema is refused as unknown`() {
        #expect(code { () throws(MessageError) in _ = try WireUnit.UNRECOGNIZED(99).checked() } == .unknownValue)
        #expect(
            code { () throws(MessageError) in _ = try WireWarningColour.UNRECOGNIZED(5).checked() } == .unknownValue
        )
        #expect(code { () throws(MessageError) in _ = try WireHazard.UNRECOGNIZED(99).checked() } == .unknownValue)
        #expect(
            code { () throws(MessageError) in _ = try WireResponseLevel.UNRECOGNIZED(-1).checked() } == .unknownValue
        )
        var position = WirePosition()
        position.datum = .UNRECOGNIZED(9)
        #expect(code { () throws(MessageError) in _ = try position.checked() } == .unknownValue)
    }

    @Test func `a quantity keeps its amount, scale and unit`() throws {
        let stage = try #require(Quantity(-4125, decimals: 3, .metre))
        #expect(try WireQuantity(stage).checked() == stage)
    }

    @Test(arguments: [(Int64.max, UInt32(0)), (.min, 0), (1, 7), (1, .max)])
    func `a quantity out of range is refused`(amount: Int64, decimals: UInt32) {
        var wire = WireQuantity()
        (wire.amount, wire.decimals, wire.unit) = (amount, decimals, .metre)
        #expect(code { () throws(MessageError) in _ = try wire.checked() } == .outOfRange)
    }

    @Test(arguments: [Datum.wgs84, .gcj02, .cgcs2000])
    func `a position keeps its datum`(datum: Datum) throws {
        let place = Position(latitudeMicrodegrees: 30_250_000, longitudeMicrodegrees: -120_170_000, datum: datum)
        let position = try #require(place)
        #expect(try WirePosition(position).checked() == position)
    }

    @Test func `a position beyond the globe is refused`() {
        var wire = WirePosition()
        (wire.latitudeMicrodegrees, wire.datum) = (90_000_001, .wgs84)
        #expect(code { () throws(MessageError) in _ = try wire.checked() } == .outOfRange)
    }

    @Test func `an actor names a person and a role of bounded length`() throws {
        let actor = Actor(person: "p-17", role: "approver", organisation: "Bureau")
        #expect(try WireActor(actor).checked() == actor)
        for wrong in ["", String(repeating: "x", count: Limits.nameCharacters + 1)] {
            let nobody = WireActor(Actor(person: PersonID(wrong), role: "approver", organisation: ""))
            #expect(code { () throws(MessageError) in _ = try nobody.checked() } == .missingField)
            let idle = WireActor(Actor(person: "p-17", role: wrong, organisation: ""))
            #expect(code { () throws(MessageError) in _ = try idle.checked() } == .missingField)
        }
    }

    @Test func `digits that are no division code are refused`() throws {
        #expect(try DivisionCode(checking: "330106").digits == "330106")
        #expect(code { () throws(MessageError) in _ = try DivisionCode(checking: "33010") } == .outOfRange)
    }
}
