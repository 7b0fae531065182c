package import Foundation

/// An XML signature within a CAP document 内嵌签名, as CAP 1.2, 3.3.2.1, has it: enveloped, the last element of the alert, over all the rest.
///
/// Source: W3C XML Signature Syntax and Processing 1.1 (xmldsig-core1) and Exclusive XML Canonicalization 1.0; RFC 9231, 2.3.12, for
/// Ed25519. Only documents as `CAPAlert.encoded` writes them are signed: they are canonical but for their declaration, the end of their last
/// line and the form of a carriage return. Keys and digests are the caller's.
package struct CAPSignature: Hashable, Sendable {
    /// How it is signed; the raw value is the identifier in the document.
    package enum Algorithm: String, Sendable {
        /// P-256 over SHA-256: r and s, 32 bytes each (xmldsig-core1, 6.4.3).
        case ecdsaP256 = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"
        /// Ed25519 (RFC 8032): 64 bytes.
        case ed25519 = "http://www.w3.org/2021/04/xmldsig-more#eddsa-ed25519"
    }

    /// What stands before the 32 bytes of an Ed25519 key in its DER form (RFC 8410, section 4).
    package static let ed25519Head: [UInt8] = [
        0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00,
    ]

    private static let core = "http://www.w3.org/2000/09/xmldsig#"
    private static let core11 = "http://www.w3.org/2009/xmldsig11#"
    private static let canonical = "http://www.w3.org/2001/10/xml-exc-c14n#"
    private static let digest = "http://www.w3.org/2001/04/xmlenc#sha256"

    /// The document without a signature, canonical: the reference's digest is its SHA-256.
    package let content: Data
    /// What precedes the signature in the document; the alert's end tag follows.
    private let head: Data
    private let algorithm: Algorithm

    /// Takes a document that has no signature yet.
    ///
    /// Errors: `other-form` for one that `CAPAlert.encoded` would write otherwise, and those of `CAPDecoder` for one that it cannot read.
    package init(of document: Data, by algorithm: Algorithm) throws(CAPError) {
        let alerts = try CAPDecoder.decode(document)
        guard alerts.count == 1, alerts[0].alert?.encoded() == document else {
            throw CAPError(.otherForm, "the document is not as this service writes it; sign one that it issued")
        }
        let text = String(decoding: document, as: UTF8.self)
        let (declaration, end) = (MarkupWriter.declaration, "</alert>\n")
        head = Data(text.utf8.dropLast(end.utf8.count))
        // An ampersand in a text is a reference itself: these five characters are a carriage return, and nothing else.
        content = Data(text.dropFirst(declaration.count).dropLast().replacing("&#13;", with: "&#xD;").utf8)
        self.algorithm = algorithm
    }

    /// Takes a signature of this form off a document: the document as it was signed, and the signature's value.
    ///
    /// Whether the rest of the signature is right shows when `document(digest:signature:publicKey:)` gives the same bytes again.
    /// Errors: `other-form` where there is no such signature.
    package static func take(off signed: Data) throws(CAPError) -> (document: Data, signature: Data) {
        let text = String(decoding: signed, as: UTF8.self)
        let (start, end) = ("<Signature xmlns=\"\(core)\">", "</alert>\n")
        guard let head = text.range(of: start, options: .backwards)?.lowerBound, text.hasSuffix(end),
            let opening = text.range(of: "<SignatureValue>", range: head..<text.endIndex)?.upperBound,
            let closing = text.range(of: "</SignatureValue>", range: opening..<text.endIndex)?.lowerBound,
            let signature = Data(base64Encoded: String(text[opening..<closing]))
        else {
            throw CAPError(.otherForm, "the document holds no signature as this service writes it; try xmlsec1")
        }
        return (Data((text[..<head] + end).utf8), signature)
    }

    /// What is signed, `SignedInfo` in its canonical form; `digest` is the SHA-256 of `content`.
    package func signedInfo(digest: Data) -> Data {
        Data(
            Self.element(
                "SignedInfo",
                namespace: Self.core,
                Self.method("CanonicalizationMethod", Self.canonical)
                    + Self.method("SignatureMethod", algorithm.rawValue)
                    + "<Reference URI=\"\">"
                    + Self.element(
                        "Transforms",
                        Self.method("Transform", Self.core + "enveloped-signature")
                            + Self.method("Transform", Self.canonical)
                    )
                    + Self.method("DigestMethod", Self.digest)
                    + Self.element("DigestValue", digest.base64EncodedString())
                    + "</Reference>"
            ).utf8
        )
    }

    /// The document with the signature in it.
    ///
    /// `signature` is that of `signedInfo(digest:)`; `publicKey` the point of P-256, 04 and both coordinates (SEC 1, 2.3.3), or the 32 bytes of
    /// Ed25519. A reader trusts no key because it stands there, and finds by it which of his own it is.
    package func document(digest: Data, signature: Data, publicKey: Data) -> Data {
        let text = Self.element(
            "Signature",
            namespace: Self.core,
            String(decoding: signedInfo(digest: digest), as: UTF8.self)
                + Self.element("SignatureValue", signature.base64EncodedString())
                + Self.element("KeyInfo", keyInformation(publicKey))
        )
        return head + Data((text + "</alert>\n").utf8)
    }

    /// `ECKeyValue` (xmldsig-core1, 4.5.2.3); Ed25519 has no form of its own there, so `DEREncodedKeyValue` (4.5.9) with RFC 8410's.
    private func keyInformation(_ publicKey: Data) -> String {
        switch algorithm {
        case .ecdsaP256:
            let curve = "<NamedCurve URI=\"urn:oid:1.2.840.10045.3.1.7\"></NamedCurve>"
            let point = Self.element("PublicKey", publicKey.base64EncodedString())
            return Self.element("KeyValue", Self.element("ECKeyValue", namespace: Self.core11, curve + point))
        case .ed25519:
            let value = (Data(Self.ed25519Head) + publicKey).base64EncodedString()
            return Self.element("DEREncodedKeyValue", namespace: Self.core11, value)
        }
    }

    // MARK: canonical by construction: end tags written out, double quotes, no white space, nothing that needs an escape

    private static func element(_ name: String, namespace: String? = nil, _ content: String) -> String {
        "<\(name)\(namespace.map { " xmlns=\"\($0)\"" } ?? "")>\(content)</\(name)>"
    }

    private static func method(_ name: String, _ algorithm: String) -> String {
        "<\(name) Algorithm=\"\(algorithm)\"></\(name)>"
    }
}
