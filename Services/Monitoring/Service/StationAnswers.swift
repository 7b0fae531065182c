import Foundation
import MessageSchema
import MonitoringCodecs
import Vocabulary

extension StationAnswered {
    /// What a message of SL 651 answers, without the order that it answers.
    init(_ message: SL651Message, readings: Int) {
        self.init()
        question = StationQuestion(message.function)
        self.readings = UInt32(clamping: readings)
        switch message.content {
        case .nothing, .report, .picture: break
        case .manual(let bytes), .version(let bytes): text = Self.text(bytes)
        case .parameters(let list): parameters = list.map { StationParameter($0.title, $0.content.text) }
        case .status(let status): alarms = status.alarms.map(\.word)
        case .switches(let states):
            parameters = states.enumerated().map { StationParameter("\($0 + 1)", $1 ? "on" : "off") }
        case .gates(let gates):
            parameters = gates.enumerated().map { index, gate in
                let opening = gate.opening.map { " \($0)" } ?? ""
                return StationParameter("\(index + 1)", (gate.isOpen ? "open" : "closed") + opening)
            }
        case .quota(let isInForce): parameters = [StationParameter("quota", isInForce ? "on" : "off")]
        case .events(let counts): events = counts.map { UInt32($0) }
        case .other(let bytes): other = Data(bytes)
        }
    }

    /// What a message of HJ 212 tells of a device's parameters: everything in it but the factor that was asked for.
    init(_ question: StationQuestion, _ message: HJ212Message) {
        self.init()
        self.question = question
        parameters = message.items.flatMap { $0 }.filter { $0.name != "PolId" }.prefix(256).map {
            StationParameter($0.name.shown(64), ($0.text ?? "").shown(128))
        }
    }

    /// Whether it says something that no other record does.
    var saysMore: Bool {
        !(text.isEmpty && alarms.isEmpty && parameters.isEmpty && events.isEmpty && other.isEmpty)
    }

    /// What people read of a station's text; a table's texts end at the character NUL.
    private static func text(_ bytes: [UInt8]) -> String {
        String(decoding: bytes.filter { $0 != 0 }, as: UTF8.self).shown(1_024)
    }
}

extension StationParameter {
    init(_ name: String, _ value: String) {
        self.init()
        (self.name, self.value) = (name, value)
    }
}

extension SL651Parameter {
    /// The name of annex D, or the identifier.
    fileprivate var title: String {
        name
            ?? ([lead] + (extended.map { [$0] } ?? [])).map { String($0, radix: 16, uppercase: true) }.joined(
                separator: " "
            )
    }
}

extension SL651Parameter.Content {
    /// As people read it; a password is not told.
    fileprivate var text: String {
        switch self {
        case .number(let value): value.description
        case .centres(let centres): centres.map { String($0) }.joined(separator: " ")
        case .address(let address): address.description
        case .password: "****"
        case .channel(let kind, let digits): "\(kind) \(digits)"
        case .card(let text), .text(let text): text.shown(128)
        case .measured(let bytes), .raw(let bytes):
            bytes.map { String(UInt16($0) + 0x100, radix: 16, uppercase: true).dropFirst() }.joined()
        }
    }
}

extension SL651Status.Bit {
    /// The bit's name in messages.
    fileprivate var word: String {
        switch self {
        case .mainsLost: "mains-lost"
        case .batteryLow: "battery-low"
        case .stageAlarm: "stage-alarm"
        case .flowAlarm: "flow-alarm"
        case .qualityAlarm: "quality-alarm"
        case .flowMeterFaulty: "flow-meter-faulty"
        case .stageGaugeFaulty: "stage-gauge-faulty"
        case .doorClosed: "door-open"
        case .storageFaulty: "storage-faulty"
        case .cardEnabled: "card-enabled"
        case .pumpStopped: "pump-stopped"
        case .waterQuotaExceeded: "water-quota-exceeded"
        }
    }
}

extension StationQuestion {
    /// What a message of that function answers; unspecified for what no order asks.
    init(_ function: SL651Function) {
        self =
            switch function {
            case .setClock: .setClock
            case .queryClock: .clock
            case .queryNow: .now
            case .queryElements: .elements
            case .queryPeriod: .period
            case .queryStatus: .status
            case .queryVersion: .version
            case .queryEvents: .events
            case .queryPumps: .pumps
            case .queryManual, .manual: .manual
            case .picture: .picture
            case .readBasics: .basics
            case .readRunning: .running
            case .linkKeeping, .test, .uniform, .timed, .extra, .hourly, .writeBasics, .writeRunning,
                .clearStorage, .factorySettings, .changePassword, .setCard, .pumps, .valves, .gates, .quota:
                .unspecified
            }
    }
}
