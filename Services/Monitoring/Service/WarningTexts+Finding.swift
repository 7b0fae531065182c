import MonitoringCodecs
import MonitoringDomain
import Vocabulary

extension WarningTexts {
    /// What was found, in a sentence of each language.
    var finding: Name { Name(zh: findingZH, en: findingEN) }

    private var findingZH: String {
        let reached = "达到\(Self.colourName(colour).zh)预警阈值\(threshold)。"
        let within = "\(station.zh)截至\(clock)的\(Self.span(measure.window).zh)内"
        return switch measure {
        case .level: "\(station.zh)\(clock)测得\(shown)\(more.zh)，\(reached)"
        case .low: "\(station.zh)\(clock)测得\(shown)\(more.zh)，低于\(Self.colourName(colour).zh)预警阈值\(threshold)。"
        case .rise: "\(within)上涨\(shown)\(more.zh)，\(reached)"
        case .fall: "\(within)下降\(shown)\(more.zh)，\(reached)"
        case .accumulation: "\(within)累计\(shown)\(more.zh)，\(reached)"
        case .mean: "\(within)平均\(shown)\(more.zh)，\(reached)"
        case .repeated(_, let exceeds):
            "\(within)\(value.number)次\(isShared ? "及以上" : "")测得\(exceeds)及以上，达到\(Self.colourName(colour).zh)预警次数\(threshold.number)次。"
        case .silence:
            "\(station.zh)截至\(clock)已\(value.number)分钟无数据，达到\(Self.colourName(colour).zh)预警时限\(threshold.number)分钟。"
        }
    }

    private var findingEN: String {
        let reached = "at or above the \(Self.colourName(colour).en) threshold of \(threshold)."
        let within = "in the \(Self.span(measure.window).en) up to \(clock) (Beijing)"
        return switch measure {
        case .level: "\(station.en) measured \(shown)\(more.en) at \(clock) (Beijing), \(reached)"
        case .low:
            "\(station.en) measured \(shown)\(more.en) at \(clock) (Beijing), below the \(Self.colourName(colour).en) threshold of \(threshold)."
        case .rise: "\(station.en) rose by \(shown)\(more.en) \(within), \(reached)"
        case .fall: "\(station.en) fell by \(shown)\(more.en) \(within), \(reached)"
        case .accumulation: "\(station.en) measured \(shown)\(more.en) in all \(within), \(reached)"
        case .mean: "\(station.en) measured \(shown)\(more.en) on average \(within), \(reached)"
        case .repeated(_, let exceeds):
            "\(station.en) measured \(exceeds) or more \(value.number)\(more.en) times \(within), at or above the \(Self.colourName(colour).en) limit of \(threshold.number)."
        case .silence:
            "\(station.en) has sent nothing for \(value.number) minutes at \(clock) (Beijing), at or above the \(Self.colourName(colour).en) limit of \(threshold.number) minutes."
        }
    }

    /// The value with no more digits than say something: of a mean one more than its threshold has, rounded down.
    private var shown: Quantity {
        guard value.decimals == 6 else { return value }
        var (amount, decimals) = (value.amount, 6)
        while decimals > threshold.decimals, amount.isMultiple(of: 10) {
            (amount, decimals) = (amount / 10, decimals - 1)
        }
        if case .mean = measure {
            while decimals > threshold.decimals + 1 {
                (amount, decimals) = ((amount - (amount < 0 ? 9 : 0)) / 10, decimals - 1)
            }
        }
        return Quantity(amount, decimals: decimals, value.unit) ?? value
    }

    /// Of several stations one has the value, and the others are no better.
    private var more: Name {
        guard isShared else { return Name(zh: "", en: "") }
        return measure.isBelow ? Name(zh: "及以下", en: " or less") : Name(zh: "及以上", en: " or more")
    }

    /// A length of time as people say it.
    static func span(_ duration: Duration) -> Name {
        let seconds = duration.inSeconds
        if seconds.isMultiple(of: 3_600) { return Name(zh: "\(seconds / 3_600)小时", en: "\(seconds / 3_600) h") }
        if seconds.isMultiple(of: 60) { return Name(zh: "\(seconds / 60)分钟", en: "\(seconds / 60) min") }
        return Name(zh: "\(seconds)秒", en: "\(seconds) s")
    }
}
