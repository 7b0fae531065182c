import Foundation
import MonitoringCodecs
import Vocabulary

// What devices and other warning systems send, down to its meaning.

extension FuzzTarget {
    private static let now = Instant(seconds: 1_790_000_000)

    /// A frame of SL 651 from a station or to one, all that may be in it, and what it is answered.
    static let sl651 = FuzzTarget(name: "sl651", form: .binary, repair: repairFrame) {
        { bytes in
            let (frame, first) = try attempt { try SL651Frame.decode(bytes) }
            guard let frame else { return try first + ", " + order(bytes) }
            try checkAgain(frame)
            _ = SL651Acknowledgement.encode(confirming: frame, at: now)
            let report = try outcome { _ = try SL651Report.decode(frame).readings }
            return try "\(report), " + outcome { _ = try SL651Message.decode(frame) }
        }
    }

    private static func order(_ bytes: [UInt8]) throws -> String {
        try outcome {
            let frame = try SL651Frame.decode(bytes, sent: .down)
            try checkAgain(frame)
            _ = try SL651Order.decode(frame)
        }
    }

    private static func checkAgain(_ frame: SL651Frame) throws {
        guard let bytes = try attempt({ try frame.encoded() }).value else { return }
        try Finding.unless(
            try SL651Frame.decode(bytes, sent: frame.direction) == frame,
            "written and read it is another"
        )
    }

    /// A packet of HJ 212, all that may be in it, and what it is answered.
    static let hj212 = FuzzTarget(name: "hj212", form: .text, repair: repairPacket, share: 300_000) {
        { bytes in
            let (packet, first) = try attempt { try HJ212Packet.decode(bytes) }
            guard let packet else { return first }
            try Finding.unless(try HJ212Packet.decode(packet.encoded()) == packet, "written and read it is another")
            let (message, second) = try attempt { try HJ212Message.decode(packet) }
            guard let message else { return "packet, \(second)" }
            _ = try attempt { try message.encoded() }
            _ = try attempt { try HJ212Answer.confirming(message)?.encoded() }
            _ = (HJ212Answer.acceptance(message), HJ212Answer.result(message), message.requested)
            return try "message, "
                + outcome {
                    for factor in try HJ212Report.decode(message).factors { _ = (factor.known, factor.quantities) }
                }
        }
    }

    /// Length and check sum of HJ 212, where the bytes are long enough for a packet.
    @Sendable private static func repairPacket(_ bytes: inout [UInt8]) {
        if bytes.suffix(2) == [0x0D, 0x0A] { bytes.removeLast(2) }
        guard (10...HJ212Packet.maximumSegment).contains(bytes.count) else { return }
        let segment = bytes[6..<(bytes.count - 4)]
        let (length, sum) = (String(10_000 + segment.count), String(65_536 + Int(HJ212CRC.value(segment)), radix: 16))
        bytes = Array("##\(length.dropFirst())".utf8) + segment + Array("\(sum.dropFirst())\r\n".utf8)
    }

    /// The bytes of connections, in pieces: every byte comes out, and what waits is at most a frame. What is put together is bounded.
    static let connections = FuzzTarget(name: "connections", form: .binary, share: 100_000) {
        { bytes in
            let piece = 1 + (bytes.first.map(Int.init) ?? 0) % 97
            let frames = try cut(SL651Framer(), SL651Frame.maximumBytes, bytes, piece)
            let packets = try cut(HJ212Framer(), HJ212Packet.maximumSegment + 10, bytes, piece)
            var (assembler, other) = (SL651Assembler(), HJ212Assembler())
            for (index, frame) in frames.enumerated() {
                _ = try attempt { try assembler.take(frame, at: now + .minutes(Int64(index))) }
                try Finding.unless(
                    assembler.heldBytes <= AssemblyLimits().bytes,
                    "\(assembler.heldBytes) bytes are held"
                )
            }
            for (index, packet) in packets.enumerated() {
                guard let message = try attempt({ try HJ212Message.decode(packet) }).value else { continue }
                let size = packet.segment.count
                _ = try attempt { try other.take(message, bytes: size, at: now + .minutes(Int64(index))) }
                let limit = HJ212Assembler.usualLimits.bytes
                try Finding.unless(other.heldBytes <= limit, "\(other.heldBytes) bytes are held")
            }
            return "\(frames.isEmpty ? "no frames" : "frames"), \(packets.isEmpty ? "no packets" : "packets")"
        }
    }

    private static func cut<Format: StreamFormat>(
        _ framer: StreamFramer<Format>,
        _ most: Int,
        _ bytes: [UInt8],
        _ piece: Int
    ) throws -> [Format.Frame] {
        var framer = framer
        var outputs: [StreamFramer<Format>.Output] = []
        for start in stride(from: 0, to: bytes.count, by: piece) {
            outputs += framer.take(bytes[start..<min(bytes.count, start + piece)])
            try Finding.unless(framer.heldBytes <= most, "\(framer.heldBytes) bytes wait")
        }
        outputs += framer.finish()
        var (frames, count): ([Format.Frame], Int) = ([], 0)
        for output in outputs {
            switch output {
            case .frame(let frame, let bytes): (frames, count) = (frames + [frame], count + bytes.count)
            case .refused(_, let bytes): count += bytes.count
            }
        }
        // Between packets line ends are passed over.
        let fillers = bytes.count { $0 == 0x0D || $0 == 0x0A }
        try Finding.unless((bytes.count - fillers...bytes.count).contains(count), "\(count) of \(bytes.count) bytes")
        return frames
    }

    /// A warning of another system: CAP, or the national platform's own form. What is sound is written so that it reads alike.
    static let cap = FuzzTarget(name: "cap", form: .text, share: 50_000) {
        { bytes in
            let bytes = Data(bytes)
            let (readings, first) = try attempt { try CAPDecoder.decode(bytes) }
            for reading in readings ?? [] {
                _ = (reading.schemaFaults + reading.meaningFaults).map(\.description)
                guard let alert = reading.alert, reading.isSound else { continue }
                let again = try CAPDecoder.decode(alert.encoded()).first?.alert
                try Finding.unless(again == alert, "written and read again it is another alert")
            }
            for entry in try attempt({ try DocumentIndex(bytes) }).value?.entries ?? [] {
                try Finding.unless(!entry.link.isEmpty, "an entry without a link")
            }
            let (warning, second) = try attempt { try PlatformWarning.decode(bytes) }
            if let warning {
                _ = warning.alert()
                let again = try PlatformWarning.decode(warning.encoded())
                try Finding.unless(again == warning, "written and read again it is another warning")
            }
            return "\(first), \(second)"
        }
    }
}
