import Foundation
import MessageSchema
import ServiceKit
import Testing
import Vocabulary

@Suite struct MetricsTextTests {
    static let start = Instant(seconds: 1_790_784_000)

    static func state() -> ServiceState {
        var state = ServiceState(service: .dispatch, realm: .live, startedAt: start, answeredAt: start + .seconds(9))
        state.streams = [
            StreamStanding(
                stream: .monitoring,
                next: 4,
                head: 9,
                heardAt: start + .seconds(8),
                gaps: 1,
                behind: .milliseconds(1_500)
            )
        ]
        state.written = [
            WrittenStream(
                stream: .dispatch,
                epoch: "00ff",
                first: 3,
                head: 12,
                bytes: 7_000,
                keptBytes: 5_000,
                recordsPerSecond: 0.5
            )
        ]
        state.counters = ["inputs.record": 3, "inputs.duplicate": 2, "inputs.dead-letter.monitoring": 6]
        state.journalEntries = 4
        state.queues = [QueueDepth(name: "intake", depth: 1, capacity: 10)]
        return state
    }

    @Test func `what is shown is what was counted`() {
        let lines = MetricsText.render(Self.state(), at: Self.start + .seconds(10)).split(separator: "\n")
        for line in [
            #"fengsui_inputs_total{kind="record"} 3"#, "fengsui_duplicate_inputs_total 2",
            #"fengsui_stream_head_sequence{stream="dispatch"} 12"#,
            #"fengsui_cursor_sequence{stream="monitoring"} 3"#, #"fengsui_cursor_lag_records{stream="monitoring"} 6"#,
            #"fengsui_stream_silence_seconds{stream="monitoring"} 2"#,
            #"fengsui_stream_gaps_total{stream="monitoring"} 1"#, "fengsui_journal_entries 4",
            #"fengsui_stream_first_sequence{stream="dispatch"} 3"#,
            #"fengsui_stream_written_bytes_total{stream="dispatch"} 7000"#,
            #"fengsui_stream_records_per_second{stream="dispatch"} 0.5"#,
            #"fengsui_stream_epoch_info{stream="dispatch",epoch="00ff"} 1"#,
            #"fengsui_cursor_behind_seconds{stream="monitoring"} 1.5"#,
            #"fengsui_cursor_dead_letters_total{stream="monitoring"} 6"#,
            #"fengsui_queue_depth{queue="intake"} 1"#, "fengsui_loop_silence_seconds 1",
            "process_start_time_seconds 1790784000",
        ] { #expect(lines.contains(Substring(line)), "\(line)") }
    }

    @Test func `buckets of a histogram add up, and what is above the last bound is counted`() {
        var histogram = Histogram(bounds: [0.001, 0.01])
        for microseconds in [1_000, 1_001, 10_001] as [Int64] { histogram.observe(microseconds: microseconds) }
        #expect(histogram.counts == [1, 1] && histogram.count == 3 && histogram.sumMicroseconds == 12_002)
    }

    @Test func `every family is announced once, before its samples`() {
        var announced: [Substring] = []
        for line in MetricsText.render(Self.state(), at: Self.start + .seconds(10)).split(separator: "\n") {
            let words = line.split(separator: " ")
            if line.hasPrefix("# TYPE") { announced.append(words[2]) }
            guard !line.hasPrefix("#"), let name = line.split(whereSeparator: { "{ ".contains($0) }).first else {
                continue
            }
            #expect(announced.last.map { name.hasPrefix($0) } == true, "\(line)")
        }
        #expect(Set(announced).count == announced.count && announced.count > 15)
    }
}
