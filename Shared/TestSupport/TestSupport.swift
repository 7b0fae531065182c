package import Foundation

/// Repeatable pseudo-random numbers: SplitMix64 (Steele, Lea and Flood, 2014). A failing test prints its seed.
package struct Seeded: RandomNumberGenerator {
    private var state: UInt64

    package init(_ seed: UInt64) { state = seed }

    /// The next number of the sequence.
    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// A folder of its own for one test, removed with the value. Its path is short enough for Unix sockets.
package final class TemporaryFolder {
    package let path: String

    /// Makes an empty folder, removed with this value; `inMemory` where the machine has a file system there, for many small stores.
    package init(inMemory: Bool = false) throws {
        var random = SystemRandomNumberGenerator()
        let memory = "/dev/shm/"
        let isThere = inMemory && FileManager.default.isWritableFile(atPath: memory)
        path = (isThere ? memory : NSTemporaryDirectory()) + "fs-" + String(random.next() as UInt64, radix: 36)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { _ = try? FileManager.default.removeItem(atPath: path) }
}

/// Asks again until `condition` holds: for what another process does, which tells no test when it is done.
///
/// Gives false at the deadline; the pause only keeps the machine free for that process.
package func eventually(within limit: Duration = .seconds(60), _ condition: () async throws -> Bool) async throws
    -> Bool
{
    let clock = ContinuousClock()
    let deadline = clock.now + limit
    while clock.now < deadline {
        if try await condition() { return true }
        try await clock.sleep(for: .milliseconds(20))
    }
    return try await condition()
}

/// Where the checkout lies, and what lies beside it.
package enum Checkout {
    /// The folder of Package.swift.
    package static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Test data made by others; nil where the checkout stands alone.
    package static func vectors(_ path: String) -> Data? {
        FileManager.default.contents(atPath: root.deletingLastPathComponent().path + "/shared/vectors/" + path)
    }
}
