import MonitoringCodecs
import MonitoringDomain
import TestSupport
import Testing
import Vocabulary

/// Areas of warnings; by hand, and against the codec's judge, which shares no code with them.
@Suite struct WarningAreaTests {
    static func corners(_ pairs: [(Int32, Int32)], _ datum: Datum = .wgs84) throws -> [Position] {
        try pairs.map { try #require(Position(latitudeMicrodegrees: $0.0, longitudeMicrodegrees: $0.1, datum: datum)) }
    }

    static func fault(_ pairs: [(Int32, Int32)], _ datum: Datum = .wgs84) throws -> WarningArea.Fault? {
        let corners = try corners(pairs, datum)
        do {
            _ = try WarningArea(corners)
            return nil
        } catch { return error }
    }

    @Test func `closed or not, in either order, a simple line is an area`() throws {
        let square: [(Int32, Int32)] = [(0, 0), (0, 10), (10, 10), (10, 0)]
        for pairs in [square, square.reversed(), square + [(0, 0)]] {
            let area = try WarningArea(Self.corners(pairs))
            #expect(area.corners.count == 4 && area.closed.count == 5 && area.closed.first == area.closed.last)
        }
        // A corner on a straight line is no mistake; a bay neither.
        #expect(try Self.fault([(0, 0), (0, 5), (0, 10), (10, 10), (2, 5)]) == nil)
    }

    @Test func `what crosses, touches, turns back or is too short is none`() throws {
        let bow = try Self.fault([(0, 0), (10, 10), (0, 10), (10, 0)])
        let crossed = try Self.corners([(0, 10), (10, 0)])
        #expect(bow == .meetsItself(crossed[0], crossed[1]))
        #expect(try Self.fault([(0, 0), (0, 10), (10, 10), (0, 5)]) != nil, "touches a side")
        #expect(try Self.fault([(0, 0), (0, 10), (0, 5), (10, 5)]) != nil, "turns back")
        #expect(try Self.fault([(0, 0), (0, 10), (0, 20)]) != nil, "spans nothing")
        #expect(try Self.fault([(0, 0), (0, 10), (10, 10), (0, 10)]) == .repeated(Self.corners([(0, 10)])[0]))
        #expect(try Self.fault([(0, 0), (0, 10)]) == .count && Self.fault([(0, 0), (0, 10), (0, 0)]) == .count)
        #expect(try Self.fault((0...500).map { ($0, $0 * $0) }) == .count)
        #expect(try Self.fault([(0, 0), (0, 10), (10, 10)], .gcj02) == .datum)
        #expect(try Self.fault([(0, 0), (0, 10), (10, 10)], .cgcs2000) == nil)
    }

    @Test(arguments: 1...300 as ClosedRange<UInt64>)
    func `any line is judged as the codec judges it`(seed: UInt64) throws {
        var random = Seeded(seed)
        let pairs = (0..<Int.random(in: 3...7, using: &random)).map { _ in
            (Int32.random(in: 0...6, using: &random), Int32.random(in: 0...6, using: &random))
        }
        let corners = try Self.corners(pairs)
        guard Set(corners).count == corners.count else { return }
        let polygon = CAPPolygon(corners + corners.prefix(1))
        let isArea = try Self.fault(pairs) == nil
        // The codec lets a line turn back on itself, which no side crosses.
        if isArea { #expect(polygon.crossesItself == false && !polygon.isFlat, "seed \(seed): \(pairs)") }
        if polygon.crossesItself == true || polygon.isFlat { #expect(!isArea, "seed \(seed): \(pairs)") }
    }
}
