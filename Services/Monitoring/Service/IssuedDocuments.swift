import Foundation
import MessageSchema
import ServiceKit
import ServiceStore

extension MonitoringCore {
    /// Writes every CAP document that was issued, and is kept in the outbox, as `IDENTIFIER.xml` into the folder, byte for byte as
    /// issued; with a key, its detached signature beside it as `IDENTIFIER.xml.sig`. Gives how many it wrote.
    ///
    /// What stands there already stays: a document with other bytes is an error, a signature that stands is not made anew.
    /// Errors: `StoreError` where there is no database, `InputError` for a key that is none or a document that differs.
    package static func writeDocuments(data: String, to folder: String, key: String?) throws -> Int {
        let signer = try key.map { try DocumentSigner(path: $0) }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        return try ServiceStore.readOnly(path: "\(data)/\(name.rawValue).db") { db in
            var written = 0
            try Outbox.forEach(.monitoring, db) { _, bytes in
                guard let (identifier, document) = try issued(Envelope.decode(bytes)) else { return }
                let path = "\(folder)/\(identifier).xml"
                if try write(document, to: path) { written += 1 }
                guard let signer, !FileManager.default.fileExists(atPath: path + ".sig") else { return }
                try signer.signature(of: document).write(to: URL(fileURLWithPath: path + ".sig"), options: .atomic)
            }
            return written
        }
    }

    /// The document of the record; nil where it has none.
    private static func issued(_ record: Envelope) throws -> (identifier: String, document: Data)? {
        let found: (String, Data)
        switch record.type {
        case WarningIssued.type:
            let message = try WarningIssued.decode(record.payload)
            found = (message.capIdentifier, message.capDocument)
        case WarningUpdated.type:
            let message = try WarningUpdated.decode(record.payload)
            found = (message.capIdentifier, message.capDocument)
        case WarningCancelled.type:
            let message = try WarningCancelled.decode(record.payload)
            found = (message.capIdentifier, message.capDocument)
        default: return nil
        }
        return found.1.isEmpty ? nil : found
    }

    /// False where the same stands there already.
    private static func write(_ document: Data, to path: String) throws -> Bool {
        guard FileManager.default.fileExists(atPath: path) else {
            try document.write(to: URL(fileURLWithPath: path), options: .atomic)
            return true
        }
        guard try Data(contentsOf: URL(fileURLWithPath: path)) == document else {
            throw InputError("other-document", "\(path) holds other bytes than were issued; move it away")
        }
        return false
    }
}
