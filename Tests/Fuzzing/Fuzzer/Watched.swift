import Foundation
import FuzzTargets

/// A target in a process of its own, watched: that it goes on, and what it was given when it fell.
struct Watched {
    let target: FuzzTarget
    let options: RunOptions

    /// An input that takes so long is a hang.
    static let patience = 20

    struct Result {
        let line: String
        let fault: String?
    }

    func run() throws -> Result {
        let shared = NSTemporaryDirectory() + "fengsui-fuzz-\(ProcessInfo.processInfo.processIdentifier)-\(target.name)"
        defer { try? FileManager.default.removeItem(atPath: shared) }
        let current = try CurrentInput(path: shared)
        let child = Process()
        child.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        child.arguments = [
            "child", target.name, shared, "--count", "\(options.count)", "--seed", "\(options.seed)",
            "--minutes", "\(options.minutes)",
        ]
        // Where it fell is enough of a trace.
        let trace = ["SWIFT_BACKTRACE": "registers=none,images=none,threads=crashed,color=no"]
        child.environment = ProcessInfo.processInfo.environment.merging(trace) { $1 }
        let output = Pipe()
        child.standardOutput = output
        try child.run()
        let hung = watch(child, current)
        let told = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        child.waitUntilExit()
        guard hung || child.terminationStatus != 0 else { return Result(line: told.trimmed, fault: nil) }
        let fault = hung ? "hang" : child.terminationReason == .uncaughtSignal ? "fall" : "finding"
        let kept = try keep(current.bytes)
        let line = """
            \(target.name): \(fault) at input \(current.count). \(told.trimmed)
                kept: \(kept)
                again: Tests/fuzz again \(target.name) \(kept)
                or, where it depends on what came before: Tests/fuzz \(target.name) --seed \(options.seed) --count \(options.count)
            """
        return Result(line: line, fault: fault)
    }

    /// Waits for the end of `child`; true where it had to be ended because an input took too long.
    private func watch(_ child: Process, _ current: CurrentInput) -> Bool {
        var (seen, since) = (current.count, 0)
        while child.isRunning {
            Thread.sleep(forTimeInterval: 0.1)
            (seen, since) = current.count == seen ? (seen, since + 1) : (current.count, 0)
            if since > Self.patience * 10 {
                kill(child.processIdentifier, SIGKILL)
                return true
            }
        }
        return false
    }

    private func keep(_ bytes: [UInt8]) throws -> String {
        let hash = bytes.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        let folder = Corpus.folder(target)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let path = "\(folder)/crash-\(String(hash, radix: 16))"
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        return path
    }
}

extension String {
    fileprivate var trimmed: String { trimmingCharacters(in: .newlines) }
}

/// The input that a process has just been given, in memory that outlives it.
final class CurrentInput {
    static let capacity = 1 << 16
    private let memory: UnsafeMutableRawPointer

    init(path: String) throws {
        let descriptor = open(path, O_RDWR | O_CREAT, 0o600)
        defer { close(descriptor) }
        guard descriptor >= 0, ftruncate(descriptor, Self.capacity) == 0,
            let memory = mmap(nil, Self.capacity, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0),
            memory != MAP_FAILED
        else { throw CocoaError(.fileWriteUnknown) }
        self.memory = memory
    }

    deinit { munmap(memory, Self.capacity) }

    /// How many inputs were given, this one included.
    var count: Int { memory.load(as: Int.self) }

    var bytes: [UInt8] {
        let count = min(memory.load(fromByteOffset: 8, as: Int.self), Self.capacity - 16)
        return Array(UnsafeRawBufferPointer(start: memory + 16, count: count))
    }

    func set(_ bytes: [UInt8]) {
        memory.storeBytes(of: count + 1, as: Int.self)
        memory.storeBytes(of: bytes.count, toByteOffset: 8, as: Int.self)
        UnsafeMutableRawBufferPointer(start: memory + 16, count: bytes.count).copyBytes(from: bytes)
    }
}
