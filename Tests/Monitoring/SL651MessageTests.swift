import MonitoringCodecs
import TestSupport
import Testing
import Vocabulary

@Suite struct SL651MessageTests {
    private func message(_ function: SL651Function, _ hex: String) throws -> SL651Message.Content {
        try SL651Message.decode(SL651ReportTests.frame(function, "0020170718101935" + hex)).content
    }

    private let address = "F1F10011223344"

    private func quantity(_ amount: Int64, _ decimals: Int, _ unit: Unit) throws -> Quantity {
        try #require(Quantity(amount, decimals: decimals, unit))
    }

    @Test(.enabled(if: SL651Tests.vectors != nil, "needs ../shared/vectors"))
    func `every vector that stands alone is read as its function's content`() throws {
        for vector in SL651Tests.vectors ?? [] where vector.crc == "right" {
            let frame = try SL651Frame.decode(SL651Tests.bytes(vector.hex))
            guard frame.packet == nil else { continue }
            let message = try SL651Message.decode(frame)
            if case .other(let bytes) = message.content { Issue.record("\(vector.function): \(bytes)") }
            #expect(String(message.function.rawValue, radix: 16, uppercase: true) == vector.function)
        }
    }

    /// The vector of function 43: 22 08 08, 23 10 0300, 25 09 10, 28 23 00010000, 30 1B 000200, 38 12 0500 …
    @Test(.enabled(if: SL651Tests.vectors != nil, "needs ../shared/vectors"))
    func `running parameters are numbers with names and units`() throws {
        let vector = try #require(SL651Tests.vectors?.first { $0.function == "43" })
        let content = try SL651Message.decode(SL651Frame.decode(SL651Tests.bytes(vector.hex))).content
        guard case .parameters(let list) = content else { throw SL651Missing() }
        let numbers = list.compactMap { parameter -> String? in
            guard case .number(let value) = parameter.content else { return nil }
            return "\(parameter.name ?? "?") \(value)"
        }
        #expect(
            numbers == [
                "定时报时间间隔 1 h", "加报时间间隔 5 min", "降水量日起始时间 8 h", "采样间隔 300 s", "水位数据存储间隔 5 min", "雨量计分辨力 1.0 mm",
                "雨量加报阈值 2 mm", "水位基值1 10.000 m", "水位修正基值1 0.200 m", "加报水位1 5.00 m", "加报水位以上加报阈值 0.03 m",
                "加报水位以下加报阈值 0.20 m",
            ]
        )
        #expect(list.count == 13 && list[6].name == "水位计分辨力" && list[6].content == .raw([0x10]))
    }

    /// The vector of function 40: 01 20 05000000, 02 28 0011223344, 04 50 02 218094153172 009708, 05 38 01 A13012345678 …
    @Test(.enabled(if: SL651Tests.vectors != nil, "needs ../shared/vectors"))
    func `basic parameters are what table D.1 says`() throws {
        let vector = try #require(SL651Tests.vectors?.first { $0.function == "40" })
        let content = try SL651Message.decode(SL651Frame.decode(SL651Tests.bytes(vector.hex))).content
        guard case .parameters(let list) = content else { throw SL651Missing() }
        let address = try #require(SL651Address("0011223344"))
        // 0F 68: thirteen characters, the first the kind of card.
        #expect(
            list.map(\.content) == [
                .centres([5, 0, 0, 0]), .address(address), .channel(kind: 2, digits: "218094153172009708"),
                .channel(kind: 1, digits: "13012345678"), .number(try quantity(2, 0, .one)),
                .measured([0x80, 0x01, 0, 0, 0, 0, 0, 0]), .card("1013112345678"),
            ]
        )
    }

    /// The vector of function 50: 1111 2222 … 9999 twice, then fourteen zeros.
    @Test(.enabled(if: SL651Tests.vectors != nil, "needs ../shared/vectors"))
    func `thirty-two events are counted`() throws {
        let vector = try #require(SL651Tests.vectors?.first { $0.function == "50" })
        let content = try SL651Message.decode(SL651Frame.decode(SL651Tests.bytes(vector.hex))).content
        let nine: [UInt16] = [0x1111, 0x2222, 0x3333, 0x4444, 0x5555, 0x6666, 0x7777, 0x8888, 0x9999]
        #expect(content == .events(nine + nine + Array(repeating: 0, count: 14)))
    }

    @Test func `answers are read by the standard's tables`() throws {
        #expect(try message(.setClock, address) == .nothing)
        #expect(try message(.queryVersion, address + "0556312E3242") == .version(Array("V1.2B".utf8)))
        #expect(try message(.queryStatus, address + "452000000041") == .status(SL651Status(bits: 0x41)))
        // Table 71: one byte of states, pumps 1 and 3 on.
        let states = [true, false, true, false, false, false, false, false]
        #expect(try message(.pumps, address + "0105") == .switches(states))
        #expect(try message(.quota, address + "FF") == .quota(true))
        guard case .parameters(let list) = try message(.changePassword, address + "03101234") else {
            throw SL651Missing()
        }
        #expect(list.map(\.content) == [.password(0x1234)])
        // Table 77: two gates, the first open by 1.50 m, the second's opening no digits.
        guard case .gates(let gates) = try message(.gates, address + "0201" + "0150" + "0A00") else {
            throw SL651Missing()
        }
        #expect(gates.map(\.isOpen) == [true, false])
        #expect(gates.map(\.opening) == [try quantity(150, 2, .metre), nil])
    }

    @Test func `an answer of another form is kept as sent, an unknown function refused by name`() throws {
        #expect(try message(.gates, address + "0901") == .other([0x09, 0x01]))
        #expect(try message(.queryEvents, address + "0001") == .other([0x00, 0x01]))
        #expect(try message(.manual, "4142") == .other([0x41, 0x42]))
        let bytes = try SL651ReportTests.frame(.timed, "0020170718101935").encoded()
        var reserved = Array(bytes.dropLast(2))
        reserved[10] = 0x3B
        let sum = CRC16.modbus(reserved)
        let frame = try SL651Frame.decode(reserved + [UInt8(sum >> 8), UInt8(sum & 0xFF)])
        #expect { _ = try SL651Message.decode(frame) } throws: { ($0 as? SL651Error)?.code == .unknownFunction }
    }

    /// Appendix G's words: station, time and stage, typed by an observer.
    @Test func `a manual report is its text`() throws {
        let text = "ST 00112233 TT 07181000 Z 10.49"
        let hex = text.utf8.map { String($0, radix: 16) }.joined()
        #expect(try message(.manual, "F2F2" + hex) == .manual(Array(text.utf8)))
    }

    @Test func `twenty thousand mutated bodies of every function give a message or a typed error`() throws {
        var random = Seeded(6_512)
        let seeds = (SL651Tests.vectors ?? []).compactMap { try? SL651Frame.decode(SL651Tests.bytes($0.hex)).body }
        let bodies = seeds + [SL651Tests.bytes("0020170718101935F1F100112233440201" + "01500A00")]
        var read = 0
        var refused = 0
        var isBounded = true
        let address = try #require(SL651Address("0011223344"))
        for _ in 0..<20_000 {
            var body = bodies[Int.random(in: bodies.indices, using: &random)]
            Mutation.change(&body, using: &random)
            let functions = SL651Function.allCases
            let frame = SL651Frame(
                .up,
                centre: 1,
                address: address,
                secret: 0,
                function: functions[Int.random(in: functions.indices, using: &random)],
                body: body,
                ending: .etx
            )
            do throws(SL651Error) {
                let message = try SL651Message.decode(frame)
                if case .report(let report) = message.content {
                    // Every entry is made of at least one byte.
                    isBounded = isBounded && report.entries.count <= body.count
                }
                read += 1
            } catch { refused += 1 }
        }
        #expect(read > 2_000 && refused > 2_000 && isBounded)
    }
}

/// A content of another kind than expected.
struct SL651Missing: Error {}

/// Changes, cuts and inserts bytes.
enum Mutation {
    static func change(_ bytes: inout [UInt8], using random: inout Seeded) {
        for _ in 0...Int.random(in: 0...3, using: &random) where bytes.count > 2 {
            let index = Int.random(in: bytes.indices, using: &random)
            switch Int.random(in: 0...3, using: &random) {
            case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes.removeLast(Int.random(in: 1..<bytes.count, using: &random))
            case 2: bytes.insert(UInt8.random(in: 0...255, using: &random), at: index)
            default: bytes.insert(contentsOf: bytes.suffix(Int.random(in: 1...bytes.count, using: &random)), at: index)
            }
        }
    }
}
