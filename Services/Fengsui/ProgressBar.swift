import Foundation

/// How far a long command is, on one line of the terminal's standard error; silent where that is no terminal.
struct ProgressBar {
    private static let width = 30
    private let total: Int
    private let begun = ContinuousClock.now
    private let isShown = isatty(STDERR_FILENO) == 1
    private var shown: ContinuousClock.Instant?

    init(total: Int) { self.total = total }

    /// Shows that `done` of the total are done, at most ten times a second, with a word beside it.
    mutating func show(_ done: Int, _ word: String) {
        let now = ContinuousClock.now
        guard isShown, done >= total || shown.map({ now - $0 > .milliseconds(100) }) ?? true else { return }
        shown = now
        let full = total > 0 ? Self.width * done / total : Self.width
        let bar = String(repeating: "█", count: full) + String(repeating: "·", count: Self.width - full)
        let seconds = max(0.001, (now - begun) / .seconds(1))
        write("\r\u{1B}[2K\(bar) \(done)/\(total)  \(Int(Double(done) / seconds))/s  \(word)")
    }

    /// Leaves the line, so that what follows begins on its own.
    func end() { if shown != nil { write("\n") } }

    private func write(_ text: String) { try? FileHandle.standardError.write(contentsOf: Data(text.utf8)) }
}
