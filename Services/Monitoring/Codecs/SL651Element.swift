package import Vocabulary

/// What a station measures: an identifier of SL 651-2014, annex C.
///
/// Those that the suite reasons about have names here; all others of the annex have a `definition`, and the user's own have none.
package struct SL651Element: Hashable, Sendable {
    /// The identifier's lead byte.
    package let lead: UInt8
    /// The second byte of a user's own identifier FF xx.
    package let extended: UInt8?

    package init(lead: UInt8, extended: UInt8? = nil) { (self.lead, self.extended) = (lead, extended) }

    /// Stage of a river, tide.
    package static let stage = SL651Element(lead: 0x39)
    /// Flow.
    package static let flow = SL651Element(lead: 0x27)
    /// Rain of one hour.
    package static let rain1h = SL651Element(lead: 0x1A)
    /// Rain of five minutes; F4's twelve values too.
    package static let rain5min = SL651Element(lead: 0x22)
    /// Accumulated rain.
    package static let rainAccumulated = SL651Element(lead: 0x26)
    /// Battery.
    package static let battery = SL651Element(lead: 0x38)
    /// Stage below a dam, sluice or pumping station.
    package static let stageBelow = SL651Element(lead: 0x3A)
    /// Stage above a dam, sluice or pumping station.
    package static let stageAbove = SL651Element(lead: 0x3B)
    /// The first of the eight relative stages F5 … FC: stage less the station's base value.
    package static let relativeStage = SL651Element(lead: 0xF5)

    /// Name, unit and width in annex C; nil for an identifier that it leaves to users.
    package var definition: Definition? { extended == nil ? Self.table[Int(lead)] : nil }

    /// A row of annex C.
    package struct Definition: Hashable, Sendable {
        /// The identifier in ASCII coding.
        package let symbol: String
        package let name: String
        package let unit: Unit
        let kind: Kind
        /// For amounts of a period that ends at the observation: its length.
        package let period: Duration?
    }

    /// How its bytes are read.
    enum Kind: Hashable, Sendable {
        /// N(digits, decimals): BCD with the decimals that the identifier's second byte states.
        case number(digits: Int, decimals: Int)
        /// BCD in ten thousands of the unit.
        case tenThousands(digits: Int, decimals: Int)
        /// DRxnn: days, hours, minutes.
        case step
        /// HH.mm.
        case duration
        /// Four bytes of bits, table 58.
        case status
        /// F4: binary bytes of 0.1 mm, five minutes apart, FF invalid.
        case twelveRains
        /// F5 … FC: binary words of 0.01 m, five minutes apart, FFFF invalid.
        case twelveStages
    }

    /// The identifier's second byte as annex C has it: bytes and decimals.
    var usualForm: UInt8? {
        switch definition?.kind {
        case .number(let digits, let decimals), .tenThousands(let digits, let decimals):
            UInt8((digits + 1) / 2) << 3 | UInt8(decimals)
        case .step: 0x18
        case .duration: 0x12
        case .status: 0x20
        case .twelveRains: 0x60
        case .twelveStages: 0xC0
        case nil: nil
        }
    }
}
