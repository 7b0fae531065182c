import Foundation
import MonitoringCodecs
import MonitoringService
import NIOCore

// What stations send.

extension FuzzTarget {
    /// Length and check sum of SL 651, where the bytes are long enough for a frame.
    @Sendable static func repairFrame(_ bytes: inout [UInt8]) {
        guard bytes.count >= 17 else { return }
        (bytes[0], bytes[1]) = (0x7E, 0x7E)
        let length = min(bytes.count - 17, 0x0FFF)
        (bytes[11], bytes[12]) = (UInt8(length >> 8), UInt8(length & 0xFF))
        if ![0x02, 0x16].contains(bytes[13]) { bytes[13] = 0x02 }
        if ![0x03, 0x05, 0x17].contains(bytes[bytes.count - 3]) { bytes[bytes.count - 3] = 0x03 }
        let crc = CRC16.modbus(bytes.dropLast(2))
        (bytes[bytes.count - 2], bytes[bytes.count - 1]) = (UInt8(crc >> 8), UInt8(crc & 0xFF))
    }

    /// The bytes of a connection, cut into frames whatever their pieces.
    static let framing = FuzzTarget(name: "framing", form: .binary, share: 500_000) {
        { bytes in
            let whole = try frames(bytes, piece: max(1, bytes.count))
            let pieces = try frames(bytes, piece: 1 + (bytes.first.map(Int.init) ?? 0) % 7)
            try Finding.unless(whole == pieces, "other frames where the bytes come in pieces")
            return whole.isEmpty ? "no frame" : "frames"
        }
    }

    private static func frames(_ bytes: [UInt8], piece: Int) throws -> [Data] {
        var framing = SL651Framing()
        var buffer = ByteBuffer()
        var frames: [Data] = []
        for start in stride(from: 0, to: bytes.count, by: piece) {
            buffer.writeBytes(bytes[start..<min(bytes.count, start + piece)])
            while let frame = try framing.decode(buffer: &buffer) {
                try Finding.unless(frame.starts(with: [0x7E, 0x7E]), "a frame that does not begin like one")
                frames.append(frame)
            }
            try Finding.unless(buffer.readableBytes < SL651Frame.maximumBytes, "\(buffer.readableBytes) bytes are kept")
        }
        return frames
    }
}
