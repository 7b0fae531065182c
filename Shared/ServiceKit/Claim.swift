import Foundation
import MessageBus
import MessageSchema
import ServiceStore

/// The right to work on a database, or under a name on the bus: one process has it until it ends, however it ends.
///
/// Without it a second process would write into the same journal, and libzmq would give it the first one's socket without a word.
package final class Claim: Sendable {
    private let descriptor: CInt

    /// Claims what `file` stands for; nil where another process has it. The file stays. Source: flock(2).
    ///
    /// Errors: `POSIXError` where the file cannot be made or locked.
    init?(_ file: String) throws {
        descriptor = Foundation.open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) != 0 else { return }
        guard errno == EWOULDBLOCK else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        return nil
    }

    deinit { close(descriptor) }

    /// The right to write the database at `path`, whose folder is made where it is missing.
    ///
    /// Errors: `StoreError` with code `store-busy` where another process has it, `store-unwritable` where nobody could.
    package static func database(_ path: String) throws -> Claim {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            if let claim = try Claim(path + ".lock") { return claim }
        } catch {
            throw StoreError(
                .unwritable,
                "\(folder) cannot be written: \(error.localizedDescription); let this user write there, or name another folder"
            )
        }
        throw StoreError(.busy, "another process works on \(path); stop it, or name another folder")
    }

    /// The right to be `service` on the bus whose sockets are in `folder`, which is made where it is missing.
    ///
    /// Errors: `BusError` with code `address` where another process has it, and where nobody could.
    static func name(_ service: ServiceName, in folder: String) throws -> Claim {
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            if let claim = try Claim("\(folder)/\(service.rawValue).lock") { return claim }
        } catch {
            throw BusError(
                .address,
                "\(folder) cannot be written: \(error.localizedDescription); let this user write there, or name another bus"
            )
        }
        throw BusError(
            .address,
            "another \(service.rawValue) runs on the bus in \(folder); stop it, or name another bus"
        )
    }
}
