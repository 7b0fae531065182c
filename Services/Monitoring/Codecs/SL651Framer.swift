/// How frames of SL 651 are found: 7E 7E, a direction and a length, and STX or SYN.
package struct SL651Format: StreamFormat {
    let direction: SL651Frame.Direction

    package let mark: UInt8 = 0x7E
    package let headBytes = 14
    package let maximumBytes = SL651Frame.maximumBytes

    /// Nil unless direction and start character are the standard's. The other direction passes: the decoder says it better.
    package func length(head: ArraySlice<UInt8>) -> Int? {
        let head = Array(head)
        guard SL651Frame.Direction(rawValue: head[11] >> 4) != nil, head[13] == 0x02 || head[13] == 0x16 else {
            return nil
        }
        return SL651Frame.wholeLength(directionAndLength: UInt16(head[11]) << 8 | UInt16(head[12]))
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
