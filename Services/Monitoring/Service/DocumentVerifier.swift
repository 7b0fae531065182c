import Crypto
import Foundation
import MonitoringCodecs
import ServiceKit

/// Verifies documents with a public key in PEM (SubjectPublicKeyInfo), as `openssl pkey -pubout` writes it.
enum DocumentVerifier {
    case ed25519(Curve25519.Signing.PublicKey)
    case p256(P256.Signing.PublicKey)

    /// Reads the key. Errors: `InputError` where it is no such key.
    init(path: String) throws {
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let body = text.split(whereSeparator: \.isNewline).filter { !$0.hasPrefix("-----") }.joined()
        let key = Data(base64Encoded: body) ?? Data()
        do {
            if key.count == 44, key.starts(with: CAPSignature.ed25519Head) {
                self = .ed25519(try Curve25519.Signing.PublicKey(rawRepresentation: key.suffix(32)))
            } else {
                self = .p256(try P256.Signing.PublicKey(pemRepresentation: text))
            }
        } catch {
            throw InputError(
                "bad-key",
                "\(path) is no public key of Ed25519 or P-256; make it with `openssl pkey -in cap.key -pubout`"
            )
        }
    }

    /// Whether the signature within the document is this key's, over all of it.
    ///
    /// Errors: `CAPError` with the code `other-form` for a document or a signature that this service would write otherwise.
    func verifies(enveloped signed: Data) throws -> Bool {
        let (document, signature) = try CAPSignature.take(off: signed)
        switch self {
        case .ed25519(let key):
            return try Self.verifies(signed, document, signature, .ed25519, key.rawRepresentation) {
                key.isValidSignature(signature, for: $0)
            }
        case .p256(let key):
            guard let pair = try? P256.Signing.ECDSASignature(rawRepresentation: signature) else { return false }
            return try Self.verifies(signed, document, signature, .ecdsaP256, key.x963Representation) {
                key.isValidSignature(pair, for: $0)
            }
        }
    }

    /// The signature is written anew around its value: what then differs was changed.
    private static func verifies(
        _ signed: Data,
        _ document: Data,
        _ signature: Data,
        _ algorithm: CAPSignature.Algorithm,
        _ publicKey: Data,
        isValid: (Data) -> Bool
    ) throws -> Bool {
        let unsigned = try CAPSignature(of: document, by: algorithm)
        let digest = Data(SHA256.hash(data: unsigned.content))
        guard unsigned.document(digest: digest, signature: signature, publicKey: publicKey) == signed else {
            return false
        }
        return isValid(unsigned.signedInfo(digest: digest))
    }
}
