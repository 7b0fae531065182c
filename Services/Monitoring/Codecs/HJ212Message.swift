package import Vocabulary

/// `name=value` of a message, its value as sent: ASCII but for texts, which may be GB 18030.
package struct HJ212Field: Hashable, Sendable {
    package let name: String
    /// Nil where no `=` was sent.
    package let bytes: [UInt8]?

    init(_ name: String, _ bytes: [UInt8]?) { (self.name, self.bytes) = (name, bytes) }

    init(_ name: String, _ text: String) { self.init(name, Array(text.utf8)) }

    /// The value where it is valid UTF-8.
    package var text: String? { bytes.flatMap { String(validating: $0, as: UTF8.self) } }
}

/// Flag of a message: version, whether it is numbered, whether it wants an answer. Source: HJ 212-2017, 6.3.2, table 3.
package struct HJ212Flag: Hashable, Sendable {
    package let bits: UInt8

    package init(bits: UInt8) { self.bits = bits }

    package init(version: UInt8 = 1, isNumbered: Bool = false, needsAnswer: Bool) {
        bits = (version & 0x3F) << 2 | (isNumbered ? 2 : 0) | (needsAnswer ? 1 : 0)
    }

    /// V5 … V0: 0 is HJ/T 212-2005, 1 is HJ 212-2017.
    package var version: UInt8 { bits >> 2 }
    /// D: PNUM and PNO are there.
    package var isNumbered: Bool { bits & 2 != 0 }
    /// A.
    package var needsAnswer: Bool { bits & 1 != 0 }
}

/// The data segment of one packet: `QN;ST;CN;PW;MN;Flag;[PNUM;PNO;]CP=&&items&&`. Source: HJ 212-2017, 6.3.2.
///
/// Fields may come in any order. QN, PW and Flag may be absent, as in messages of HJ/T 212-2005.
package struct HJ212Message: Hashable, Sendable {
    /// The place of a packet in a message of several: PNO of PNUM.
    package struct Packet: Hashable, Sendable {
        package let total: Int
        package let sequence: Int

        package init(total: Int, sequence: Int) { (self.total, self.sequence) = (total, sequence) }
    }

    /// QN, empty where none was sent. An answer repeats that of its question.
    package let request: String
    /// ST; `HJ212System` names it.
    package let system: String
    /// CN; `HJ212Command` names it.
    package let command: Int
    /// PW.
    package let password: String
    /// MN: the device.
    package let device: String
    package let flag: HJ212Flag?
    package let packet: Packet?
    /// Header fields that the standard does not have.
    package let others: [HJ212Field]
    /// Split by `;`, and each by `,`.
    package let items: [[HJ212Field]]

    /// The command; nil where table 9 has none of that number.
    package var known: HJ212Command? { HJ212Command(rawValue: command) }
    /// When the question was made, by QN; nil where that is no time.
    package var requested: Instant? { HJ212Time.instant(request[...]) }

    /// SystemTime: a device's clock, in 1011 and 1012; nil where none was sent.
    package var systemTime: Instant? { value("SystemTime")?.text.flatMap { HJ212Time.instant($0[...]) } }

    /// The first value of that name among the items.
    package func value(_ name: String) -> HJ212Field? {
        for item in items { for field in item where field.name == name { return field } }
        return nil
    }
}

extension HJ212Message {
    /// Reads a packet's segment. Errors: `bad-field`, `bad-packet`.
    package static func decode(_ packet: HJ212Packet) throws(HJ212Error) -> HJ212Message {
        let (head, content) = try split(packet.segment)
        var fields: [String: String] = [:]
        var others: [HJ212Field] = []
        for field in list(head, by: 0x3B) where !field.isEmpty {
            let field = Self.field(field)
            guard let text = field.text, fields[field.name] == nil else {
                throw HJ212Error(.badField, "no value, or a second one, for \(field.name)")
            }
            fields[field.name] = text
            if !names.contains(field.name) { others.append(field) }
        }
        guard let device = fields["MN"], !device.isEmpty else { throw HJ212Error(.badField, "no MN: which device?") }
        guard let command = number(fields["CN"], digits: 4...4) else {
            throw HJ212Error(.badField, "CN is not four digits")
        }
        return HJ212Message(
            request: fields["QN"] ?? "",
            system: fields["ST"] ?? "",
            command: command,
            password: fields["PW"] ?? "",
            device: device,
            flag: try flag(fields["Flag"]),
            packet: try place(fields["PNO"], of: fields["PNUM"]),
            others: others,
            items: list(content, by: 0x3B).filter { !$0.isEmpty }.map { item in
                list(item, by: 0x2C).filter { !$0.isEmpty }.map(field)
            }
        )
    }

    private static let names: Set = ["QN", "ST", "CN", "PW", "MN", "Flag", "PNUM", "PNO"]

    /// The header before `CP=&&` and what stands between it and the last `&&`.
    private static func split(_ segment: [UInt8]) throws(HJ212Error) -> (ArraySlice<UInt8>, ArraySlice<UInt8>) {
        let mark = Array("CP=&&".utf8)
        let end = segment.count - 2
        let start = segment.indices.first { index in
            (index == 0 || segment[index - 1] == 0x3B) && segment[index...].starts(with: mark)
        }
        guard let start, start + mark.count <= end, segment[end...] == [0x26, 0x26] else {
            throw HJ212Error(.badField, "no CP=&&…&& at the end")
        }
        return (segment[..<start], segment[(start + mark.count)..<end])
    }

    /// The parts between separators that do not stand within `//…//`, where logs have their text.
    private static func list(_ bytes: ArraySlice<UInt8>, by separator: UInt8) -> [ArraySlice<UInt8>] {
        var parts: [ArraySlice<UInt8>] = []
        var (start, index, isQuoted) = (bytes.startIndex, bytes.startIndex, false)
        while index < bytes.endIndex {
            if bytes[index] == 0x2F, index + 1 < bytes.endIndex, bytes[index + 1] == 0x2F {
                // A text begins where a value does.
                if isQuoted || (index > bytes.startIndex && bytes[index - 1] == 0x3D) { isQuoted.toggle() }
                index += 1
            } else if bytes[index] == separator, !isQuoted {
                parts.append(bytes[start..<index])
                start = index + 1
            }
            index += 1
        }
        return parts + [bytes[start...]]
    }

    private static func field(_ bytes: ArraySlice<UInt8>) -> HJ212Field {
        let name = bytes.prefix { $0 != 0x3D }
        let value = bytes.dropFirst(name.count + 1)
        return HJ212Field(String(decoding: name, as: UTF8.self), name.count == bytes.count ? nil : Array(value))
    }

    private static func number(_ text: String?, digits: ClosedRange<Int>) -> Int? {
        guard let text, digits.contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return Int(text)
    }

    private static func flag(_ text: String?) throws(HJ212Error) -> HJ212Flag? {
        guard let text else { return nil }
        guard let bits = number(text, digits: 1...3).flatMap({ UInt8(exactly: $0) }) else {
            throw HJ212Error(.badField, "Flag is not 0 … 255")
        }
        return HJ212Flag(bits: bits)
    }

    private static func place(_ number: String?, of total: String?) throws(HJ212Error) -> Packet? {
        guard number != nil || total != nil else { return nil }
        guard let sequence = Self.number(number, digits: 1...4), let total = Self.number(total, digits: 1...4),
            total >= 1, (1...total).contains(sequence)
        else { throw HJ212Error(.badPacket, "PNO \(number ?? "missing") of PNUM \(total ?? "missing")") }
        return Packet(total: total, sequence: sequence)
    }

    /// The packet on the wire. Errors: `too-large`.
    package func encoded() throws(HJ212Error) -> HJ212Packet {
        var head: [String] = []
        if !request.isEmpty { head.append("QN=\(request)") }
        head += ["ST=\(system)", "CN=\(command)", "PW=\(password)", "MN=\(device)"]
        if let flag { head.append("Flag=\(flag.bits)") }
        if let packet { head += ["PNUM=\(packet.total)", "PNO=\(packet.sequence)"] }
        var segment = Array((head.joined(separator: ";") + ";CP=&&").utf8)
        for (index, item) in items.enumerated() {
            if index > 0 { segment.append(0x3B) }
            segment += item.map { Array("\($0.name)=".utf8) + ($0.bytes ?? []) }.joined(separator: [0x2C])
        }
        return try HJ212Packet(segment: segment + "&&".utf8)
    }
}

/// Times of HJ 212: digits of a clock in Beijing.
enum HJ212Time {
    /// YYYYMMDDhhmmss, with zzz behind it in a QN. Nil for anything else.
    static func instant(_ text: Substring) -> Instant? {
        let digits = text.utf8.map { Int($0) - 0x30 }
        guard digits.count == 14 || digits.count == 17, digits.allSatisfy({ (0...9).contains($0) }) else { return nil }
        func number(_ range: Range<Int>) -> Int { digits[range].reduce(0) { $0 * 10 + $1 } }
        let civil = CivilTime(
            year: number(0..<4),
            month: number(4..<6),
            day: number(6..<8),
            hour: number(8..<10),
            minute: number(10..<12),
            second: number(12..<14)
        )
        let thousandths = digits.count == 17 ? number(14..<17) : 0
        return civil.map { BeijingTime.instant($0) + .milliseconds(thousandths) }
    }

    /// YYYYMMDDhhmmss.
    static func text(_ instant: Instant) -> String {
        let civil = BeijingTime.civil(instant)
        let fields = [civil.month, civil.day, civil.hour, civil.minute, civil.second]
        return padded(civil.year, 4) + fields.map { padded($0, 2) }.joined()
    }

    /// YYYYMMDDhhmmsszzz: a QN made at `instant`.
    static func request(_ instant: Instant) -> String {
        text(instant) + padded(Int((instant.microseconds - instant.seconds * 1_000_000) / 1_000), 3)
    }

    private static func padded(_ number: Int, _ count: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, count - digits.count)) + digits
    }
}
