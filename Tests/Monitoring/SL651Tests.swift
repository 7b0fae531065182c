import Foundation
import MonitoringCodecs
import TestSupport
import Testing
import Vocabulary

@Suite struct SL651Tests {
    struct Vector: Decodable { let function, hex, crc: String }

    static let vectors = Checkout.vectors("hydro/sl651-frames.json").flatMap {
        try? JSONDecoder().decode([Vector].self, from: $0)
    }

    static func bytes(_ hex: String) -> [UInt8] {
        stride(from: 0, to: hex.utf8.count - 1, by: 2).compactMap { index in
            let start = hex.index(hex.startIndex, offsetBy: index)
            return UInt8(hex[start..<hex.index(start, offsetBy: 2)], radix: 16)
        }
    }

    @Test(.enabled(if: vectors != nil, "needs ../shared/vectors"))
    func `frames with a right check sum are read, the others refused for it`() throws {
        for vector in Self.vectors ?? [] {
            let bytes = Self.bytes(vector.hex)
            if vector.crc == "right" {
                #expect(try String(SL651Frame.decode(bytes).function, radix: 16, uppercase: true) == vector.function)
            } else {
                #expect { _ = try SL651Frame.decode(bytes) } throws: { ($0 as? SL651Error)?.code == .wrongCRC }
            }
        }
    }

    /// Worked out by hand from the bytes of an extra report (yu-xiaoyao/sl651-2014-server): rain since the day's
    /// start 20 19 000040 = 4.0 mm, accumulated rain 26 19 000040 = 4.0 mm, stage 39 23 00010490 = 10.490 m, battery 38 12 1102 = 11.02 V; 2017-07-18 10:22 in Beijing is 02:22 UTC.
    @Test func `an extra report's values are those in its bytes`() throws {
        let frame = try SL651Frame.decode(
            Self.bytes(
                "7E7E05001122334403E833002B020026170718102202F1F1001122334448F0F0170718102220190000402619000040392300010490"
                    + "3812110203F511"
            )
        )
        let report = try SL651Report.decode(frame)
        #expect(frame.station == "0011223344" && report.serial == 0x26)
        let observed = Instant("2017-07-18T02:22:00Z")
        #expect(report.readings.map(\.element) == [SL651Element(lead: 0x20), .rainAccumulated, .stage, .battery])
        #expect(report.readings.map(\.value.description) == ["4.0 mm", "4.0 mm", "10.490 m", "11.02 V"])
        #expect(report.readings.allSatisfy { $0.observed == observed })
    }

    @Test func `twenty thousand mutated frames give a frame or a typed error`() {
        let good = Self.bytes("7E7E00987654321012342F0008027E0822101110074703C3AE")
        var random = Seeded(651)
        var refused = 0
        for _ in 0..<20_000 {
            var bytes = good
            for _ in 0...Int.random(in: 0...3, using: &random) {
                switch Int.random(in: 0...2, using: &random) {
                case 0: bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
                case 1 where bytes.count > 1: bytes.removeLast(Int.random(in: 1..<bytes.count, using: &random))
                default:
                    bytes.insert(
                        UInt8.random(in: 0...255, using: &random),
                        at: Int.random(in: bytes.indices, using: &random)
                    )
                }
            }
            let sum = CRC16.modbus(bytes)
            bytes += [UInt8(sum >> 8), UInt8(sum & 0xFF)]
            do { _ = try SL651Report.decode(SL651Frame.decode(bytes)) } catch { refused += 1 }
        }
        #expect(refused > 10_000)
    }

    @Test func `a confirmation names the station before the centre and ends in EOT`() throws {
        let frame = try SL651Frame.decode(Self.bytes("7E7E00987654321012342F0008027E0822101110074703C3AE"))
        let time = try #require(Instant("2022-10-11T02:07:48Z"))
        let answer = try #require(SL651Acknowledgement.encode(confirming: frame, at: time))
        #expect(Array(answer.dropLast(2)) == Self.bytes("7E7E98765432100012342F8008027E0822101110074804"))
        // A Modbus check sum sent low byte first leaves nothing; SL 651 sends it high byte first.
        #expect(CRC16.modbus(answer.dropLast(2) + answer.suffix(2).reversed()) == 0)
    }
}
