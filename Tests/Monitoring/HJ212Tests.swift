import Foundation
import MonitoringCodecs
import TestSupport
import Testing
import Vocabulary

@Suite struct HJ212Tests {
    struct Vector: Decodable { let frame, crc: String }

    static let vectors = Checkout.vectors("hydro/hj212-frames.json").flatMap {
        try? JSONDecoder().decode([Vector].self, from: $0)
    }

    /// HJ 212-2017's own example of a packet: 101 bytes, check sum 1C80.
    static let example =
        "##0101QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;"
        + "CP=&&RtdInterval=30&&1C80\r\n"

    static func message(_ segment: String) throws -> HJ212Message { try HJ212Message.decode(packet(segment)) }

    /// A packet with this segment, length and check sum put around it.
    static func packet(_ segment: String) throws -> HJ212Packet {
        let sum = String(HJ212CRC.value(segment.utf8), radix: 16)
        let (count, crc) = (String(segment.utf8.count), String(repeating: "0", count: 4 - sum.count) + sum)
        return try HJ212Packet.decode(
            Array("##\(String(repeating: "0", count: 4 - count.count))\(count)\(segment)\(crc)".utf8)
        )
    }

    private let head = "QN=20160801085857223;ST=32;CN=2011;PW=123456;MN=010000A8900016F000169DC0;Flag=5;"

    // MARK: packets

    @Test(.enabled(if: vectors != nil, "needs ../shared/vectors"))
    func `packets with a right check sum are read, the others refused for it`() throws {
        for vector in Self.vectors ?? [] {
            let bytes = Array(vector.frame.utf8)
            if vector.crc == "right" {
                for ending in ["", "\r\n"] {
                    let message = try HJ212Message.decode(HJ212Packet.decode(bytes + ending.utf8))
                    #expect(try HJ212Report.decode(message).factors.count == 7)
                }
            } else {
                #expect { _ = try HJ212Packet.decode(bytes) } throws: { ($0 as? HJ212Error)?.code == .wrongCRC }
            }
        }
    }

    @Test func `the standard's example is read and written`() throws {
        let bytes = Array(Self.example.utf8)
        let packet = try HJ212Packet.decode(bytes)
        let message = try HJ212Message.decode(packet)
        #expect(message.known == .setRealTimeInterval && message.device == "010000A8900016F000169DC0")
        #expect(message.flag?.version == 1 && message.flag?.needsAnswer == true && message.flag?.isNumbered == false)
        #expect(message.value("RtdInterval")?.text == "30")
        #expect(message.requested == Instant("2016-08-01T00:58:57.223Z"))
        #expect(packet.encoded() == bytes && packet.isWithinStandard)
        #expect(try message.encoded().encoded() == bytes)
    }

    @Test func `a check sum is not Modbus'`() {
        let segment = Self.example.utf8.dropFirst(6).dropLast(6)
        #expect(HJ212CRC.value(segment) == 0x1C80)
        #expect(CRC16.modbus(segment) != 0x1C80)
    }

    @Test func `what is no packet is refused for its reason`() {
        func code(_ text: String) -> HJ212Error.Code? {
            do throws(HJ212Error) {
                _ = try HJ212Packet.decode(Array(text.utf8))
                return nil
            } catch { return error.code }
        }
        #expect(code("##01") == .tooShort)
        #expect(code("#?0101" + Self.example.dropFirst(6)) == .noStart)
        #expect(code("##01O1" + Self.example.dropFirst(6)) == .noStart)
        #expect(code("##0100" + Self.example.dropFirst(6)) == .wrongLength)
        #expect(code(Self.example.replacing("1C80", with: "1c80")) == nil)
        #expect(code(Self.example.replacing("1C80", with: "1C8G")) == .wrongCRC)
        #expect(code(Self.example.replacing("30&&", with: "31&&")) == .wrongCRC)
    }

    // MARK: messages

    @Test func `a message without a device, a command or its brackets is refused`() {
        for segment in [
            "ST=32;CN=2011;PW=1;CP=&&&&", "ST=32;CN=20;PW=1;MN=A;CP=&&&&", "ST=32;CN=2011;PW=1;MN=A",
            "ST=32;CN=2011;PW=1;MN=A;CP=&&a=1", "ST=32;CN=2011;PW=1;MN=A;CP=&&", "ST=32;CN=2011;MN=A;MN=B;CP=&&&&",
            "ST=32;CN=2011;PW=1;MN=A;Flag=256;CP=&&&&", "ST=32;CN=2011;PW=1;MN=A;Flag=;CP=&&&&", "CP=&&&&", "", "&&",
        ] {
            #expect { _ = try Self.message(segment) } throws: { ($0 as? HJ212Error)?.code == .badField }
        }
        for numbers in ["PNUM=2;PNO=3", "PNUM=0;PNO=0", "PNUM=2", "PNO=1", "PNUM=2;PNO=x"] {
            #expect {
                _ = try Self.message("ST=32;CN=2011;PW=1;MN=A;\(numbers);CP=&&&&")
            } throws: { ($0 as? HJ212Error)?.code == .badPacket }
        }
    }

    @Test func `fields may come in any order, and those of 2005 without QN and Flag`() throws {
        let message = try Self.message("MN=A1;PNO=2;PNUM=3;CN=2051;ST=31;PW=9;X=7;CP=&&DataTime=20230327090000;&&")
        #expect(message.device == "A1" && message.packet == .init(total: 3, sequence: 2) && message.flag == nil)
        #expect(message.request == "" && message.others.map(\.name) == ["X"] && message.items.count == 1)
    }

    @Test func `a log's text may hold separators`() throws {
        let message = try Self.message("ST=21;CN=3020;PW=1;MN=A;CP=&&PolId=w01018;i11001-Info=//a,b;c//;x=1&&")
        #expect(message.value("i11001-Info")?.text == "//a,b;c//")
        #expect(message.items.count == 3)
    }

    // MARK: values

    /// From the text: w01018 0.036 mg/L flagged N; B01 12.5 L/s, 3.456 m³ in all; 011 is chemical oxygen demand in 2005.
    @Test func `values have numbers, flags and units`() throws {
        let report = try HJ212Report.decode(
            Self.message(
                head + "CP=&&DataTime=20160801085857;w01018-SampleTime=20160801080000,w01018-Rtd=0.036,w01018-Flag=N,"
                    + "w01018-EFlag=A01;w00000-Rtd=12.5,w00000-Cou=3.456;011-Rtd=-1.20,011-Flag=D;w99999-Rtd=5,"
                    + "w99999-New=1;a01001-Rtd=---,a01001-Flag=B&&"
            )
        )
        #expect(report.time == Instant("2016-08-01T00:58:57Z") && report.command == .realTime)
        #expect(report.factors.map(\.code) == ["w01018", "w00000", "011", "w99999", "a01001"])
        #expect(report.factors.map(\.known) == [.normal, nil, .faulty, nil, .disconnected])
        #expect(
            report.factors[0].sampled == Instant("2016-08-01T00:00:00Z") && report.factors[0].equipmentFlag == "A01"
        )
        let quantities = report.factors.map { $0.quantities.map { "\($0.statistic.rawValue) \($0.value)" } }
        #expect(quantities == [["Rtd 0.036 mg/L"], ["Rtd 12.5 L/s", "Cou 3.456 m3"], ["Rtd -1.20 mg/L"], [], []])
        #expect(report.factors[3].values.map(\.number?.description) == ["5"])
        #expect(report.factors[3].others.map(\.name) == ["w99999-New"])
        #expect(report.factors[4].values.map(\.text) == ["---"] && report.factors[4].values[0].number == nil)
    }

    @Test func `equipment has states and hours`() throws {
        let report = try HJ212Report.decode(
            Self.message("ST=31;CN=2041;PW=1;MN=A;CP=&&DataTime=20160801000000;SB1-RT=23.5;SB2-RS=1&&")
        )
        #expect(report.factors.flatMap { $0.quantities.map(\.value.description) } == ["23.5 h", "1 1"])
    }

    @Test func `numbers are decimal digits and nothing else`() {
        for (text, number) in [
            ("0.036", "0.036"), ("-0.50", "-0.50"), ("+7", "7"), ("007.10", "7.10"), ("0", "0"),
            ("123456789012345678", "123456789012345678"), ("0.000000000000000001", "0.000000000000000001"),
        ] {
            #expect(HJ212Number(text)?.description == number)
        }
        for text in ["", "-", ".", "1.", ".5", "1.2.3", "1e3", "NaN", " 1", "１", "1234567890123456789", "0x1", "--1"] {
            #expect(HJ212Number(text) == nil)
        }
        #expect(HJ212Number("1.23456750")?.quantity(.one)?.description == "1.234568 1")
        #expect(HJ212Number("-1.2345674")?.quantity(.one)?.description == "-1.234567 1")
        #expect(HJ212Number("123456789012345678")?.quantity(.one) == nil)
    }

    @Test func `a report without a time, of another command or in parts is refused`() throws {
        func code(_ segment: String) throws -> HJ212Error.Code? {
            let message = try Self.message(segment)
            do throws(HJ212Error) {
                _ = try HJ212Report.decode(message)
                return nil
            } catch { return error.code }
        }
        #expect(try code(head + "CP=&&w01018-Rtd=1&&") == .badTime)
        #expect(try code(head + "CP=&&DataTime=20160230000000;w01018-Rtd=1&&") == .badTime)
        #expect(try code("ST=91;CN=9014;PW=1;MN=A;CP=&&&&") == .unsupportedCommand)
        #expect(try code("ST=32;CN=2011;PW=1;MN=A;PNUM=2;PNO=1;CP=&&DataTime=20160801000000&&") == .badPacket)
        #expect(try code("ST=32;CN=2011;PW=1;MN=A;PNUM=1;PNO=1;CP=&&DataTime=20160801000000&&") == nil)
    }
}
