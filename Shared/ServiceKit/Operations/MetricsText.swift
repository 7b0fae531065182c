import MessageSchema
import ServiceStore
package import Vocabulary

/// A service's state as Prometheus reads it: text format 0.0.4, families and labels in a fixed order.
///
/// Format: prometheus.io, "Exposition formats", text-based format.
package struct MetricsText {
    /// The text, one family after the other.
    package private(set) var text = ""

    /// The text of `state` as seen at `now`.
    package static func render(_ state: ServiceState, at now: Instant) -> String {
        var text = MetricsText()
        text.addWork(state)
        text.addStreams(state, at: now)
        text.addProcess(state, at: now)
        return text.text
    }

    private mutating func addWork(_ state: ServiceState) {
        let inputs = ["record", "external", "timer"].map {
            ([("kind", $0)], Double(state.counters["inputs.\($0)"] ?? 0))
        }
        family("fengsui_inputs_total", "counter", "Inputs handled, by kind.", inputs)
        let duplicates = Double(state.counters["inputs.duplicate"] ?? 0)
        family("fengsui_duplicate_inputs_total", "counter", "Inputs that had been handled before.", [([], duplicates)])
        let kept = state.meter.deadLetters.sorted { $0.key < $1.key }.map { ([("code", $0.key)], Double($0.value)) }
        family("fengsui_dead_letters_total", "counter", "Inputs kept aside since the start, by code.", kept)
        let events = state.counters.filter { $0.key.hasPrefix("port.") }.sorted { $0.key < $1.key }
            .map { ([("event", String($0.key.dropFirst(5)))], Double($0.value)) }
        family("fengsui_port_events_total", "counter", "What device ports did since the start, by event.", events)
        let refused = Double(state.meter.refusedCommands)
        family("fengsui_refused_commands_total", "counter", "Commands refused since the start.", [([], refused)])
        let published = sorted(state.heads).map { stream, _ in
            ([("stream", stream.rawValue)], Double(state.meter.published[stream] ?? 0))
        }
        family("fengsui_records_published_total", "counter", "Records sent since the start, by stream.", published)
        histogram("fengsui_commit_seconds", "Time of a transaction, handlers and commit included.", state.meter.commits)
        let entries = Double(state.journalEntries)
        family("fengsui_journal_entries", "gauge", "Entries of the journal.", [([], entries)])
    }

    private mutating func addStreams(_ state: ServiceState, at now: Instant) {
        let heads = sorted(state.heads).map { ([("stream", $0.rawValue)], Double($1)) }
        family("fengsui_stream_head_sequence", "gauge", "Last sequence of each stream that is written.", heads)
        addWritten(state)
        func each(_ name: String, _ kind: String, _ help: String, _ value: (StreamStanding) -> Double?) {
            let samples = state.streams.compactMap { standing in
                value(standing).map { ([("stream", standing.stream.rawValue)], $0) }
            }
            family(name, kind, help, samples)
        }
        each("fengsui_cursor_sequence", "gauge", "Last sequence read of each subscribed stream.") {
            Double($0.next - 1)
        }
        each("fengsui_cursor_lag_records", "gauge", "Records known of and not yet read.") { Double($0.lag) }
        each("fengsui_cursor_behind_seconds", "gauge", "Time since records are known of that are not read yet.") {
            Double($0.behind.inMicroseconds) / 1_000_000
        }
        each("fengsui_cursor_dead_letters_total", "counter", "Records of a subscribed stream ever kept aside.") {
            Double(state.deadLetters(of: $0.stream))
        }
        each("fengsui_stream_silence_seconds", "gauge", "Time since the writer was heard; absent if never.") {
            $0.heardAt.map { Double((now - $0).inMicroseconds) / 1_000_000 }
        }
        each("fengsui_stream_gaps_total", "counter", "Gaps seen in a subscribed stream.") { Double($0.gaps) }
        each("fengsui_stream_duplicates_total", "counter", "Records that came again and were dropped.") {
            Double($0.duplicates)
        }
        each("fengsui_catch_up_pages_total", "counter", "Pages asked for to catch up.") { Double($0.pages) }
    }

    private mutating func addWritten(_ state: ServiceState) {
        func each(_ name: String, _ kind: String, _ help: String, _ value: (WrittenStream) -> Double) {
            family(name, kind, help, state.written.map { ([("stream", $0.stream.rawValue)], value($0)) })
        }
        each("fengsui_stream_first_sequence", "gauge", "First sequence of each stream that is kept.") {
            Double($0.first)
        }
        each("fengsui_stream_written_bytes_total", "counter", "Encoded records ever written to each stream.") {
            Double($0.bytes)
        }
        each("fengsui_stream_kept_bytes", "gauge", "Encoded records that are kept of each stream.") {
            Double($0.keptBytes)
        }
        family(
            "fengsui_stream_subscriber_next_sequence",
            "gauge",
            "The next record that each registered subscriber will handle.",
            state.written.flatMap { stream in
                stream.subscribers.map {
                    ([("stream", stream.stream.rawValue), ("subscriber", $0.service.rawValue)], Double($0.next))
                }
            }
        )
        each("fengsui_stream_records_per_second", "gauge", "Records a second over the last minute.") {
            $0.recordsPerSecond
        }
        family(
            "fengsui_stream_epoch_info",
            "gauge",
            "The epoch in which each stream is written.",
            state.written.map { ([("stream", $0.stream.rawValue), ("epoch", $0.epoch)], 1) }
        )
    }

    private mutating func addProcess(_ state: ServiceState, at now: Instant) {
        let depths = state.queues.map { ([("queue", $0.name)], Double($0.depth)) }
        family("fengsui_queue_depth", "gauge", "Items that wait in a bounded queue.", depths)
        let capacities = state.queues.map { ([("queue", $0.name)], Double($0.capacity)) }
        family("fengsui_queue_capacity", "gauge", "Items that a queue holds at the most.", capacities)
        let malformed = Double(state.malformedFrames)
        family("fengsui_malformed_frames_total", "counter", "Frames that were no record or request.", [([], malformed)])
        let peers = Double(state.refusedPeers)
        family("fengsui_refused_peers_total", "counter", "Connections turned away for their key.", [([], peers)])
        let silence = Double((now - state.answeredAt).inMicroseconds) / 1_000_000
        family("fengsui_loop_silence_seconds", "gauge", "Time since the thread came round its loop.", [([], silence)])
        let started = Double(state.startedAt.microseconds) / 1_000_000
        family("process_start_time_seconds", "gauge", "Start of the process, in seconds since 1970.", [([], started)])
    }

    private func sorted(_ heads: [StreamName: UInt64]) -> [(StreamName, UInt64)] {
        heads.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    // MARK: the format

    private typealias Labels = [(String, String)]

    private mutating func family(_ name: String, _ kind: String, _ help: String, _ samples: [(Labels, Double)]) {
        guard !samples.isEmpty else { return }
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind)\n"
        for (labels, value) in samples { sample(name, labels, value) }
    }

    private mutating func histogram(_ name: String, _ help: String, _ histogram: Histogram) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) histogram\n"
        var below: UInt64 = 0
        for (bound, count) in zip(histogram.bounds, histogram.counts) {
            below += count
            sample("\(name)_bucket", [("le", Self.number(bound))], Double(below))
        }
        sample("\(name)_bucket", [("le", "+Inf")], Double(histogram.count))
        sample("\(name)_sum", [], Double(histogram.sumMicroseconds) / 1_000_000)
        sample("\(name)_count", [], Double(histogram.count))
    }

    private mutating func sample(_ name: String, _ labels: Labels, _ value: Double) {
        let inside = labels.map { "\($0.0)=\"\(Self.escaped($0.1))\"" }.joined(separator: ",")
        text += name + (inside.isEmpty ? "" : "{\(inside)}") + " \(Self.number(value))\n"
    }

    private static func number(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : "\(value)"
    }

    private static func escaped(_ value: String) -> String {
        String(
            value.flatMap { character -> [Character] in
                switch character {
                case "\\": ["\\", "\\"]
                case "\"": ["\\", "\""]
                case "\n": ["\\", "n"]
                default: [character]
                }
            }
        )
    }
}
