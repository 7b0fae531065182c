import MessageSchema
import MonitoringCodecs
import MonitoringDomain
import Vocabulary

extension WarningTexts {
    /// The value that crossed, the threshold that it crossed, when, and what of the readings was compared.
    struct Measured {
        private let value: Quantity
        private let threshold: Quantity
        private let observed: Instant
        private let measure: WarningRule.Measure
        /// The colour of the threshold where a person gave the warning another one; nil: it is the warning's.
        private let ruleColour: WarningColour?

        init(_ content: WarningContent, _ measure: WarningRule.Measure) throws {
            ruleColour = try content.hasColourByHand ? content.colourByHand.ruleColour.checked() : nil
            (value, threshold) = (try content.value.checked(), try content.threshold.checked())
            (observed, self.measure) = (Instant(microseconds: content.observedUs), measure)
        }
    }
}

extension WarningTexts.Measured {
    /// What was found at `place`, and that it demands `colour`; where a person gave that colour, which one it demands, and who decided.
    func sentences(of place: Name, _ colour: Name) -> Name {
        let (down, threshold) = (measure.isDownward, shown(threshold))
        let demanded = ruleColour.map { WarningTexts.colourName($0) } ?? colour
        let isByHand = ruleColour != nil
        return Name(
            zh: "\(place.zh)\(finding.zh)，\(down ? "低至" : "达到")\(demanded.zh)预警阈值\(threshold.zh)。"
                + (isByHand ? "经值班人员研判，预警级别定为\(colour.zh)。" : ""),
            en:
                "\(place.en) \(finding.en), at or \(down ? "below" : "above") the \(demanded.en) threshold of \(threshold.en)."
                + (isByHand ? " The duty officers set the warning to \(colour.en)." : "")
        )
    }

    /// What was found, as it follows the station's name.
    private var finding: Name {
        let (value, span) = (shown(value), Self.span(measure.window))
        let at = (zh: "截至\(clock)", en: "by \(clock) (Beijing)")
        return switch measure {
        case .level, .low: Name(zh: "\(clock)测得\(value.zh)", en: "measured \(value.en) at \(clock) (Beijing)")
        case .rise: Name(zh: "\(at.zh)\(span.zh)内上升\(value.zh)", en: "rose \(value.en) within \(span.en) \(at.en)")
        case .fall: Name(zh: "\(at.zh)\(span.zh)内下降\(value.zh)", en: "fell \(value.en) within \(span.en) \(at.en)")
        case .mean:
            Name(zh: "\(at.zh)\(span.zh)平均\(value.zh)", en: "averaged \(value.en) over \(span.en) \(at.en)")
        case .accumulation:
            Name(zh: "\(at.zh)\(span.zh)累计\(value.zh)", en: "summed up to \(value.en) within \(span.en) \(at.en)")
        case .repeats(_, let over):
            Name(
                zh: "\(at.zh)\(span.zh)内\(value.zh)不低于\(over)",
                en: "reached \(over) \(value.en) within \(span.en) \(at.en)"
            )
        case .silence:
            Name(zh: "自\(clock)起已\(value.zh)无读数", en: "has given no reading for \(value.en) since \(clock) (Beijing)")
        }
    }

    /// A count as times, a silence as a span, and what was worked out without the zeros that say nothing.
    private func shown(_ quantity: Quantity) -> Name {
        switch measure {
        case .repeats: return Name(zh: "\(quantity.number)次", en: "\(quantity.number) times")
        case .silence:
            // In whole minutes: nobody counts the seconds of a silence.
            let seconds = quantity.millionths / 1_000_000
            return Self.span(.seconds(seconds < 60 ? seconds : seconds - seconds % 60))
        case .level, .low: return Name(zh: "\(quantity)", en: "\(quantity)")
        case .rise, .fall, .mean, .accumulation:
            var (amount, decimals) = (quantity.amount, quantity.decimals)
            while decimals > threshold.decimals, amount % 10 == 0 { (amount, decimals) = (amount / 10, decimals - 1) }
            let text = Quantity(amount, decimals: decimals, quantity.unit)?.description ?? quantity.description
            return Name(zh: text, en: text)
        }
    }

    /// `3 小时`, `90 分钟`.
    private static func span(_ duration: Duration) -> Name {
        let seconds = duration.components.seconds
        if seconds >= 3_600, seconds % 3_600 == 0 {
            return Name(zh: "\(seconds / 3_600)小时", en: "\(seconds / 3_600) h")
        }
        if seconds % 60 == 0 { return Name(zh: "\(seconds / 60)分钟", en: "\(seconds / 60) min") }
        return Name(zh: "\(seconds)秒", en: "\(seconds) s")
    }

    /// `2026-10-03 12:00`, Beijing.
    private var clock: String { String(CAPTime(observed).text.prefix(16).replacing("T", with: " ")) }
}
