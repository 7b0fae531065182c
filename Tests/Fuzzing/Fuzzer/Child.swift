import ArgumentParser
import Foundation
import FuzzTargets

/// Gives one target its inputs: first the corpus as it stands, then mutations of it.
struct Child: ParsableCommand {
    static let configuration = CommandConfiguration(shouldDisplay: false)

    /// More memory than this is a fault, MB: of what is mapped, and of what was ever held.
    static let limits = (mapped: 4_096 as rlim_t, held: 512)

    @Argument var target: String
    @Argument var shared: String
    @OptionGroup var options: RunOptions

    func run() throws {
        var limit = rlimit(rlim_cur: Self.limits.mapped << 20, rlim_max: Self.limits.mapped << 20)
        setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit)
        let target = try Fuzzer.target(target)
        let current = try CurrentInput(path: shared)
        let corpus = try Corpus.inputs(target).map(\.bytes)
        var mutator = Mutator(target, corpus: corpus, seed: options.seed)
        let taker = try target.make()
        let began = ContinuousClock.now
        let deadline = began + .seconds(options.minutes * 60)
        var outcomes: [String: Int] = [:]
        let wanted = max(1, Int(Double(options.count) * Double(target.share) / 1_000_000))
        var given = 0
        while given < wanted, !given.isMultiple(of: 256) || ContinuousClock.now < deadline {
            let bytes = given < corpus.count ? corpus[given] : mutator.next()
            given += 1
            current.set(bytes)
            do {
                outcomes[try taker(bytes), default: 0] += 1
            } catch {
                print(error)
                throw ExitCode(3)
            }
        }
        try tell(target, given, began.duration(to: .now), outcomes)
    }

    private func tell(_ target: FuzzTarget, _ given: Int, _ time: Duration, _ outcomes: [String: Int]) throws {
        let held = try Self.heldMegabytes()
        let rate = Int(Double(given) / (time / .seconds(1)))
        let most = outcomes.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(6)
            .map { "\($0.key) \($0.value)" }.joined(separator: "; ")
        let columns = [(target.name, -15), ("\(given)", 9), ("\(rate)", 9), ("\(held)", 8)].map { text, width in
            let padding = String(repeating: " ", count: max(0, abs(width) - text.count))
            return width < 0 ? text + padding : padding + text
        }
        print("\(columns.joined(separator: " "))  \(outcomes.count): \(most)")
        if held > Self.limits.held {
            print("more than \(Self.limits.held) MB")
            throw ExitCode(3)
        }
    }

    /// The most memory that this process ever held.
    private static func heldMegabytes() throws -> Int {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return line.flatMap { $0.split(separator: " ").dropFirst().first.flatMap { Int($0) } }.map { $0 / 1_024 } ?? 0
    }
}
