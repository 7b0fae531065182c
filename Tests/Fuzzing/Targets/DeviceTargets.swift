import MonitoringCodecs
import MonitoringService
import Vocabulary

// What stations send.

extension FuzzTarget {
    /// Start, length and check sum of SL 651 in the coding that the first byte says, where the bytes are long enough for a frame.
    @Sendable static func repairFrame(_ bytes: inout [UInt8]) {
        let isText = bytes.first == 0x01
        let (head, sum) = isText ? (24, 4) : (14, 2)
        guard bytes.count >= head + 1 + sum else { return }
        let length = min(bytes.count - head - 1 - sum, 0x0FFF)
        func written(_ number: Int) -> [UInt8] {
            isText
                ? Array(String(number + 0x10000, radix: 16, uppercase: true).utf8.dropFirst())
                : [UInt8(number >> 8), UInt8(number & 0xFF)]
        }
        if !isText { bytes.replaceSubrange(0..<2, with: [0x7E, 0x7E]) }
        bytes.replaceSubrange(head - 1 - sum..<head - 1, with: written(length))
        if ![0x02, 0x16].contains(bytes[head - 1]) { bytes[head - 1] = 0x02 }
        let end = bytes.count - 1 - sum
        if ![0x03, 0x05, 0x17].contains(bytes[end]) { bytes[end] = 0x03 }
        bytes.replaceSubrange((end + 1)..., with: written(Int(CRC16.modbus(bytes.dropLast(sum)))))
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
