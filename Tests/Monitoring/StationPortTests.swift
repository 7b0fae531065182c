import Foundation
import Logging
import MessageSchema
import MonitoringCodecs
import MonitoringService
import ServiceKit
import TestSupport
import Testing
import Vocabulary

/// Stations at the ports, over real sockets; what the bytes should be stands in SL 651-2014 and HJ 212-2017.
@Suite(.serialized) struct StationPortTests {
    /// A station's confirmation has 25 bytes: 17 around a serial number and a time.
    private static let confirmation = 25

    private func rain(_ serial: Int, station: String = "1522021001") throws -> [UInt8] {
        // 1A 19: rain of an hour in three bytes with one decimal; 2.0 mm.
        try StationFrames.frame(
            .hourly,
            station: station,
            serial: serial,
            try StationFrames.head(station) + [0x1A, 0x19, 0x00, 0x00, 0x20]
        )
    }

    @Test func `a report is confirmed after its commit, a repeated one too, link keeping never`() async throws {
        let rig = try StationRig()
        let line = try #require(try await rig.connect(SL651Session.self).first)
        line.send([0, 1, 2] + (try rain(1)) + (try StationFrames.frame(.linkKeeping, serial: 2)) + (try rain(1)))
        #expect(
            try rig.turn {
                line.receive()
                return line.received.count >= 2 * Self.confirmation
            }
        )
        for answer in [line.received.prefix(Self.confirmation), line.received.dropFirst(Self.confirmation)] {
            let frame = try SL651Frame.decode(Array(answer), sent: .down)
            #expect(frame.function == 0x34 && frame.ending == .eot && frame.body.prefix(2) == [0, 1])
        }
        #expect(try rig.refused() == ["too-short"] && rig.written(ObservationAccepted.self).count == 1)
        #expect(try rig.holds())
    }

    @Test(.enabled(if: SL651Tests.vectors != nil, "needs ../shared/vectors"))
    func `a picture of thirteen packets is kept with its hash and confirmed once, by the number of its last packet`()
        async throws
    {
        let rig = try StationRig()
        let line = try #require(try await rig.connect(SL651Session.self).first)
        // The station of the vectors is none of this catalogue: its address is replaced, and each check sum worked out anew.
        for vector in (SL651Tests.vectors ?? []).filter({ $0.function == "36" }) {
            line.send(try Self.moved(SL651Tests.bytes(vector.hex)))
        }
        #expect(
            try rig.turn {
                line.receive()
                return line.received.count >= 28 + 12 * 28
            }
        )
        // First twelve times NAK, for the last packet came first; then the confirmation, packet 13 of 13.
        let answer = try SL651Frame.decode(Array(line.received.suffix(28)), sent: .down)
        #expect(answer.packet == .init(total: 13, sequence: 13) && answer.ending == .eot && answer.function == 0x36)
        let picture = try #require(try rig.written(PictureReceived.self).first)
        // sha256sum of the 3,311 bytes from FF D8 to the last FF D9, cut out by an independent script (Python).
        #expect(picture.size == 3_311 && picture.mediaType == "image/jpeg" && picture.station == "1522021001")
        #expect(picture.sha256.map { String(format: "%02x", $0) }.joined() == Self.pictureHash)
        #expect(try rig.holds())
    }

    private static let pictureHash = "f079d317ea258cee01afff5ca60e4975c0f8f90a83c7da78f078ba97bb099fa4"

    private static func moved(_ frame: [UInt8]) throws -> [UInt8] {
        var bytes = Array(frame.dropLast(2))
        let old: [UInt8] = [0x00, 0x12, 0x34, 0x56, 0x78]
        for index in bytes.indices.dropLast(4) where Array(bytes[index..<(index + 5)]) == old {
            bytes.replaceSubrange(index..<(index + 5), with: [0x15, 0x22, 0x02, 0x10, 0x01])
        }
        let crc = CRC16.modbus(bytes)
        return bytes + [UInt8(crc >> 8), UInt8(crc & 0xFF)]
    }

    // MARK: bad stations

    @Test func `a station whose frames are refused ten times in a row is cut off, counted and logged`() async throws {
        let rig = try StationRig()
        let lines = try await rig.connect(SL651Session.self, count: 2)
        var wrong = try rain(1)
        wrong[wrong.count - 1] ^= 1
        // Nine wrong ones, a right one, and nine wrong ones: no ten in a row.
        for number in 0..<19 { lines[1].send(number == 9 ? try rain(1) : wrong) }
        for serial in 0..<10 { lines[0].send(try rain(serial, station: "9999999999")) }
        #expect(
            try rig.turn {
                lines[0].receive(); return lines[0].isClosed
            }
        )
        lines[1].receive()
        #expect(!lines[1].isClosed && lines[0].received.isEmpty)
        #expect(try rig.counted("sl651.closed.refused") == 1)
        #expect(rig.facts("station connection closed").map { "\($0["port.ending"] ?? "")" } == ["refused"])
        #expect(try rig.refused().count { $0 == "unknown-station" } == 10)
    }

    @Test func `more connections than the port has are closed as they come`() async throws {
        let rig = try StationRig()
        let lines = try await rig.connect(SL651Session.self, PortLimits(connections: 2), count: 5)
        #expect(
            try rig.turn {
                for line in lines { line.receive() }
                return lines.count(where: \.isClosed) == 3
            }
        )
        #expect(try rig.counted("sl651.closed.crowded") == 3)
        // The first, the second, not the third: a flood of connections floods no log.
        #expect(rig.facts("station connection closed").count == 2)
    }

    @Test func `a silent and a dripping connection end at the limit, whatever they drip`() async throws {
        let rig = try StationRig()
        let limits = PortLimits(silence: .milliseconds(300), connections: 10)
        let lines = try await rig.connect(SL651Session.self, limits, count: 2)
        // A head that announces 4,095 bytes, and one of them at a time, but never all.
        lines[0].send([0x7E, 0x7E, 1, 0x15, 0x22, 0x02, 0x10, 0x01, 0, 0, 0x34, 0x0F, 0xFF, 0x02])
        var rest = 4_000
        #expect(
            try rig.turn {
                if rest > 0 { rest -= lines[0].send([0x11]) }
                for line in lines { line.receive() }
                return lines.allSatisfy(\.isClosed)
            }
        )
        #expect(try rig.counted("sl651.closed.silent") == 2)
    }

    @Test func `a half-open connection's unfinished frame is journaled and refused when it ends`() async throws {
        let rig = try StationRig()
        let line = try #require(try await rig.connect(SL651Session.self).first)
        line.send(Array(try rain(1).prefix(20)))
        line.finish()
        #expect(try rig.turn { try !rig.refused().isEmpty })
        #expect(try rig.written(ObservationAccepted.self).isEmpty && rig.holds())
    }

    /// The connection's own socket buffers hold the rest: the port reads only as fast as inputs are committed.
    @Test func `a station that floods is read no faster than the service commits, and another is served meanwhile`()
        async throws
    {
        let rig = try StationRig()
        var limits = PortLimits()
        limits.waiting = 8
        let lines = try await rig.connect(SL651Session.self, limits, count: 2)
        let flood = try (0..<2_000).flatMap { try rain($0) }
        var rest = flood[...]
        // Before the loop turns for the first time nothing is committed: what was read waits in the intake, and it is little.
        for _ in 0..<50 { rest = rest.dropFirst(lines[0].send(Array(rest.prefix(65_536)))) }
        lines[1].send(try rain(7, station: "1522020C35"))
        #expect(
            try rig.turn {
                rest = rest.dropFirst(lines[0].send(Array(rest.prefix(65_536))))
                for line in lines { line.receive() }
                return lines[1].received.count == Self.confirmation
            }
        )
        #expect(lines[0].received.count < 2_000 * Self.confirmation)
        #expect(
            try rig.turn {
                rest = rest.dropFirst(lines[0].send(Array(rest.prefix(65_536))))
                lines[0].receive()
                return lines[0].received.count == 2_000 * Self.confirmation
            }
        )
        #expect(try rig.counted("sl651.closed.busy") == 0)
    }

    @Test func `held bytes of all connections together are bounded`() async throws {
        let rig = try StationRig()
        var limits = PortLimits()
        limits.heldBytes = 10_000
        let lines = try await rig.connect(SL651Session.self, limits, count: 4)
        // A head that announces 4,095 bytes, and 3,000 of them.
        let head: [UInt8] = [0x7E, 0x7E, 1, 0x15, 0x22, 0x02, 0x10, 0x01, 0, 0, 0x34, 0x0F, 0xFF, 0x02]
        for line in lines { line.send(head + [UInt8](repeating: 0x11, count: 3_000)) }
        #expect(
            try rig.turn {
                for line in lines { line.receive() }
                return lines.contains(where: \.isClosed)
            }
        )
        #expect(try rig.counted("sl651.closed.memory") == 1)
    }
}
