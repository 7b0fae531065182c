package import Vocabulary

/// What a station says in one whole message: every upward function of SL 651-2014, annex B. Source: 6.6.4.
package struct SL651Message: Hashable, Sendable {
    package let function: SL651Function
    package let serial: UInt16
    /// The station's clock when it sent.
    package let sent: Instant
    package let content: Content

    /// What the body holds besides serial number and time.
    package enum Content: Hashable, Sendable {
        /// 2F, 47, 48, 4A and 51: the station is there, has done it, or tells its clock in `sent`.
        case nothing
        /// 30–34, 37, 38, 3A, 44.
        case report(SL651Report)
        /// 35 and 39: what an observer typed, by SL 330 or as agreed.
        case manual([UInt8])
        /// 36.
        case picture(SL651Picture)
        /// 40–43 and 49.
        case parameters([SL651Parameter])
        /// 45: as the maker writes it.
        case version([UInt8])
        /// 46 and 4B.
        case status(SL651Status)
        /// 4C and 4D: whether pump or valve 1, 2 … is on.
        case switches([Bool])
        /// 4E: gates 1, 2 …
        case gates([SL651Gate])
        /// 4F: whether the quota is in force.
        case quota(Bool)
        /// 50: how often each of the events ERC1 … ERC32 of table 82 happened.
        case events([UInt16])
        /// A body of another form than the standard's, as sent.
        case other([UInt8])
    }

    /// Reads the body of `frame`, which stands alone or was put together by `SL651Assembler`.
    ///
    /// Errors: `unknown-function`, `bad-packet` for a single packet of several, and those of `SL651Report.decode`.
    package static func decode(_ frame: SL651Frame) throws(SL651Error) -> SL651Message {
        let function = try frame.known()
        guard frame.packet == nil else {
            throw SL651Error(.badPacket, "one packet of several; put the message together first")
        }
        if frame.coding == .ascii { return try decodeText(function, frame) }
        var reader = BodyReader(bytes: frame.body[...])
        let serial = try reader.word()
        let sent = try reader.time(bytes: 6)
        let content = try content(function, frame, &reader)
        return SL651Message(function: function, serial: serial, sent: sent, content: content)
    }

    private static func content(_ function: SL651Function, _ frame: SL651Frame, _ reader: inout BodyReader)
        throws(SL651Error) -> Content
    {
        switch function {
        case .test, .uniform, .timed, .extra, .hourly, .queryNow, .queryPeriod, .queryElements, .queryPumps:
            return .report(try SL651Report.decode(frame))
        case .picture: return .picture(try SL651Picture(&reader, from: frame.address))
        case .manual, .queryManual:
            guard reader.bytes.prefix(2) == [0xF2, 0xF2] else { return .other(reader.rest()) }
            return .manual(Array(reader.rest().dropFirst(2)))
        case .linkKeeping: return reader.bytes.isEmpty ? .nothing : .other(reader.rest())
        case .writeBasics, .readBasics, .writeRunning, .readRunning, .changePassword:
            try skipAddress(&reader)
            return .parameters(try SL651Parameter.decode(&reader))
        case .queryVersion, .queryStatus, .clearStorage, .factorySettings, .setClock, .setCard, .pumps, .valves, .gates,
            .quota, .queryEvents, .queryClock:
            try skipAddress(&reader)
            let rest = reader.rest()
            return answer(function, rest) ?? .other(rest)
        }
    }

    /// Answers begin with the station's address and have no class.
    private static func skipAddress(_ reader: inout BodyReader) throws(SL651Error) {
        guard reader.bytes.prefix(2) == [0xF1, 0xF1] else { return }
        _ = try SL651Address(try reader.take(7).dropFirst(2))
    }

    /// Answers of a fixed form; nil where the bytes have another.
    private static func answer(_ function: SL651Function, _ bytes: [UInt8]) -> Content? {
        switch function {
        case .queryVersion: counted(bytes).map { .version($0) }
        case .queryStatus, .setCard:
            bytes.starts(with: [0x45, 0x20]) ? SL651Status(bytes.dropFirst(2)).map { .status($0) } : nil
        case .pumps, .valves: counted(bytes).map { .switches($0.flatMap(SL651Gate.bits)) }
        case .gates: bytes.first.flatMap { SL651Gate.list(count: Int($0), bytes.dropFirst()) }.map { .gates($0) }
        case .quota: bytes == [0xFF] ? .quota(true) : bytes == [0x00] ? .quota(false) : nil
        case .queryEvents:
            bytes.count == 64
                ? .events((0..<32).map { UInt16(bytes[2 * $0]) << 8 | UInt16(bytes[2 * $0 + 1]) }) : nil
        case .linkKeeping, .test, .uniform, .timed, .extra, .hourly, .manual, .picture, .queryNow, .queryPeriod,
            .queryManual, .queryElements, .writeBasics, .readBasics, .writeRunning, .readRunning, .queryPumps,
            .clearStorage, .factorySettings, .changePassword, .setClock, .queryClock:
            bytes.isEmpty ? .nothing : nil
        }
    }

    /// What follows a byte that states its length; nil where it is another.
    private static func counted(_ bytes: [UInt8]) -> [UInt8]? {
        bytes.first.map { Int($0) } == bytes.count - 1 ? Array(bytes.dropFirst()) : nil
    }
}

/// A picture of a station's camera. Source: SL 651-2014, table 40.
package struct SL651Picture: Hashable, Sendable {
    package let station: SL651Address
    /// Annex A; nil where none was sent.
    package let stationClass: UInt8?
    package let observed: Instant?
    /// The file as sent, JPEG as a rule.
    package let bytes: [UInt8]

    /// The file from FF D8 to its last FF D9, without what some loggers add behind it; nil where it is no whole JPEG
    /// (ITU-T T.81, annex B).
    package var jpeg: [UInt8]? {
        guard bytes.starts(with: [0xFF, 0xD8]) else { return nil }
        let end = (2..<max(2, bytes.count - 1)).last { bytes[$0] == 0xFF && bytes[$0 + 1] == 0xD9 }
        return end.map { Array(bytes[...($0 + 1)]) }
    }
}

extension SL651Picture {
    init(_ reader: inout BodyReader, from sender: SL651Address) throws(SL651Error) {
        var (station, stationClass, observed) = (sender, UInt8?.none, Instant?.none)
        while true {
            let (lead, form) = (try reader.byte(), try reader.byte())
            switch (lead, form) {
            case (0xF1, 0xF1):
                station = try SL651Address(try reader.take(5))
                stationClass = try reader.byte()
            case (0xF0, 0xF0): observed = try reader.time(bytes: 5)
            case (0xF3, 0xF3):
                self.init(station: station, stationClass: stationClass, observed: observed, bytes: reader.rest())
                return
            default:
                throw SL651Error(.badElement, "\(Hexadecimal.text([lead, form])) where a picture is announced by F3 F3")
            }
        }
    }
}

/// A gate's state. Source: SL 651-2014, table 77.
package struct SL651Gate: Hashable, Sendable {
    package let isOpen: Bool
    /// In 0.01 m; nil where the bytes are no digits.
    package let opening: Quantity?

    /// The states of `count` gates, then their openings in two BCD bytes each; nil for another length.
    static func list(count: Int, _ bytes: ArraySlice<UInt8>) -> [SL651Gate]? {
        let stateBytes = (count + 7) / 8
        guard bytes.count == stateBytes + 2 * count else { return nil }
        let states = bytes.prefix(stateBytes).flatMap(bits)
        let openings = Array(bytes.dropFirst(stateBytes))
        return (0..<count).map { gate in
            let opening = SignedBCD.quantity(openings[(2 * gate)...(2 * gate + 1)], decimals: 2, .metre)
            return SL651Gate(isOpen: states[gate], opening: opening)
        }
    }

    /// D0 first.
    static func bits(_ byte: UInt8) -> [Bool] { (0..<8).map { byte >> UInt8($0) & 1 == 1 } }
}
