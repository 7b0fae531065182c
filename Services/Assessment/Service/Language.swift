import MessageSchema

/// A language of the report; the raw value is its BCP 47 primary tag.
enum Language: String, CaseIterable {
    case chinese = "zh"
    case english = "en"

    var tag: String { self == .chinese ? "zh-CN" : "en" }

    func pick(_ chinese: String, _ english: String) -> String { self == .chinese ? chinese : english }

    /// What a record of that type says; the type itself for one that has no words yet.
    func title(_ type: String) -> String {
        ReportTexts.titles.first { $0.key == type }.map { pick($0.zh, $0.en) } ?? type
    }

    /// A code in words; anything else as it stands.
    func word(_ code: String) -> String {
        ReportTexts.words.first { $0.key == code }.map { pick($0.zh, $0.en) } ?? code
    }

    func say(_ phrase: Phrase) -> String {
        let (chinese, english) = phrase.texts
        return pick(chinese, english)
    }

    /// Hours, minutes and seconds.
    func span(_ microseconds: Int64) -> String {
        let seconds = microseconds / 1_000_000
        let (hours, minutes) = (seconds / 3600, seconds / 60 % 60)
        let parts = [(hours, pick("小时", "h")), (minutes, pick("分", "min")), (seconds % 60, pick("秒", "s"))]
        let text = parts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: " ")
        return text.isEmpty ? "0 \(pick("秒", "s"))" : text
    }

    func keyTime(_ keyTime: WireKeyTime) -> String {
        switch keyTime {
        case .readingToWarning: pick("读数 → 预警", "reading → warning")
        case .warningToLevel: pick("预警 → 响应", "warning → level")
        case .levelToFirstTask: pick("响应 → 首个任务", "level → first task")
        case .firstTaskToFirstArrival: pick("首个任务 → 首支队伍到达", "first task → first arrival")
        case .requestToSuppliesReceived: pick("申请物资 → 签收", "request → supplies received")
        case .requestToSessionJoined: pick("申请会商 → 入会", "request → session joined")
        case .unspecified, .UNRECOGNIZED: "?"
        }
    }

    /// The verdict and the class of its colour.
    func verdict(_ verdict: KeyTimeComputed.Verdict) -> (text: String, mark: String) {
        switch verdict {
        case .met: (pick("达标", "met"), "met")
        case .exceeded: (pick("超时", "exceeded"), "exceeded")
        case .neverHappened: (pick("未发生", "never happened"), "never")
        case .noLimit: (pick("无时限", "no limit"), "none")
        case .unspecified, .UNRECOGNIZED: ("?", "none")
        }
    }
}

/// A fixed text of the page.
enum Phrase {
    case report
    case score
    case keyTimes
    case keyTime
    case took
    case limit
    case verdict
    case records
    case unmet
    case clause
    case reason
    case late
    case attendance
    case session
    case who
    case when
    case timeline
    case what
    case about
    case nothing
    case unreadable
    case howScored

    var texts: (zh: String, en: String) {
        switch self {
        case .report: ("复盘报告", "After-action report")
        case .score: ("得分", "Score")
        case .keyTimes: ("关键时刻", "Key times")
        case .keyTime: ("项目", "from → to")
        case .took: ("用时", "took")
        case .limit: ("时限", "limit")
        case .verdict: ("结论", "verdict")
        case .records: ("记录", "record")
        case .unmet: ("未落实的预案条款", "Clauses of the plan not met")
        case .clause: ("条款", "clause")
        case .reason: ("原因", "reason")
        case .late: ("迟延", "late by")
        case .attendance: ("谁何时在场", "Who was where when")
        case .session: ("会商", "session")
        case .who: ("人员", "who")
        case .when: ("北京时间", "Beijing time")
        case .timeline: ("时间线", "Timeline")
        case .what: ("事项", "what")
        case .about: ("对象", "about")
        case .unreadable: ("内容有误", "unreadable")
        case .nothing: ("无。", "None.")
        case .howScored:
            (
                "时限内得满分，超时按比例扣减，至两倍时限为零；预案条款按落实比例计；按权重平均，未要求的项目不计。",
                "Whole credit within the limit, falling evenly to nothing at twice the limit; of the plan's clauses the share that was met; the weighted mean of all counts. What nobody asked for counts neither way."
            )
        }
    }
}
