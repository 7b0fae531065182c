package import Vocabulary

// Between the wire's words and the trade's. What the wire leaves unspecified or names in a newer tongue is a typed
// input error (`missing-field`, `unknown-value`), never a default.

extension WireQuantity {
    package init(_ quantity: Quantity) {
        self.init()
        amount = quantity.amount
        decimals = UInt32(quantity.decimals)
        unit = WireUnit(quantity.unit)
    }

    /// The quantity; an error where the unit is unknown or the number out of range.
    package func checked() throws(MessageError) -> Quantity {
        guard decimals <= 6, let quantity = Quantity(amount, decimals: Int(decimals), try unit.checked()) else {
            throw MessageError(.outOfRange, "amount \(amount) with \(decimals) decimals is out of range")
        }
        return quantity
    }
}

extension WireUnit {
    package init(_ unit: Unit) {
        self =
            switch unit {
            case .metre: .metre
            case .millimetre: .millimetre
            case .cubicMetrePerSecond: .cubicMetrePerSecond
            case .volt: .volt
            case .piece: .piece
            case .celsius: .celsius
            case .percent: .percent
            case .metrePerSecond: .metrePerSecond
            case .degree: .degree
            case .hectopascal: .hectopascal
            case .kilopascal: .kilopascal
            case .squareMetre: .squareMetre
            case .cubicMetre: .cubicMetre
            case .cubicMetrePerHour: .cubicMetrePerHour
            case .litrePerSecond: .litrePerSecond
            case .kilogram: .kilogram
            case .kilogramPerCubicMetre: .kilogramPerCubicMetre
            case .tonne: .tonne
            case .milligramPerLitre: .milligramPerLitre
            case .milligramPerCubicMetre: .milligramPerCubicMetre
            case .microgramPerCubicMetre: .microgramPerCubicMetre
            case .microsiemensPerCentimetre: .microsiemensPerCentimetre
            case .turbidity: .turbidity
            case .millivolt: .millivolt
            case .ampere: .ampere
            case .kilowatt: .kilowatt
            case .decibel: .decibel
            case .second: .second
            case .minute: .minute
            case .hour: .hour
            case .one: .one
            }
    }

    package func checked() throws(MessageError) -> Unit {
        switch self {
        case .metre: .metre
        case .millimetre: .millimetre
        case .cubicMetrePerSecond: .cubicMetrePerSecond
        case .volt: .volt
        case .piece: .piece
        case .celsius: .celsius
        case .percent: .percent
        case .metrePerSecond: .metrePerSecond
        case .degree: .degree
        case .hectopascal: .hectopascal
        case .kilopascal: .kilopascal
        case .squareMetre: .squareMetre
        case .cubicMetre: .cubicMetre
        case .cubicMetrePerHour: .cubicMetrePerHour
        case .litrePerSecond: .litrePerSecond
        case .kilogram: .kilogram
        case .kilogramPerCubicMetre: .kilogramPerCubicMetre
        case .tonne: .tonne
        case .milligramPerLitre: .milligramPerLitre
        case .milligramPerCubicMetre: .milligramPerCubicMetre
        case .microgramPerCubicMetre: .microgramPerCubicMetre
        case .microsiemensPerCentimetre: .microsiemensPerCentimetre
        case .turbidity: .turbidity
        case .millivolt: .millivolt
        case .ampere: .ampere
        case .kilowatt: .kilowatt
        case .decibel: .decibel
        case .second: .second
        case .minute: .minute
        case .hour: .hour
        case .one: .one
        case .unspecified: throw .missing("unit")
        case .UNRECOGNIZED(let number): throw .unknown("unit", number)
        }
    }
}

extension WireWarningColour {
    package init(_ colour: WarningColour) {
        self =
            switch colour {
            case .blue: .blue
            case .yellow: .yellow
            case .orange: .orange
            case .red: .red
            }
    }

    package func checked() throws(MessageError) -> WarningColour {
        switch self {
        case .blue: .blue
        case .yellow: .yellow
        case .orange: .orange
        case .red: .red
        case .unspecified: throw .missing("colour")
        case .UNRECOGNIZED(let number): throw .unknown("colour", number)
        }
    }
}

extension WireResponseLevel {
    /// Unspecified stands for no response.
    package init(_ level: ResponseLevel?) {
        self =
            switch level {
            case .one: .i
            case .two: .ii
            case .three: .iii
            case .four: .iv
            case nil: .unspecified
            }
    }

    /// The level, nil where the wire says that there is none.
    package func checked() throws(MessageError) -> ResponseLevel? {
        switch self {
        case .i: .one
        case .ii: .two
        case .iii: .three
        case .iv: .four
        case .unspecified: nil
        case .UNRECOGNIZED(let number): throw .unknown("level", number)
        }
    }
}

extension WireHazard {
    package init(_ hazard: Hazard) {
        self =
            switch hazard {
            case .flashFlood: .flashFlood
            case .riverFlood: .riverFlood
            case .rainstorm: .rainstorm
            case .landslide: .landslide
            case .wildfire: .wildfire
            case .earthquake: .earthquake
            case .debrisFlow: .debrisFlow
            case .grasslandFire: .grasslandFire
            case .drought: .drought
            case .gale: .gale
            case .snowstorm: .snowstorm
            case .coldWave: .coldWave
            case .heat: .heat
            case .lightning: .lightning
            case .hail: .hail
            case .chemical: .chemical
            case .gasLeak: .gasLeak
            case .mine: .mine
            case .fireworks: .fireworks
            case .lifelineOutage: .lifelineOutage
            case .bridge: .bridge
            case .roadCut: .roadCut
            }
    }

    package func checked() throws(MessageError) -> Hazard {
        switch self {
        case .flashFlood: .flashFlood
        case .riverFlood: .riverFlood
        case .rainstorm: .rainstorm
        case .landslide: .landslide
        case .wildfire: .wildfire
        case .earthquake: .earthquake
        case .debrisFlow: .debrisFlow
        case .grasslandFire: .grasslandFire
        case .drought: .drought
        case .gale: .gale
        case .snowstorm: .snowstorm
        case .coldWave: .coldWave
        case .heat: .heat
        case .lightning: .lightning
        case .hail: .hail
        case .chemical: .chemical
        case .gasLeak: .gasLeak
        case .mine: .mine
        case .fireworks: .fireworks
        case .lifelineOutage: .lifelineOutage
        case .bridge: .bridge
        case .roadCut: .roadCut
        case .unspecified: throw .missing("hazard")
        case .UNRECOGNIZED(let number): throw .unknown("hazard", number)
        }
    }
}

extension WirePosition {
    package init(_ position: Position) {
        self.init()
        latitudeMicrodegrees = position.latitudeMicrodegrees
        longitudeMicrodegrees = position.longitudeMicrodegrees
        datum =
            switch position.datum {
            case .wgs84: .wgs84
            case .gcj02: .gcj02
            case .cgcs2000: .cgcs2000
            }
    }

    package func checked() throws(MessageError) -> Position {
        let known: Datum =
            switch datum {
            case .wgs84: .wgs84
            case .gcj02: .gcj02
            case .cgcs2000: .cgcs2000
            case .unspecified: throw .missing("datum")
            case .UNRECOGNIZED(let number): throw .unknown("datum", number)
            }
        let position = Position(
            latitudeMicrodegrees: latitudeMicrodegrees,
            longitudeMicrodegrees: longitudeMicrodegrees,
            datum: known
        )
        guard let position else { throw MessageError(.outOfRange, "no such place on the globe") }
        return position
    }
}

extension WireActor {
    package init(_ actor: Actor, verifiedKey: String = "") {
        self.init()
        person = actor.person.value
        role = actor.role
        organisation = actor.organisation
        self.verifiedKey = verifiedKey
    }

    /// The actor; an error unless person and role are named.
    package func checked() throws(MessageError) -> Actor {
        guard !person.isEmpty, person.utf8.count <= Limits.nameCharacters else { throw .missing("actor.person") }
        guard !role.isEmpty, role.utf8.count <= Limits.nameCharacters else { throw .missing("actor.role") }
        return Actor(person: PersonID(person), role: role, organisation: organisation)
    }
}

extension DivisionCode {
    /// The code in those digits, or an error with code `out-of-range`.
    package init(checking digits: String) throws(MessageError) {
        guard let code = DivisionCode(digits) else {
            throw MessageError(.outOfRange, "'\(digits.prefix(16))' is no division code (2, 4, 6, 9 or 12 digits)")
        }
        self = code
    }
}

extension MessageError {
    /// A field that must be set is not.
    package static func missing(_ field: String) -> MessageError {
        MessageError(.missingField, "\(field) is not set")
    }

    /// An enum value of a newer schema.
    package static func unknown(_ field: String, _ number: Int) -> MessageError {
        MessageError(.unknownValue, "\(field) \(number) is not known to this program")
    }
}
