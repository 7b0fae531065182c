package import Vocabulary

/// The centre's confirmation of a report: sent after the commit.
///
/// `7E7E | station 5 | centre 1 | password 2 | function 1 | 8 and length | STX, or SYN and packet | serial 2, send time 6 | end | CRC 2`.
/// In the coding of what it confirms. Source: SL 651-2014, tables 17, 19, 21 and 23 and 6.3.1.2 (modes M2 and M3).
package enum SL651Acknowledgement {
    /// The frame that confirms `frame`, a whole message of `packets` packets; nil where its body has no serial number or it is one
    /// packet of several.
    ///
    /// EOT lets the station leave; `staysOnline` (ESC) keeps it listening for ten minutes, so that the centre can ask.
    package static func encode(
        confirming frame: SL651Frame,
        packets: Int = 1,
        staysOnline: Bool = false,
        at now: Instant
    ) -> [UInt8]? {
        let coding = frame.coding
        guard frame.packet == nil, let function = SL651Function(rawValue: frame.function),
            let serial = coding.read(frame.body.prefix(2 * coding.width), count: 2)
        else { return nil }
        // The sequence of a confirmation is that of the last packet.
        let packet = packets > 1 ? SL651Frame.Packet(total: packets, sequence: packets) : nil
        let answer = SL651Frame(
            .down,
            coding: coding,
            centre: frame.centre,
            address: frame.address,
            secret: frame.secret,
            function: function,
            packet: packet,
            body: coding.head(serial: UInt16(serial[0]) << 8 | UInt16(serial[1]), at: now),
            ending: staysOnline ? .esc : .eot
        )
        // So few bytes always fit; only a number of packets beyond the standard's does not.
        return try? answer.encoded()
    }
}
