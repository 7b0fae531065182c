import Foundation
import MonitoringCodecs
import MonitoringService
import NIOCore
import Vocabulary

// What sources, brokers and feeds send, down to its meaning.

extension FuzzTarget {
    /// A batch over HTTP or MQTT, a table of weather, a catalogue of earthquakes: whichever the bytes may be.
    static let documents = FuzzTarget(name: "documents", form: .text, share: 100_000) {
        { bytes in
            let bytes = Data(bytes)
            let (batch, first) = try attempt { try ObservationBatch(bytes) }
            for case .success(let item) in batch?.items ?? [] { try check(item) }
            let (weather, second) = try attempt { try WeatherTable.decode(bytes) }
            for case .success(let item) in weather ?? [] { try check(item) }
            let (events, third) = try attempt { try SeismicCatalogue.decode(bytes) }
            for case .success(let event) in events ?? [] {
                let hundredths = event.magnitude.rounded(places: 2) ?? .min
                try Finding.unless((-300...1_100).contains(hundredths), "a magnitude of \(hundredths) hundredths")
            }
            return "\(first), \(second), \(third)"
        }
    }

    /// A quantity is the number that was written: read again from its own text it is the same.
    private static func check(_ item: SentObservation) throws {
        guard let quantity = try attempt({ try item.value.quantity(.metre) }).value else { return }
        let again = try DecimalNumber(quantity.number).quantity(.metre)
        try Finding.unless(again.millionths == quantity.millionths, "\(quantity.number) reads as \(again.number)")
        _ = (item.observed.description, item.value.rounded(places: 0))
    }

    /// What channels say became of texts: keys and digests have their lengths, numbers of people are possible ones.
    static let receipts = FuzzTarget(name: "receipts", form: .text, share: 200_000) {
        { bytes in
            let (batch, outcome) = try attempt { try ReceiptBatch(Data(bytes)) }
            guard let batch else { return outcome }
            try Finding.unless((1...ReceiptBatch.most).contains(batch.items.count), "\(batch.items.count) receipts")
            for case .success(let receipt) in batch.items { try check(receipt) }
            let refused = batch.items.count { (try? $0.get()) == nil }
            return refused == 0 ? "sound" : refused == batch.items.count ? "nothing sound" : "some sound"
        }
    }

    private static func check(_ receipt: SentReceipt) throws {
        try Finding.unless(receipt.message.count == 16, "a key of \(receipt.message.count) bytes")
        _ = receipt.at.description
        switch receipt.status {
        case .delivered(let people):
            try Finding.unless(people.map { $0 > 0 } ?? true, "\(people ?? 0) people")
        case .received(let digests):
            let areWhole = digests.allSatisfy { $0.count == 32 }
            try Finding.unless(!digests.isEmpty && areWhole, "digests of other lengths")
        case .failed(let reason): try Finding.unless(!reason.isEmpty, "no reason")
        case .acknowledged(let person, let told): try Finding.unless(!person.isEmpty && told >= 0, "\(told) told")
        }
    }

    /// A packet of MQTT, and the bytes of a connection in pieces. What is read is written so that it reads alike.
    static let mqtt = FuzzTarget(name: "mqtt", form: .binary, repair: repairLength, share: 500_000) {
        { bytes in
            let (packet, outcome) = try attempt { try MQTTPacket(bytes) }
            if let packet {
                try Finding.unless(try MQTTPacket(packet.encoded) == packet, "written and read it is another")
            }
            let whole = try packets(bytes, piece: max(1, bytes.count))
            let pieces = try packets(bytes, piece: 1 + (bytes.first.map(Int.init) ?? 0) % 7)
            try Finding.unless(whole == pieces, "other packets where the bytes come in pieces")
            var session = MQTTSession(filters: ["#"], limits: .init(inFlight: 4), at: Instant(seconds: 0))
            for (second, packet) in whole.enumerated() {
                _ = session.received(packet, at: Instant(seconds: Int64(second)))
            }
            return outcome
        }
    }

    private static func packets(_ bytes: [UInt8], piece: Int) throws -> [MQTTPacket] {
        var (decoder, buffer, packets) = (MQTTPackets(), ByteBuffer(), [MQTTPacket]())
        for start in stride(from: 0, to: bytes.count, by: piece) {
            buffer.writeBytes(bytes[start..<min(bytes.count, start + piece)])
            let more = try attempt { while let packet = try decoder.decode(buffer: &buffer) { packets.append(packet) } }
            // After bytes that are no packet nothing can be found any more: the connection is closed.
            guard more.value != nil else { return packets }
        }
        return packets
    }

    /// 2.2.3: the length of what follows, where two bytes can say it.
    @Sendable private static func repairLength(_ bytes: inout [UInt8]) {
        guard bytes.count >= 2 else { return }
        let rest = bytes.count - 2
        if rest < 128 {
            bytes[1] = UInt8(rest)
        } else if bytes.count >= 3, rest - 1 < 16_384 {
            (bytes[1], bytes[2]) = (UInt8((rest - 1) & 0x7F) | 0x80, UInt8((rest - 1) >> 7))
        }
    }
}
