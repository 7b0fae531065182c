import Foundation
import MonitoringCodecs
import TestSupport
import Testing
import Vocabulary

@Suite struct SL651AssemblerTests {
    private let start = Instant(seconds: 1_700_000_000)

    private func packet(
        _ sequence: Int,
        of total: Int,
        _ body: [UInt8],
        station: String = "0012345678"
    ) throws -> SL651Frame {
        SL651Frame(
            .up,
            centre: 1,
            address: try #require(SL651Address(station)),
            secret: 0x1234,
            function: .picture,
            packet: .init(total: total, sequence: sequence),
            body: body,
            ending: sequence == total ? .etx : .etb
        )
    }

    private static let packets: [SL651Frame] = (SL651Tests.vectors ?? []).filter { $0.function == "36" }
        .compactMap { try? SL651Frame.decode(SL651Tests.bytes($0.hex)) }

    /// The thirteen packets put in order by an independent script (Python): 3,338 bytes, the picture's FF D8 FF E0 "JFIF" from
    /// the twenty-fifth, its last FF D9 two bytes before the end.
    @Test(.enabled(if: SL651Tests.vectors != nil, "needs ../shared/vectors"))
    func `thirteen packets in any order and twice give the picture`() throws {
        var random = Seeded(36)
        for _ in 0..<20 {
            var assembler = SL651Assembler()
            let order = Self.packets.shuffled(using: &random)
            var whole: (SL651Frame, Int)?
            for packet in order + order {
                if case .whole(let frame, let packets) = try assembler.take(packet, at: start).progress, whole == nil {
                    whole = (frame, packets)
                }
            }
            let (frame, packets) = try #require(whole)
            #expect(packets == 13 && frame.body.count == 3_338)
            guard case .picture(let picture) = try SL651Message.decode(frame).content else { throw SL651Missing() }
            // F0F0 59 10 11 16 11.
            #expect(picture.observed == Instant("2059-10-11T08:11:00Z"))
            #expect(picture.station.description == "0012345678" && picture.stationClass == 0x48)
            #expect(picture.bytes.count == 3_313)
            let jpeg = try #require(picture.jpeg)
            #expect(
                jpeg.count == 3_311 && jpeg.prefix(4) == [0xFF, 0xD8, 0xFF, 0xE0] && jpeg.suffix(2) == [0xFF, 0xD9]
            )
            #expect(jpeg[6..<10] == Array("JFIF".utf8)[...])
        }
    }

    @Test func `after the last packet the missing ones are named for the repeat`() throws {
        var assembler = SL651Assembler()
        #expect(try assembler.take(packet(1, of: 4, [1]), at: start).progress == .waiting)
        #expect(try assembler.take(packet(4, of: 4, [4]), at: start).progress == .incomplete(missing: [2, 3]))
        #expect(try assembler.take(packet(3, of: 4, [3]), at: start).progress == .waiting)
        guard case .whole(let frame, 4) = try assembler.take(packet(2, of: 4, [2]), at: start).progress else {
            throw SL651Missing()
        }
        #expect(frame.body == [1, 2, 3, 4] && frame.packet == nil && assembler.heldBytes == 0)
    }

    @Test func `another content under a number that is here begins a new message`() throws {
        var assembler = SL651Assembler()
        _ = try assembler.take(packet(1, of: 3, [1]), at: start)
        #expect(try assembler.take(packet(1, of: 3, [1]), at: start).abandoned.isEmpty)
        let (progress, abandoned) = try assembler.take(packet(1, of: 3, [9]), at: start)
        #expect(progress == .waiting && abandoned.map(\.missing) == [[2, 3]])
        #expect(try assembler.take(packet(1, of: 2, [9]), at: start).abandoned.map(\.total) == [3])
    }

    @Test func `messages are given up with age, number and size`() throws {
        var limits = AssemblyLimits()
        (limits.packets, limits.bytes, limits.messages) = (10, 100, 2)
        var assembler = SL651Assembler(limits)
        let big = [UInt8](repeating: 7, count: 60)
        _ = try assembler.take(packet(1, of: 2, big, station: "0000000001"), at: start)
        let second = try assembler.take(packet(1, of: 2, big, station: "0000000002"), at: start + .seconds(1))
        #expect(second.abandoned.map(\.key.address.description) == ["0000000001"])
        _ = try assembler.take(packet(1, of: 2, [1], station: "0000000003"), at: start + .seconds(2))
        let fourth = try assembler.take(packet(1, of: 2, [1], station: "0000000004"), at: start + .seconds(3))
        #expect(fourth.abandoned.map(\.key.address.description) == ["0000000002"])
        #expect(assembler.expire(at: start + .seconds(600)).isEmpty)
        #expect(assembler.expire(at: start + .seconds(604)).count == 2 && assembler.heldBytes == 0)
        #expect(throws: SL651Error.self) { try assembler.take(packet(1, of: 11, [1]), at: start) }
        let much = [UInt8](repeating: 7, count: 101)
        #expect(throws: SL651Error.self) { try assembler.take(packet(1, of: 2, much), at: start) }
        for (sequence, total) in [(0, 1), (2, 1), (0, 0)] {
            #expect(throws: SL651Error.self) { try assembler.take(packet(sequence, of: total, [1]), at: start) }
        }
    }

    @Test func `a walk of chance keeps to the limits, and what comes out is what was sent`() throws {
        var limits = AssemblyLimits()
        (limits.packets, limits.bytes, limits.messages) = (8, 256, 3)
        var assembler = SL651Assembler(limits)
        var random = Seeded(6_515)
        var now = start
        var whole = 0
        var isBounded = true
        for _ in 0..<20_000 {
            now = now + .seconds(Int.random(in: 0...3, using: &random))
            let total = Int.random(in: 0...9, using: &random)
            let sequence = Int.random(in: 0...9, using: &random)
            // The content is its number, so that any whole message counts upward.
            let body = Array(repeating: UInt8(sequence), count: 1 + sequence * 7)
            let station = "000000000\(Int.random(in: 1...5, using: &random))"
            let frame = try packet(sequence, of: total, body, station: station)
            do throws(SL651Error) {
                guard case .whole(let frame, let packets) = try assembler.take(frame, at: now).progress else {
                    continue
                }
                let expected: [UInt8] = (1...packets).flatMap { [UInt8](repeating: UInt8($0), count: 1 + $0 * 7) }
                #expect(frame.body == expected)
                whole += 1
            } catch { #expect(error.code == .badPacket || error.code == .tooLarge) }
            isBounded = isBounded && assembler.heldBytes <= 256
        }
        #expect(whole > 100 && isBounded)
    }
}
