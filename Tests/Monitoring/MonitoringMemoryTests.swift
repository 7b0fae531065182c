import Foundation
import MessageSchema
import MonitoringCodecs
import MonitoringService
import ServiceKit
import ServiceStore
import TestSupport
import Testing
import Vocabulary

/// Monitoring decides the same whether it remembers what its tables hold or reads them for each input.
@Suite struct MonitoringMemoryTests {
    let folder: TemporaryFolder
    static let start = Instant(seconds: 1_790_784_000)

    init() throws { folder = try TemporaryFolder() }

    private func store() throws -> ServiceStore {
        try ServiceStore(
            path: folder.path + "/m.db",
            service: .monitoring,
            realm: .exercise("memory"),
            epoch: "e",
            migrations: MonitoringCore.migrations
        )
    }

    private func engine(_ store: ServiceStore) throws -> Engine<MonitoringCore> {
        let text = try String(
            contentsOfFile: Checkout.root.path + "/compose/configuration/monitoring.yaml",
            encoding: .utf8
        )
        return try Engine(store: store, configuration: text, file: "m.yaml", now: Self.start)
    }

    /// Each input is handled by an engine that has just begun and remembers nothing; the replay remembers all it can.
    private func differences(_ inputs: [(input: ExternalInput, time: Instant)]) throws -> [String] {
        let store = try store()
        for (input, time) in inputs {
            let engine = try engine(store)
            _ = try engine.fireTimers(at: time)
            _ = try engine.handle([.external(input)], at: time)
        }
        return try Engine<MonitoringCore>.verify(store, scratch: folder.path + "/replayed.db").differing
    }

    @Test func `the flash flood has the same outcome with and without memory`() throws {
        let path = Checkout.root.path + "/Tests/Recordings/flash-flood/inputs.jsonl"
        let inputs = try Recording(path: path, realm: .exercise("memory")).inputs
            .filter { $0.service == .monitoring }
        #expect(try differences(inputs.map { ($0.input, $0.time) }).isEmpty)
    }

    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func `late, corrected, repeated and broken readings have the same outcome with and without memory`(_ seed: UInt64)
        throws
    {
        var random = Seeded(seed)
        var time = Self.start
        let inputs = try (0..<500).map { number in
            time = time + .seconds(Int64.random(in: 60...2_400, using: &random))
            return (try Self.report(number, time, &random), time)
        }
        #expect(try differences(inputs).isEmpty, "seed \(seed)")
    }

    /// A report of one of two gauges: mostly of now, at times from up to two days ago, of an instant told before, or broken.
    private static func report(_ number: Int, _ now: Instant, _ random: inout Seeded) throws -> ExternalInput {
        let back: Int64 = [0, 0, 0, 0, 3_600, 7_200, 36_000, 180_000].randomElement(using: &random) ?? 0
        // Whole quarters of an hour, so that instants meet.
        let observed = Instant(seconds: (now.seconds - back) / 900 * 900)
        // Calm, rising, stuck high for hours, and a spike; rain enough for each rule now and then.
        let stages = number / 15 % 3 == 1 ? [2_600] : [900, 1_000, 2_600, 2_600, 3_400, 4_300, 5_400, 19_999]
        let stage = stages.randomElement(using: &random) ?? 0
        let rain = [0, 0, 0, 12, 60, 180, 260].randomElement(using: &random) ?? 0
        let station = ["1522021001", "1522021005"].randomElement(using: &random) ?? ""
        let address = try #require(SL651Address(station))
        var body = [UInt8(number >> 8), UInt8(number & 0xFF)] + digits(now, seconds: true)
        body += [0xF1, 0xF1] + decimal(Int(station) ?? 0, 5) + [0x48, 0xF0, 0xF0] + digits(observed, seconds: false)
        body += [0x1A, 0x19] + decimal(rain, 3) + [0x39, 0x23] + decimal(stage, 4) + [0x38, 0x12, 0x12, 0x40]
        let frame = SL651Frame(
            .up,
            centre: 1,
            address: address,
            secret: 0x1234,
            function: .hourly,
            body: body,
            ending: .etx
        )
        var bytes = try frame.encoded()
        if Int.random(in: 0..<20, using: &random) == 0 { bytes[bytes.count - 4] ^= 1 }
        var input = ExternalInput()
        (input.channel, input.sender, input.data) = (MonitoringCore.sl651, "test", Data(bytes))
        return input
    }

    private static func decimal(_ number: Int, _ count: Int) -> [UInt8] {
        (0..<count).reversed().map { place in
            let pair = (0..<place).reduce(number) { rest, _ in rest / 100 } % 100
            return UInt8((pair / 10) << 4 | pair % 10)
        }
    }

    /// yyMMddHHmm or yyMMddHHmmss in Beijing, in binary-coded decimal.
    private static func digits(_ instant: Instant, seconds: Bool) -> [UInt8] {
        let text = (instant + .hours(8)).description.filter(\.isNumber).dropFirst(2).prefix(seconds ? 12 : 10)
        let digits = text.compactMap(\.wholeNumberValue)
        return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }
}
