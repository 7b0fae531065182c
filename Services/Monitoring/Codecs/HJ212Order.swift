package import Vocabulary

/// What the centre asks a device. Source: HJ 212-2017, 6.6.5 and annex C.
///
/// Orders that change a device's password or parameters, or move its instruments, are read, not written.
package enum HJ212Order: Hashable, Sendable {
    /// 1012.
    case setClock(to: Instant, factor: String?)
    /// 1011.
    case askClock(factor: String?)
    /// 2011, until 2012.
    case startRealTime
    /// 2012.
    case stopRealTime
    /// 2051, 2061, 2031 or 2041: values between two times.
    case history(HJ212Command, from: Instant, to: Instant)
    /// 1061 or 1063: how often it sends what is now, in seconds, or its minute data, in minutes.
    case askInterval(HJ212Command)
    /// 1000: how long to wait for an answer, in seconds, and how often to send again.
    case setTimeout(seconds: Int, retries: Int)
    /// 3019.
    case askIdentity(factor: String)
    /// 3020: `i12001` and the like, table B.8.
    case askInformation(factor: String, information: String)

    /// The message to `device`, made at `now`, which is its QN. It asks for an answer.
    ///
    /// Errors: `bad-field` where a word cannot stand in a message; `unsupported-command` for no history, or no interval.
    package func message(to device: String, system: String, password: String, at now: Instant) throws(HJ212Error)
        -> HJ212Message
    {
        let (command, items) = try content()
        for word in [device, system, password] + items.flatMap({ $0.compactMap(\.text) }) {
            guard word.utf8.allSatisfy({ HJ212Order.isWord($0) }) else {
                throw HJ212Error(.badField, "\"\(word)\" cannot stand in a message; letters and digits can")
            }
        }
        guard !device.isEmpty else { throw HJ212Error(.badField, "no MN: which device?") }
        return HJ212Message(
            request: HJ212Time.request(now),
            system: system,
            command: command.rawValue,
            password: password,
            device: device,
            flag: HJ212Flag(needsAnswer: true),
            packet: nil,
            others: [],
            items: items
        )
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x5F
    }

    private func content() throws(HJ212Error) -> (HJ212Command, [[HJ212Field]]) {
        func items(_ pairs: [(String, String)]) -> [[HJ212Field]] { pairs.map { [HJ212Field($0.0, $0.1)] } }
        switch self {
        case .setClock(let time, let factor):
            return (.setClock, items((factor.map { [("PolId", $0)] } ?? []) + [("SystemTime", HJ212Time.text(time))]))
        case .askClock(let factor): return (.clock, items(factor.map { [("PolId", $0)] } ?? []))
        case .startRealTime: return (.realTime, [])
        case .stopRealTime: return (.stopRealTime, [])
        case .history(let command, let from, let to):
            guard [.minute, .hour, .day, .equipmentDay].contains(command) else {
                throw HJ212Error(.unsupportedCommand, "command \(command.rawValue) has no history")
            }
            return (command, items([("BeginTime", HJ212Time.text(from)), ("EndTime", HJ212Time.text(to))]))
        case .askInterval(let command):
            guard [.realTimeInterval, .minuteInterval].contains(command) else {
                throw HJ212Error(.unsupportedCommand, "command \(command.rawValue) asks for no interval")
            }
            return (command, [])
        case .setTimeout(let seconds, let retries):
            guard (0...99_999).contains(seconds), (0...99).contains(retries) else {
                throw HJ212Error(.badField, "0 … 99,999 seconds and 0 … 99 times can be said")
            }
            return (.setTimeoutAndRetries, items([("OverTime", "\(seconds)"), ("ReCount", "\(retries)")]))
        case .askIdentity(let factor): return (.deviceIdentity, items([("PolId", factor)]))
        case .askInformation(let factor, let information):
            return (.deviceInformation, items([("PolId", factor), ("InfoId", information)]))
        }
    }
}

/// Answers, which repeat the QN of what they answer. Source: HJ 212-2017, 6.4 and annex C: ST is 91, and no answer is asked for.
package enum HJ212Answer {
    /// 9014, to data whose flag asks for an answer, or 9013, to such a notice. Nil for everything else.
    package static func confirming(_ message: HJ212Message) -> HJ212Message? {
        guard message.flag?.needsAnswer == true, let answer = message.known?.answer, answer != .requestAnswer else {
            return nil
        }
        return self.message(answer, to: message, [])
    }

    /// 9011: whether a request will be carried out.
    package static func accepting(_ message: HJ212Message, _ acceptance: HJ212Acceptance) -> HJ212Message {
        self.message(.requestAnswer, to: message, [[HJ212Field("QnRtn", "\(acceptance.rawValue)")]])
    }

    /// 9012: how a request ended.
    package static func concluding(_ message: HJ212Message, _ result: HJ212Result) -> HJ212Message {
        self.message(.result, to: message, [[HJ212Field("ExeRtn", "\(result.rawValue)")]])
    }

    /// What 9011 says; nil for another message, or a number beyond table 7.
    package static func acceptance(_ message: HJ212Message) -> HJ212Acceptance? {
        guard message.known == .requestAnswer else { return nil }
        return message.value("QnRtn")?.text.flatMap { Int($0) }.flatMap { HJ212Acceptance(rawValue: $0) }
    }

    /// What 9012 says; nil for another message, or a number beyond table 6.
    package static func result(_ message: HJ212Message) -> HJ212Result? {
        guard message.known == .result else { return nil }
        return message.value("ExeRtn")?.text.flatMap { Int($0) }.flatMap { HJ212Result(rawValue: $0) }
    }

    private static func message(_ command: HJ212Command, to question: HJ212Message, _ items: [[HJ212Field]])
        -> HJ212Message
    {
        HJ212Message(
            request: question.request,
            system: HJ212System.interaction.rawValue,
            command: command.rawValue,
            password: question.password,
            device: question.device,
            flag: HJ212Flag(version: question.flag?.version ?? 1, needsAnswer: false),
            packet: nil,
            others: [],
            items: items
        )
    }
}
