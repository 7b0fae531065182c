/// What product code must not say.
struct Ban: Sendable {
    let pattern: String
    /// What to write instead.
    let replacement: String
    /// Where the ban holds; everywhere in product code where it is empty.
    var within: [String] = []
    /// Where it does not, each with its reason.
    var allowed: [(path: String, reason: String)] = []

    func violations(_ file: SourceFile) -> [String] {
        guard file.isProduct, within.isEmpty || file.isBelow(within), !file.isBelow(allowed.map(\.path)) else {
            return []
        }
        return file.code.indices.filter { file.code[$0].says(pattern) }
            .map { "\(file.path):\($0 + 1): `\(pattern)`: \(replacement)" }
    }

    static let all: [Ban] = clock + chance + waiting + traps + output + tasks + safety + access

    private static let oneClock = [(path: "Shared/ServiceKit/WallClock.swift", reason: "the shell's one clock")]
    private static let clock =
        ["Date()", "Date.now", "Date(timeIntervalSinceNow", "clock_gettime", "gettimeofday"].map {
            Ban(
                pattern: $0,
                replacement: "take the input's logical `now`; the shell's clock is WallClock",
                allowed: oneClock
            )
        }
        + ["ContinuousClock", "SuspendingClock", "DispatchTime"].map {
            Ban(
                pattern: $0,
                replacement: "take the input's logical `now`; pacing belongs to the shell (ServiceKit, MessageBus)",
                within: ["Services", "Shared/Vocabulary", "Shared/MessageSchema", "Shared/ServiceStore"],
                allowed: [("Services/Fengsui", "the operator's tool waits for answers and decides nothing")]
            )
        }

    private static let drawing = [
        (path: "Shared/ServiceStore/Epoch.swift", reason: "an epoch is drawn once per database")
    ]
    private static let chance =
        [".random(", ".randomElement(", ".shuffled()", "SystemRandomNumberGenerator"].map {
            Ban(
                pattern: $0,
                replacement: "derive it from its cause (RecordID); only an epoch is drawn",
                allowed: drawing
            )
        } + [Ban(pattern: "UUID()", replacement: "derive the id from its cause (RecordID)")]

    private static let waiting = ["Task.sleep", "Thread.sleep", "usleep", "nanosleep"].map {
        Ban(pattern: $0, replacement: "set a timer row, or wait on the event or the socket itself")
    }

    private static let traps = [
        Ban(pattern: "try!", replacement: "`try`, and let the caller handle the error"),
        Ban(pattern: "as!", replacement: "`as?` with a typed error"),
        Ban(pattern: "fatalError(", replacement: "throw; `precondition` with its reason for our own mistakes"),
    ]

    private static let output = [
        Ban(
            pattern: "print(",
            replacement: "log with a constant message and metadata",
            allowed: [
                ("Services/Fengsui", "its output is what the operator asked for"),
                ("Services/*/Main", "an executable may speak before logging stands"),
            ]
        )
    ]

    private static let mains = [
        (path: "Services/*/Main", reason: "the edge of the program"),
        (path: "Services/Fengsui", reason: "the edge of the program"),
    ]
    private static let tasks = [
        Ban(pattern: "Task {", replacement: "a child task under a Service's run", allowed: mains),
        Ban(pattern: "Task.detached", replacement: "a child task under a Service's run"),
    ]

    private static let owners = [
        (path: "Shared/MessageBus", reason: "borrows libzmq's memory; strict memory safety is on"),
        (path: "Shared/ServiceStore", reason: "owns the connection on one thread"),
    ]
    private static let safety = ["unsafe", "@unchecked", "nonisolated(unsafe)"].map {
        Ban(pattern: $0, replacement: "a Sendable value, or hand over to the owner's thread", allowed: owners)
    }

    private static let access = [Ban(pattern: "public", replacement: "`package`: nothing outside this package uses it")]
}

extension String {
    /// Whether the line of code says `pattern` as words of its own: `Date()` is not said by `upDate()`.
    /// The declaration of a type of that name does not count.
    func says(_ pattern: String) -> Bool {
        ranges(of: pattern).contains { range in
            let before = self[..<range.lowerBound]
            if pattern.first?.isWordPart == true, before.last?.isWordPart == true { return false }
            if pattern.last?.isWordPart == true, range.upperBound < endIndex, self[range.upperBound].isWordPart {
                return false
            }
            return !["struct ", "enum ", "class ", "extension ", "func ", "protocol "].contains { before.hasSuffix($0) }
        }
    }
}

extension Character {
    var isWordPart: Bool { isLetter || isNumber || self == "_" }
}
