import AssessmentService
import CommandCenterService
import DispatchService
import MessageSchema
import MonitoringService
import ServiceKit
import StockpileService
import Vocabulary

// What operators write.

extension FuzzTarget {
    /// A recording, as `fengsui replay` reads it.
    static let recording = FuzzTarget(name: "recording", form: .text, share: 200_000) {
        { bytes in
            let text = String(decoding: bytes, as: UTF8.self)
            return try outcome {
                let recording = try Recording(text: text, file: "fuzzed", realm: .exercise("fuzz"))
                for input in recording.inputs { _ = (input.time.description, input.input.data.count) }
            }
        }
    }

    /// The configuration of each service.
    static let configuration = FuzzTarget(name: "configuration", form: .text, share: 20_000) {
        { bytes in
            let text = String(decoding: bytes, as: UTF8.self)
            let (value, first) = try attempt { try YAMLValue(text: text, file: "fuzzed") }
            guard let value else { return first }
            let outcomes = try [
                outcome { _ = try MonitoringCore(configuration: value) },
                outcome { _ = try DispatchCore(configuration: value) },
                outcome { _ = try StockpileCore(configuration: value) },
                outcome { _ = try CommandCenterCore(configuration: value) },
                outcome { _ = try AssessmentCore(configuration: value) },
            ]
            return outcomes.contains("accepted") ? "accepted" : "refused"
        }
    }

    /// The file of the bus. What is read is written so that it reads alike.
    static let busFile = FuzzTarget(name: "bus-file", form: .text, share: 100_000) {
        { bytes in
            let text = String(decoding: bytes, as: UTF8.self)
            let (file, outcome) = try attempt { try BusFile(text: text, file: "fuzzed") }
            guard let file else { return outcome }
            let again = try attempt { try BusFile(text: file.text, file: "written") }.value
            try Finding.unless(again == file, "written and read again it is another")
            return outcome
        }
    }
}
