import MonitoringCodecs
import MonitoringService
import Vocabulary

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

    /// The bytes of two connections, in pieces: a message that a port takes for whole is the one that the handler reads, and what it
    /// takes for none the handler refuses.
    static let framing = FuzzTarget(name: "framing", form: .binary, share: 200_000) {
        { bytes in
            let piece = 1 + (bytes.first.map(Int.init) ?? 0) % 97
            let messages = try session(SL651Session(), bytes, piece) { bytes, message in
                let (read, outcome) = try attempt { try SL651Input.decode(bytes) }
                let agrees = read.map { $0.frame == message?.frame && $0.packets == message?.packets }
                try Finding.unless(agrees ?? (message == nil), "the port and the handler differ: \(outcome)")
            }
            let others = try session(HJ212Session(), bytes, piece) { bytes, message in
                let (read, outcome) = try attempt { try HJ212Input.decode(bytes) }
                try Finding.unless(read == message, "the port and the handler differ: \(outcome)")
            }
            return messages + others == 0 ? "no message" : "messages"
        }
    }

    /// Gives every input of the connection to `check`; how many were whole messages.
    private static func session<Session: DeviceSession>(
        _ session: Session,
        _ bytes: [UInt8],
        _ piece: Int,
        _ check: ([UInt8], Session.Message?) throws -> Void
    ) throws -> Int {
        var (session, count) = (session, 0)
        func take(_ actions: [SessionAction<Session.Message>]) throws {
            for case .offer(let bytes, let message) in actions {
                try check(bytes, message)
                guard let message else { continue }
                count += 1
                _ = (Session.device(of: message), Session.answer(to: message, staysOnline: true, at: now))
            }
        }
        for start in stride(from: 0, to: bytes.count, by: piece) {
            try take(session.take(Array(bytes[start..<min(bytes.count, start + piece)]), at: now))
            try Finding.unless(session.heldBytes <= 2 << 20, "\(session.heldBytes) bytes are held")
        }
        try take(session.finish())
        return count
    }

    private static let now = Instant(seconds: 1_790_000_000)
}
