import MonitoringCodecs
import TestSupport
import Testing
import Vocabulary

@Suite struct SL651FrameTests {
    private let link = SL651Tests.bytes("7E7E00987654321012342F0008027E0822101110074703C3AE")
    private let extra = SL651Tests.bytes(
        "7E7E05001122334403E833002B020026170718102202F1F1001122334448F0F0170718102220190000402619000040392300010490"
            + "3812110203F511"
    )

    // MARK: frames

    @Test(.enabled(if: SL651Tests.vectors != nil, "needs ../shared/vectors"))
    func `a frame that was read is written with the same bytes`() throws {
        for vector in SL651Tests.vectors ?? [] where vector.crc == "right" {
            let bytes = SL651Tests.bytes(vector.hex)
            #expect(try SL651Frame.decode(bytes).encoded() == bytes)
        }
    }

    /// Tables 13 and 14: 15 22 02 is Arxan (GB/T 2260), 0C35 is 3125.
    @Test func `both forms of an address are read and written`() throws {
        let county = try #require(SL651Address(division: "152202", number: 3_125))
        #expect(county.description == "1522020C35")
        #expect(county.form == .county(division: "152202", number: 3_125))
        #expect(SL651Address("0012345678")?.form == .hydrological(code: "12345678"))
        #expect(SL651Address("00123456AB") == nil && SL651Address("15A2020C35") == nil)
        #expect(SL651Address("152202") == nil && SL651Address("１５２２０２０Ｃ３５") == nil)
        #expect(SL651Address(division: "001122", number: 1) == nil)
        var bytes = Array(link.dropLast(2))
        bytes.replaceSubrange(3..<8, with: [0x15, 0x22, 0x02, 0x0C, 0x35])
        let sum = CRC16.modbus(bytes)
        #expect(try SL651Frame.decode(bytes + [UInt8(sum >> 8), UInt8(sum & 0xFF)]).station == "1522020C35")
    }

    @Test func `a body of more than 4095 bytes fits no frame`() throws {
        let address = try #require(SL651Address("0011223344"))
        func frame(_ count: Int, _ packet: SL651Frame.Packet?) -> SL651Frame {
            SL651Frame(
                .up,
                centre: 1,
                address: address,
                secret: 0,
                function: .picture,
                packet: packet,
                body: Array(repeating: 0, count: count),
                ending: .etx
            )
        }
        #expect(try frame(4_095, nil).encoded().count == 4_095 + 17)
        #expect(throws: SL651Error.self) { _ = try frame(4_096, nil).encoded() }
        #expect(throws: SL651Error.self) { _ = try frame(4_093, .init(total: 2, sequence: 1)).encoded() }
        for (total, sequence) in [(0, 0), (1, 0), (1, 2), (4_096, 1)] {
            #expect(throws: SL651Error.self) { _ = try frame(1, .init(total: total, sequence: sequence)).encoded() }
        }
    }

    /// The check value of CRC-16/MODBUS over "123456789" is 4B37 (catalogue of parametrised CRC algorithms, G. Cook).
    @Test func `the check sum has the catalogue's check value`() {
        #expect(CRC16.modbus("123456789".utf8) == 0x4B37)
    }

    // MARK: framer

    private func frames(_ outputs: [SL651Framer.Output]) -> [[UInt8]] {
        outputs.compactMap { if case .frame(_, let bytes) = $0 { bytes } else { nil } }
    }

    private func refusals(_ outputs: [SL651Framer.Output]) -> [SL651Error.Code] {
        outputs.compactMap { if case .refused(let error, _) = $0 { error.code } else { nil } }
    }

    @Test func `frames come out whole however they come in`() {
        for size in [1, 2, 13, 17, 1_000] {
            var framer = SL651Framer()
            var outputs: [SL651Framer.Output] = []
            var rest = (link + extra + link)[...]
            while !rest.isEmpty {
                outputs += framer.take(rest.prefix(size))
                rest = rest.dropFirst(size)
            }
            #expect(frames(outputs) == [link, extra, link] && outputs.count == 3)
            #expect(framer.heldBytes == 0)
        }
    }

    @Test func `after garbage and a damaged frame the next is read, and each is told once`() {
        var damaged = extra
        damaged[30] ^= 1
        var framer = SL651Framer()
        let outputs = framer.take([1, 2, 3] + link + damaged + [0x7E] + extra + [9])
        #expect(frames(outputs) == [link, extra])
        #expect(refusals(outputs) == [.noStart, .wrongCRC, .noStart] + (framer.heldBytes == 0 ? [.noStart] : []))
    }

    @Test func `a frame within a damaged length is found once the length is full`() {
        var damaged = link
        damaged[12] = 0x30
        var framer = SL651Framer()
        let outputs = framer.take(damaged + extra + link)
        #expect(frames(outputs) == [extra, link])
        #expect(refusals(outputs) == [.wrongCRC])
    }

    @Test func `half a frame gives way to a whole one in a piece of its own`() {
        var framer = SL651Framer()
        #expect(framer.take(extra.prefix(20)).isEmpty)
        let outputs = framer.take(link)
        #expect(frames(outputs) == [link] && refusals(outputs) == [.tooShort])
    }

    @Test func `it holds no more than a frame and loses no byte`() {
        var random = Seeded(6_513)
        var framer = SL651Framer()
        var (taken, given) = (0, 0)
        var (isBounded, isComplete) = (true, true)
        for _ in 0..<20_000 {
            var piece = Bool.random(using: &random) ? link : extra
            if Int.random(in: 0...3, using: &random) == 0 { Mutation.change(&piece, using: &random) }
            if Int.random(in: 0...9, using: &random) == 0 { piece = Array(repeating: 0x7E, count: 30) }
            taken += piece.count
            for output in framer.take(piece) {
                switch output {
                case .frame(_, let bytes), .refused(_, let bytes): given += bytes.count
                }
            }
            isBounded = isBounded && framer.heldBytes <= SL651Frame.maximumBytes
            isComplete = isComplete && taken == given + framer.heldBytes
        }
        #expect(isBounded && isComplete)
    }

    @Test func `bytes of chance are refused with words`() {
        var random = Seeded(6_514)
        var framer = SL651Framer()
        var isRefused = true
        for _ in 0..<2_000 {
            let piece = (0..<Int.random(in: 0...300, using: &random)).map { _ in
                [0x7E, 0x02, 0x16, 0x00, UInt8.random(in: 0...255, using: &random)].randomElement(using: &random) ?? 0
            }
            isRefused = isRefused && frames(framer.take(piece)).isEmpty
            isRefused = isRefused && framer.heldBytes <= SL651Frame.maximumBytes
        }
        #expect(isRefused)
    }
}
