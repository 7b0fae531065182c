import Crypto
import Foundation
import MonitoringCodecs
import ServiceKit

/// Where a document's signature stands.
package enum SignatureForm: String, CaseIterable, Sendable {
    /// In a file of its own, over the document byte for byte.
    case detached
    /// Within a copy of the document, as CAP 1.2, 3.3.2.1, has it.
    case enveloped
}

/// Signs documents: as they are, byte for byte, beside them; or in their canonical form, within them.
///
/// The secret key is a PEM file in PKCS #8 (RFC 5958), as `openssl genpkey` writes it: of Ed25519 (RFC 8032), whose signature
/// is 64 bytes over the document, or of P-256 (FIPS 186-5), whose signature is DER over its SHA-256. It is read from its
/// file where documents are written out, and enters neither journal nor database.
enum DocumentSigner {
    case ed25519(Curve25519.Signing.PrivateKey)
    case p256(P256.Signing.PrivateKey)

    /// What stands before the 32 bytes of an Ed25519 key: version, algorithm 1.3.101.112, and the lengths (RFC 8410, section 7).
    private static let ed25519Head: [UInt8] = [
        0x30, 0x2E, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
    ]

    /// Reads the key. Errors: `InputError` where others may read the file, or where it is no such key.
    init(path: String) throws {
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int ?? 0
        guard mode & 0o077 == 0 else {
            throw InputError("open-key", "others may read the secret key \(path); run `chmod 600 \(path)`")
        }
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let body = text.split(whereSeparator: \.isNewline).filter { !$0.hasPrefix("-----") }.joined()
        let key = Data(base64Encoded: body) ?? Data()
        do {
            if key.count == 48, key.starts(with: Self.ed25519Head) {
                self = .ed25519(try Curve25519.Signing.PrivateKey(rawRepresentation: key.suffix(32)))
            } else {
                self = .p256(try P256.Signing.PrivateKey(pemRepresentation: text))
            }
        } catch {
            throw InputError(
                "bad-key",
                "\(path) is no key of Ed25519 or P-256; make one with `openssl genpkey -algorithm ed25519 -out \(path)`"
            )
        }
    }

    /// The document with its signature within.
    ///
    /// Errors: `CAPError` with the code `other-form` for a document that this service would write otherwise.
    func enveloped(_ document: Data) throws -> Data {
        switch self {
        case .ed25519(let key):
            try Self.enveloped(document, .ed25519, key.publicKey.rawRepresentation) { try key.signature(for: $0) }
        case .p256(let key):
            try Self.enveloped(document, .ecdsaP256, key.publicKey.x963Representation) {
                try key.signature(for: $0).rawRepresentation
            }
        }
    }

    private static func enveloped(
        _ document: Data,
        _ algorithm: CAPSignature.Algorithm,
        _ publicKey: Data,
        sign: (Data) throws -> Data
    ) throws -> Data {
        let unsigned = try CAPSignature(of: document, by: algorithm)
        let digest = Data(SHA256.hash(data: unsigned.content))
        let signature = try sign(unsigned.signedInfo(digest: digest))
        return unsigned.document(digest: digest, signature: signature, publicKey: publicKey)
    }

    /// The signature of those bytes.
    func signature(of document: Data) throws -> Data {
        switch self {
        case .ed25519(let key): try key.signature(for: document)
        case .p256(let key): try key.signature(for: document).derRepresentation
        }
    }
}
