package import Vocabulary

/// The centre's confirmation of a report in mode M2: sent after the commit.
///
/// `7E7E | station 5 | centre 1 | password 2 | function 1 | 8 and length | STX | serial 2, send time 6 | EOT | CRC 2`.
/// Source: SL 651-2014, 6.2.3 (downward frames) and 6.5 (mode M2).
package enum SL651Acknowledgement {
    /// The frame that confirms `frame`; nil where its body has no serial number.
    package static func encode(confirming frame: SL651Frame, at now: Instant) -> [UInt8]? {
        guard frame.body.count >= 2, let password = UInt16(frame.password, radix: 16) else { return nil }
        let station = frame.station.utf8.map { $0 - 48 }
        var bytes: [UInt8] = [0x7E, 0x7E]
        bytes += stride(from: 0, to: station.count - 1, by: 2).map { station[$0] << 4 | station[$0 + 1] }
        bytes += [frame.centre, UInt8(password >> 8), UInt8(password & 0xFF), frame.function, 0x80, 8, 0x02]
        bytes += frame.body.prefix(2)
        let civil = BeijingTime.civil(now)
        bytes += [civil.year % 100, civil.month, civil.day, civil.hour, civil.minute, civil.second].map {
            UInt8(($0 / 10) << 4 | $0 % 10)
        }
        bytes.append(0x04)
        let crc = CRC16.modbus(bytes)
        return bytes + [UInt8(crc >> 8), UInt8(crc & 0xFF)]
    }
}
