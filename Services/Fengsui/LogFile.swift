import ArgumentParser
import Foundation

/// Where a service's log lines go: appended to, so that a program that copies and truncates it may rotate it while it is written.
struct LogFile {
    /// From this size on a start begins a new file.
    static let limit = 10 << 20
    /// How many old ones are kept: `.1` is the newest.
    static let kept = 9

    let path: String

    /// Moves a large file to `.1`, that one to `.2` and so on; the oldest goes.
    func rotate() throws {
        let files = FileManager.default
        let size = try? files.attributesOfItem(atPath: path)[.size] as? Int
        guard let size, size >= Self.limit else { return }
        for number in (0..<Self.kept).reversed() {
            let old = number == 0 ? path : "\(path).\(number)"
            guard files.fileExists(atPath: old) else { continue }
            try? files.removeItem(atPath: "\(path).\(number + 1)")
            try files.moveItem(atPath: old, toPath: "\(path).\(number + 1)")
        }
    }

    /// Opens it for appending. Errors: a usage error where it cannot be written.
    func open() throws -> FileHandle {
        let descriptor = Foundation.open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw ValidationError("\(path) cannot be written; check the folder") }
        return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }
}
