import Crypto
package import Foundation
import GRDB
package import MessageSchema

/// Where a service's record stood, signed: kept elsewhere, it shows later that nothing before it was changed.
///
/// The hash chains say what was written; whoever can write the database could write them anew. A seal that is out of that
/// person's hands cannot be. Source: Ed25519 (RFC 8032) over the JSON with keys in order.
package struct Seal: Codable, Hashable, Sendable {
    /// Where one stream stood.
    package struct Head: Codable, Hashable, Sendable {
        package let stream: String
        package let sequence: UInt64
        /// SHA-256 of the last record, 64 hexadecimal digits.
        package let hash: String
    }

    package let service: String
    /// Journal entries, and the chain after the last of them.
    package let entries: Int64
    package let chain: String
    package let heads: [Head]
    /// When it was taken, as the taker's clock said: CloudEvents time.
    package let taken: String
    /// Base64; nil until it is signed.
    package private(set) var signature: String?

    /// Takes the seal of the database at `path`, whose service may be at work. Errors: `store-missing`; GRDB's.
    package init(of service: ServiceName, path: String, taken: String) throws {
        self.service = service.rawValue
        self.taken = taken
        (entries, chain, heads) = try ServiceStore.readOnly(path: path) { db in
            let row = try Row.fetchOne(db, sql: "SELECT last, chain FROM journal ORDER BY entry DESC LIMIT 1")
            let chain = try row.map { try RecordHash($0["chain"] as Data) } ?? .none
            let heads = try service.streams.map { stream in
                let head = try Outbox.head(stream, db)
                return Head(stream: stream.rawValue, sequence: head.sequence, hash: "\(head.hash)")
            }
            return (row?["last"] ?? 0, "\(chain)", heads)
        }
    }

    private var signed: Data {
        get throws {
            var seal = self
            seal.signature = nil
            let encoder = JSONEncoder()
            encoder.outputFormatting = .sortedKeys
            return try encoder.encode(seal)
        }
    }

    /// Signs with the private key of 32 bytes. Errors: swift-crypto's where it is no key.
    package mutating func sign(with key: Data) throws {
        signature = try Curve25519.Signing.PrivateKey(rawRepresentation: key).signature(for: signed)
            .base64EncodedString()
    }

    /// Whether the holder of that public key of 32 bytes signed it. Errors: swift-crypto's where it is no key.
    package func isSigned(by key: Data) throws -> Bool {
        guard let signature = signature.flatMap({ Data(base64Encoded: $0) }) else { return false }
        return try Curve25519.Signing.PublicKey(rawRepresentation: key).isValidSignature(signature, for: signed)
    }

    /// A new private key, and the public one that belongs to it: 32 bytes each.
    package static func drawKey() -> (secret: Data, open: Data) {
        let key = Curve25519.Signing.PrivateKey()
        return (key.rawRepresentation, key.publicKey.rawRepresentation)
    }

    /// What in the database at `path` is not as it was sealed; empty where nothing was changed. All rows are read.
    ///
    /// Errors: `store-missing`; GRDB's. A journal that is not whole in itself is a difference, not an error.
    package func differences(path: String) throws -> [String] {
        try ServiceStore.readOnly(path: path) { db in
            var found: [String] = []
            do {
                let chain = try Journal.chain(after: entries, db)
                if chain.map({ "\($0)" }) != self.chain {
                    found.append("the journal's first \(entries) entries are not those that were sealed")
                }
            } catch let error as StoreError { found.append(error.message) }
            // Records that are not kept any more stand in the journals of those who read them, which have seals of their own.
            for head in heads where try head.sequence >= Outbox.first(StreamName(named: head.stream), db) {
                let record = try Outbox.page(StreamName(named: head.stream), from: head.sequence, limit: 1, db).first
                if record.map({ "\(RecordHash.of($0))" }) != head.hash {
                    found.append("\(head.stream) \(head.sequence) is not the record that was sealed")
                }
            }
            return found
        }
    }
}
