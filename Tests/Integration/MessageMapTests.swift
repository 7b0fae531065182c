import AssessmentService
import CommandCenterService
import DispatchService
import Foundation
import MessageSchema
import MonitoringService
import ServiceKit
import StockpileService
import TestSupport
import Testing

@Suite struct MessageMapTests {
    static let readme = try? String(contentsOfFile: Checkout.root.path + "/README.md", encoding: .utf8)

    /// The rows of the map: writer, types written, types acted on.
    static func rows() throws -> [(stream: String, written: [String], read: [String])] {
        let readme = try #require(readme)
        let map = try #require(readme.split(separator: "\n## ").first { $0.hasPrefix("Message map\n") })
        return map.split(separator: "\n").filter { $0.hasPrefix("| `") }.map { line in
            let cells = line.split(separator: "|", omittingEmptySubsequences: false).map { names(in: $0) }
            return (cells[1].first ?? "", cells[3], cells[4])
        }
    }

    static func names(in text: Substring) -> [String] {
        text.split(separator: "`", omittingEmptySubsequences: false).enumerated().filter { $0.offset % 2 == 1 }.map {
            String($0.element)
        }
    }

    @Test func `the map names every record that a service acts on, and every command`() throws {
        let read = Self.types(of: MonitoringCore.self).records + Self.types(of: DispatchCore.self).records
        let more = Self.types(of: StockpileCore.self).records + Self.types(of: CommandCenterCore.self).records
        #expect(try Self.rows().flatMap(\.read).sorted() == (read + more).sorted())
        // Assessment keeps every type of the streams that it reads: a sentence says so instead of the map.
        let kept = Set(AssessmentCore.subscriptions)
        let written = MessageCatalogue.messages.filter { kept.contains($0.stream) }.map { $0.type }
        #expect(Self.types(of: AssessmentCore.self).records == written.sorted())
        let commands = Self.types(of: MonitoringCore.self).commands + Self.types(of: DispatchCore.self).commands
        let others = Self.types(of: StockpileCore.self).commands + Self.types(of: CommandCenterCore.self).commands
        let readme = try #require(Self.readme)
        for command in commands + others { #expect(readme.contains("`\(command)`")) }
    }

    @Test func `the map names every type, under its stream`() throws {
        let rows = try Self.rows()
        for type in MessageCatalogue.messages {
            let mapped = try #require(rows.first { $0.stream == type.stream.rawValue }).written
            #expect(mapped.contains(type.type), "add \(type.type) to the row of \(type.stream.rawValue)")
        }
    }

    static func types<Core: ServiceCore>(of _: Core.Type) -> (records: [String], commands: [String]) {
        let routes = Routes<Core>.registered
        return (routes.recordTypes, routes.commandTypes)
    }

    @Test func `the traffic of the recorded flood is in the map, under its stream`() throws {
        let suite = try SuiteProcesses()
        _ = try suite.play()
        suite.stop()
        let rows = try Self.rows()
        for stream in [StreamName.monitoring, .observation, .dispatch, .stockpile, .center, .assessment] {
            let seen = Set(try suite.outbox(stream).map { try Envelope.decode($0).type })
            let mapped = try #require(rows.first { $0.stream == stream.rawValue }).written
            #expect(!seen.isEmpty && seen.isSubset(of: mapped), "\(stream.rawValue): \(seen.subtracting(mapped))")
        }
    }
}
