import MonitoringCodecs
import Testing
import Vocabulary

/// Frames of SL 651 stations as tests write them.
enum StationFrames {
    static let sent = Instant(seconds: 1_790_784_000)

    /// A station's frame of that function: serial number, time, and `rest`.
    static func frame(
        _ function: SL651Function,
        station: String = "1522021001",
        serial: Int = 1,
        sent: Instant = StationFrames.sent,
        _ rest: [UInt8] = []
    ) throws -> [UInt8] {
        let body = [UInt8(serial >> 8), UInt8(serial & 0xFF)] + digits(sent) + rest
        return try SL651Frame(
            .up,
            centre: 1,
            address: try #require(SL651Address(station)),
            secret: 0x1234,
            function: function,
            body: body,
            ending: .etx
        ).encoded()
    }

    /// The head of a report: the station's address and class, and when it was observed.
    static func head(_ station: String, _ observed: Instant = sent) throws -> [UInt8] {
        let address = stride(from: 0, to: 10, by: 2).compactMap { UInt8(station.dropFirst($0).prefix(2), radix: 16) }
        return [0xF1, 0xF1] + address + [0x48, 0xF0, 0xF0] + digits(observed).prefix(5)
    }

    /// yyMMddHHmmss in Beijing, in binary-coded decimal.
    static func digits(_ instant: Instant) -> [UInt8] {
        let text = (instant + .hours(8)).description.filter(\.isNumber).dropFirst(2).prefix(12)
        let digits = text.compactMap(\.wholeNumberValue)
        return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }
}
