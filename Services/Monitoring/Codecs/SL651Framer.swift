/// How frames of SL 651 are found: 7E 7E or SOH, a direction and a length, and STX or SYN.
package struct SL651Format: StreamFormat {
    let direction: SL651Frame.Direction

    package let maximumBytes = SL651Frame.maximumBytes

    /// 7E 7E, or SOH and the first digit of an address.
    package func isStart(_ first: UInt8, _ next: UInt8?) -> Bool {
        switch SL651Frame.Coding(start: first) {
        case .ascii: next.map(Hexadecimal.isDigit) ?? true
        case .binary: first == 0x7E && next ?? 0x7E == 0x7E
        }
    }

    /// 14 bytes, or 24 characters.
    package func headBytes(_ start: UInt8) -> Int { SL651Frame.Coding(start: start).headBytes }

    /// Nil unless direction and start character are the standard's. The other direction passes: the decoder says it better.
    package func length(head: ArraySlice<UInt8>) -> Int? {
        let coding = SL651Frame.Coding(start: head.first ?? 0)
        guard head.last == 0x02 || head.last == 0x16,
            let bytes = coding.read(head.dropFirst(coding.start.count).dropLast(), count: 11),
            SL651Frame.Direction(rawValue: bytes[9] >> 4) != nil
        else { return nil }
        return (Int(bytes[9] & 0x0F) << 8 | Int(bytes[10])) + coding.overhead
    }

    /// Errors: those of `SL651Frame.decode`.
    package func decode(_ bytes: [UInt8]) throws(SL651Error) -> SL651Frame {
        try SL651Frame.decode(bytes, sent: direction)
    }

    /// A wrong check sum may be that of bytes that only look like a frame.
    package func mayHoldAnother(_ refusal: SL651Error) -> Bool { refusal.code == .wrongCRC }
    /// Nothing stands between frames.
    package func isFiller(_ byte: UInt8) -> Bool { false }
    /// `no-start`.
    package func noStart(_ why: String) -> SL651Error { SL651Error(.noStart, why) }
    /// `too-short`.
    package func cutShort(_ why: String) -> SL651Error { SL651Error(.tooShort, why) }
}

/// Cuts a station's or a centre's bytes into frames of SL 651.
package typealias SL651Framer = StreamFramer<SL651Format>

extension StreamFramer where Format == SL651Format {
    /// A framer of what is sent in `direction`.
    package init(_ direction: SL651Frame.Direction = .up) { self.init(format: SL651Format(direction: direction)) }
}
