import Foundation
import MessageSchema
import MonitoringCodecs
import MonitoringDomain
import ServiceKit
import Vocabulary

// What HJ 212 devices say.

extension MonitoringCore {
    /// One message of a device: a packet, or all packets of a long one.
    ///
    /// Errors, each an `InputError`: those of the codec, `unknown-station`, `wrong-password`.
    func take(hj212 bytes: Data, _ turn: Turn) throws {
        do {
            try take(try HJ212Input.decode(Array(bytes)), turn)
        } catch let error as HJ212Error {
            throw InputError(error.code.rawValue, error.message)
        }
    }

    private func take(_ message: HJ212Message, _ turn: Turn) throws {
        let (device, station) = try device(message.device, turn)
        try check(password: message.password, of: station)
        guard let command = message.known else {
            throw InputError("unsupported-command", "HJ 212-2017 has no command \(message.command)")
        }
        try heard(station, turn)
        let link = StationLink(
            channel: Self.hj212,
            name: message.device,
            centre: 0,
            secret: message.password.word,
            system: message.system.word
        )
        try turn.remembered.stations.keep(link, of: station.id, turn.database)
        var readings = 0
        if command.isReport { readings = try accept(try HJ212Report.decode(message), device, station, turn) }
        try settle(command, message, readings: readings, station.id, turn)
        try sendOrders(to: station.id, turn)
    }

    // MARK: values

    /// How many values were taken: those of the factors that the configuration names.
    private func accept(_ report: HJ212Report, _ device: HJ212Device, _ station: Station, _ turn: Turn) throws -> Int {
        try countPunctuality(station.id, report.factors.map { $0.sampled ?? report.time }, turn)
        var count = 0
        for factor in report.factors {
            for value in factor.values {
                guard let element = device.element(factor.code, value.statistic, in: report.command),
                    let quantity = value.number?.quantity(element.unit)
                else { continue }
                var reading = Observation(
                    element: element.id,
                    value: quantity,
                    observed: factor.sampled ?? report.time
                )
                (reading.trust, reading.flags) = Self.quality(factor)
                try accept(reading, station, turn)
                count += 1
            }
        }
        return count
    }

    /// What the device's own flag says of a value (HJ 212-2017, table 8): `HJ-` and its letter, and how far it is trusted.
    static func quality(_ factor: HJ212Factor) -> (QualityLimits.Trust, [String]) {
        guard let flag = factor.flag, factor.known != .normal else { return (.good, []) }
        switch factor.known {
        case .normal: return (.good, [])
        // A value above the instrument's range is at least that high; one that a person typed is a person's.
        case .aboveRange: return (.doubtful, ["HJ-T"])
        case .manual: return (.doubtful, ["MAN"])
        case .stopped, .maintenance, .faulty, .calibrating, .disconnected: return (.unreliable, ["HJ-\(flag)"])
        // A province's own letter.
        case nil: return (.doubtful, ["HJ-\(flag.word.shown(4))"])
        }
    }

    // MARK: orders

    /// Whether the message ends an order of ours: data that were asked for, or the result of what was told (6.4).
    private func settle(
        _ command: HJ212Command,
        _ message: HJ212Message,
        readings: Int,
        _ station: StationID,
        _ turn: Turn
    )
        throws
    {
        switch command {
        case .clock: try answer(.clock, at: message.systemTime, readings: 0, station, turn)
        case .realTime: try answer(.now, at: nil, readings: readings, station, turn)
        case .realTimeInterval, .minuteInterval: try tell(.running, message, station, turn)
        case .deviceIdentity, .deviceInformation: try tell(.basics, message, station, turn)
        case .requestAnswer:
            let acceptance = HJ212Answer.acceptance(message) ?? .unknown
            if acceptance != .ready { try refuse(message.request, "QnRtn \(acceptance)", station, turn) }
        case .result:
            let result = HJ212Answer.result(message) ?? .systemFault
            guard result == .done else { return try refuse(message.request, "ExeRtn \(result)", station, turn) }
            // The values of a period came before it, each in a message of its own.
            guard let question = try order(message.request, station, turn)?.ask.question,
                [.setClock, .period].contains(question)
            else { return }
            try answer(question, at: nil, readings: 0, station, turn)
        case .setTimeoutAndRetries, .setClock, .askForClock, .setRealTimeInterval, .setMinuteInterval, .setPassword,
            .stopRealTime, .equipmentState, .stopEquipmentState, .day, .equipmentDay, .minute, .hour, .started,
            .calibrate, .sampleNow, .clean, .compareSample, .keepSample, .setSamplingPeriod, .samplingPeriod,
            .sampleTime, .setDeviceParameter, .noticeAnswer, .dataAnswer:
            break
        }
    }

    private func answer(
        _ question: StationQuestion,
        at clock: Instant?,
        readings: Int,
        _ station: StationID,
        _ turn: Turn
    ) throws {
        var answer = StationAnswered()
        (answer.question, answer.readings) = (question, UInt32(clamping: readings))
        try conclude(&answer, station, at: clock ?? turn.now, evenUnasked: false, turn)
    }

    private func tell(_ question: StationQuestion, _ message: HJ212Message, _ station: StationID, _ turn: Turn) throws {
        var answer = StationAnswered(question, message)
        try conclude(&answer, station, at: turn.now, evenUnasked: false, turn)
    }

    private func order(_ request: String, _ station: StationID, _ turn: Turn) throws -> StationOrder? {
        guard !request.isEmpty else { return nil }
        return try turn.remembered.stations.orders(to: station, turn.database).first { $0.request == request }
    }

    private func refuse(_ request: String, _ detail: String, _ station: StationID, _ turn: Turn) throws {
        guard let order = try order(request, station, turn) else { return }
        try refuse(order, detail, turn)
    }
}

extension String {
    /// The text where it is letters and digits, as a word of an order has to be; empty where it is anything else.
    fileprivate var word: String {
        utf8.count <= 64
            && utf8.allSatisfy { (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) }
            ? self : ""
    }
}
