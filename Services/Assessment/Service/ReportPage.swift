import Foundation
import MessageSchema
import Vocabulary

/// The after-action report 复盘报告 as one page of HTML that needs nothing else.
struct ReportPage {
    let file: IncidentFile
    let keyTimes: [KeyTimeComputed]
    let score: Int
    let language: Language

    /// The page. Errors: `MessageError` where a record is of a schema that this program does not know.
    func html() throws -> String {
        let title = "\(language.say(.report)) \(file.incident)"
        return """
            <!DOCTYPE html>
            <html lang="\(language.tag)"><head><meta charset="utf-8"><title>\(title.escaped)</title>
            <style>\(Self.style)</style></head><body>
            <h1>\(language.say(.report))</h1><p class="id">\(file.incident.escaped)</p>
            <p class="score">\(language.say(.score)) <b>\(score / 100).\(score % 100 < 10 ? "0" : "")\(score % 100)</b> / 100</p>
            \(try keyTimeTable())
            \(unmetTable)
            \(try attendanceTable())
            \(try timelineTable())
            <p class="note">\(language.say(.howScored))</p>
            </body></html>

            """
    }

    private static let style = """
        body{font:15px/1.5 system-ui,"Noto Sans CJK SC",sans-serif;max-width:70em;margin:2em auto;padding:0 1em;color:#1b1f24}
        table{border-collapse:collapse;width:100%;margin:.5em 0 2em}td,th{text-align:left;vertical-align:top;padding:.3em .6em;\
        border-bottom:1px solid #d9dde2}th{font-weight:600}code,.id,.note{color:#5b6470;font-size:.85em}.score b{font-size:1.8em}
        .met{color:#146c2e}.exceeded,.never{color:#a40e26;font-weight:600}@media print{body{margin:0}}
        """

    // MARK: sections

    private func keyTimeTable() throws -> String {
        let rows = try keyTimes.map { key in
            let (text, mark) = language.verdict(key.verdict)
            return [
                language.keyTime(key.keyTime).escaped, key.toRecord.isEmpty ? "–" : language.span(key.elapsedUs),
                language.span(Int64(key.limitSeconds) * 1_000_000), "<span class=\"\(mark)\">\(text)</span>",
                try place(of: key.fromRecord) + "<br>" + place(of: key.toRecord),
            ]
        }
        return table(.keyTimes, [.keyTime, .took, .limit, .verdict, .records], rows)
    }

    private var unmetTable: String {
        let rows = file.closing.unmet.map { clause in
            [
                clause.clause.escaped, language.word(clause.reason).escaped,
                clause.lateSeconds > 0 ? language.span(Int64(clause.lateSeconds) * 1_000_000) : "–",
            ]
        }
        return table(.unmet, [.clause, .reason, .late], rows)
    }

    private func attendanceTable() throws -> String {
        let ended = file.rows.filter { $0.type == SessionEnded.type }
        let rows = try ended.flatMap { row in
            try SessionEnded.decode(row.payload).attendance.map { person in
                let times = person.presences.map { "\(clock($0.joinedUs)) – \(clock($0.leftUs))" }
                return [row.subject.escaped, person.participant.escaped, times.joined(separator: "<br>")]
            }
        }
        return table(.attendance, [.session, .who, .when], rows)
    }

    private func timelineTable() throws -> String {
        let rows = try file.rows.map { row in
            [
                clock(row.decided.microseconds), language.title(row.type).escaped,
                "\(row.subject.escaped)<br>\(try detail(row).escaped)", row.person.escaped, try place(row),
            ]
        }
        return table(.timeline, [.when, .what, .about, .who, .records], rows)
    }

    /// A record whose content breaks the schema stands in the timeline all the same, with what is wrong.
    private func detail(_ row: TimelineRow) throws -> String {
        do {
            return try TimelineDetail.of(row).map(language.word).joined(separator: " · ")
        } catch let error as MessageError {
            return "\(language.say(.unreadable)): \(error.message)"
        }
    }

    // MARK: parts

    private func table(_ caption: Phrase, _ head: [Phrase], _ rows: [[String]]) -> String {
        guard !rows.isEmpty else { return "<h2>\(language.say(caption))</h2><p>\(language.say(.nothing))</p>" }
        let titles = head.map { "<th>\(language.say($0))</th>" }.joined()
        let body = rows.map { "<tr>" + $0.map { "<td>\($0)</td>" }.joined() + "</tr>" }.joined(separator: "\n")
        return "<h2>\(language.say(caption))</h2><table><tr>\(titles)</tr>\n\(body)</table>"
    }

    /// Where a record stands: stream#sequence, and its id.
    private func place(_ row: TimelineRow) throws -> String {
        "<code>\(row.stream.rawValue)#\(row.sequence)<br>\(try RecordID(row.id))</code>"
    }

    /// The place of the record of that id; a dash where there is none.
    private func place(of id: Data) throws -> String { try file.rows.first { $0.id == id }.map(place) ?? "–" }

    /// The time of day in Beijing, with its date.
    private func clock(_ microseconds: Int64) -> String {
        let civil = BeijingTime.civil(Instant(microseconds: microseconds))
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return
            "\(civil.year)-\(two(civil.month))-\(two(civil.day)) \(two(civil.hour)):\(two(civil.minute)):\(two(civil.second))"
    }
}

extension String {
    /// Safe between the tags and in the attributes of HTML.
    var escaped: String {
        var result = ""
        for character in self {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.append(character)
            }
        }
        return result
    }
}
