import Foundation
import MessageSchema

/// A store that cannot be used, or cannot be used by this program. It stops the service; nothing is written past it.
package struct StoreError: Error, Sendable, CustomStringConvertible {
    /// What went wrong; stable, for logs and tests.
    package enum Code: String, Sendable {
        /// Written by a newer program.
        case newer = "store-newer"
        /// Not there, where it was only to be read.
        case missing = "store-missing"
        /// Something else is there, where a new one was to be written.
        case occupied = "store-occupied"
        /// Belongs to another service or realm.
        case foreign = "store-foreign"
        /// Not opened with WAL and synchronous = FULL.
        case notDurable = "store-not-durable"
        /// A row that this program wrote cannot be read back, or the file is no sound database.
        case damaged = "store-damaged"
        /// Another process works on it.
        case busy = "store-busy"
        /// The disk is full. What was committed stays.
        case full = "store-full"
        /// This user, or the file system, does not let it be written.
        case unwritable = "store-unwritable"
        /// The disk failed.
        case disk = "store-disk"
    }

    package let code: Code
    /// What was found, and the remedy.
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { "\(code.rawValue): \(message)" }
}

extension StoreError {
    /// The items of a row, which is named where it cannot be read. Errors: `store-damaged`.
    static func items(in bytes: Data, _ row: String) throws(StoreError) -> [Data] {
        do {
            return try ItemList.items(in: bytes)
        } catch {
            throw StoreError(.damaged, "\(row) cannot be read; restore a backup")
        }
    }
}
