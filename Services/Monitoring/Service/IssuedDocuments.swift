import Foundation
import MessageSchema
import ServiceKit
import ServiceStore

extension MonitoringCore {
    /// Writes every CAP document that was issued, and is kept in the outbox, as `IDENTIFIER.xml` into the folder, byte for byte as
    /// issued; with a key, its signature beside it: detached as `IDENTIFIER.xml.sig`, or enveloped in a copy, `IDENTIFIER.signed.xml`.
    /// Gives how many documents it wrote.
    ///
    /// What stands there already stays: a document with other bytes is an error, a signature that stands is not made anew.
    /// Errors: `StoreError` where there is no database, `InputError` for a key that is none or a document that differs, `CAPError` for one
    /// that an older service wrote in another form, which only a detached signature fits.
    package static func writeDocuments(
        data: String,
        to folder: String,
        key: String?,
        signature form: SignatureForm = .detached
    ) throws -> Int {
        let signer = try key.map { try DocumentSigner(path: $0) }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        return try ServiceStore.readOnly(path: "\(data)/\(name.rawValue).db") { db in
            var written = 0
            try Outbox.forEach(.monitoring, db) { _, bytes in
                guard let (identifier, document) = try issued(Envelope.decode(bytes)) else { return }
                let path = "\(folder)/\(identifier).xml"
                if try write(document, to: path) { written += 1 }
                guard let signer else { return }
                let signed = form == .detached ? path + ".sig" : "\(folder)/\(identifier).signed.xml"
                guard !FileManager.default.fileExists(atPath: signed) else { return }
                let bytes =
                    switch form {
                    case .detached: try signer.signature(of: document)
                    case .enveloped: try signer.enveloped(document)
                    }
                try bytes.write(to: URL(fileURLWithPath: signed), options: .atomic)
            }
            return written
        }
    }

    /// Whether the signature within the document at `path` is of the public key in the file `key`, and nothing was changed since.
    ///
    /// Errors: Foundation's for a file that is not there, `InputError` for a key that is none, `CAPError` for a document whose signature has
    /// another form than this service writes.
    package static func verifyDocument(_ path: String, key: String) throws -> Bool {
        try DocumentVerifier(path: key).verifies(enveloped: Data(contentsOf: URL(fileURLWithPath: path)))
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
