import Foundation
import MessageSchema
import MonitoringCodecs
import MonitoringService
import ServiceKit
import TestSupport
import Testing

/// Signatures within CAP documents, judged by others: xmlsec1 verifies, xmllint (libxml2) canonicalizes, openssl makes keys and digests.
@Suite struct EnvelopedSignatureTests {
    private typealias Kind = SignedDocumentTests.Kind
    static let schema = Checkout.root.path + "/../shared/vectors/cap/CAP-v1.2.xsd"
    private static let space = "http://www.w3.org/2000/09/xmldsig#"

    /// What a program prints, and whether it was content.
    static func run(_ program: String, _ arguments: [String]) throws -> (ok: Bool, output: Data) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [program] + arguments
        let said = Pipe()
        (process.standardOutput, process.standardError) = (said, FileHandle.nullDevice)
        try process.run()
        let output = try said.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus == 0, output)
    }

    /// Signs what was issued with a new key; the folder holds `cap.key.pub`, and the documents stand in `cap`.
    private static func signed(_ kind: Kind) throws -> (rig: RecordingRig, documents: [String]) {
        let rig = try SignedDocumentTests.played()
        let (key, folder) = (rig.folder.path + "/cap.key", rig.folder.path + "/cap")
        try kind.makeKey(key)
        let written = try MonitoringCore.writeDocuments(
            data: rig.folder.path,
            to: folder,
            key: key,
            signature: .enveloped
        )
        #expect(written == 2)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".signed.xml") }
        return (rig, names.sorted().map { "\(folder)/\($0)" })
    }

    private static func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

    private static func write(_ text: String, _ path: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    }

    /// What stands between two texts, both left out.
    private static func between(_ one: String, _ other: String, in text: String) throws -> String {
        let start = try #require(text.range(of: one)?.upperBound)
        let end = try #require(text.range(of: other, range: start..<text.endIndex)?.lowerBound)
        return String(text[start..<end])
    }

    @Test func `xmlsec1 verifies a document signed by P-256, and refuses one that was changed anywhere`() throws {
        let (rig, documents) = try Self.signed(.p256)
        #expect(documents.count == 2)
        let key = rig.folder.path + "/cap.key.pub"
        func verifies(_ path: String) throws -> Bool {
            try Self.run("xmlsec1", ["--verify", "--pubkey-pem", key, path]).ok
        }
        for document in documents { #expect(try verifies(document)) }
        let text = try Self.text(documents[0])
        let changed = rig.folder.path + "/changed.xml"
        for (right, wrong) in [
            ("Gusts", "Dusts"), ("<category>Met", "<category>Geo"), ("URI=\"\"", "URI=\"#a\""), ("</info>", "</info> "),
            ("<DigestValue>", "<DigestValue>A"), ("<SignatureValue>", "<SignatureValue>A"),
        ] {
            let spoilt = text.replacing(right, with: wrong, maxReplacements: 1)
            try #require(spoilt != text)
            try Self.write(spoilt, changed)
            #expect(try !verifies(changed), "\(wrong)")
        }
        // Another one's key.
        try Kind.p256.makeKey(rig.folder.path + "/cap.key")
        #expect(try !verifies(documents[0]))
    }

    @Test(arguments: SignedDocumentTests.Kind.allCases)
    func `digest, signature and key are what others find over the canonical forms`(kind: SignedDocumentTests.Kind)
        throws
    {
        let (rig, documents) = try Self.signed(kind)
        let (text, folder) = (try Self.text(documents[0]), rig.folder.path)
        // The alert without its signature, canonicalized by libxml2.
        let signature = try Self.between("<Signature xmlns", "</alert>", in: text)
        try Self.write(text.replacing("<Signature xmlns" + signature, with: ""), folder + "/bare.xml")
        let canonical = try Self.run("xmllint", ["--exc-c14n", folder + "/bare.xml"])
        try canonical.output.write(to: URL(fileURLWithPath: folder + "/bare.c14n"))
        let digest = try Self.run("openssl", ["dgst", "-sha256", "-binary", folder + "/bare.c14n"]).output
        #expect(try Self.between("<DigestValue>", "</DigestValue>", in: text) == digest.base64EncodedString())
        // What was signed, as it stands within its signature.
        let inner = try Self.between("<SignedInfo", "</SignedInfo>", in: text)
        try Self.write("<SignedInfo\(inner)</SignedInfo>", folder + "/signed")
        #expect(
            try Self.run("xmllint", ["--exc-c14n", folder + "/signed"]).output
                == Data(try Self.text(folder + "/signed").utf8)
        )
        let value = try #require(
            Data(base64Encoded: try Self.between("<SignatureValue>", "</SignatureValue>", in: text))
        )
        #expect(value.count == 64)
        // The key as the document has it is the one of the file.
        let key = try Self.run("openssl", ["pkey", "-pubin", "-in", folder + "/cap.key.pub", "-outform", "DER"]).output
        switch kind {
        case .p256:
            #expect(try Self.between("<PublicKey>", "</PublicKey>", in: text) == key.suffix(65).base64EncodedString())
        case .ed25519:
            #expect(text.contains(">\(key.base64EncodedString())</DEREncodedKeyValue>"))
            try value.write(to: URL(fileURLWithPath: folder + "/signed.sig"))
            #expect(try kind.verifies(folder + "/signed", key: folder + "/cap.key"))
        }
    }

    @Test(arguments: SignedDocumentTests.Kind.allCases)
    func `this service verifies what it signed with either key, and nothing that was changed`(
        kind: SignedDocumentTests.Kind
    ) throws {
        let (rig, documents) = try Self.signed(kind)
        let (key, changed) = (rig.folder.path + "/cap.key.pub", rig.folder.path + "/changed.xml")
        for document in documents { #expect(try MonitoringCore.verifyDocument(document, key: key)) }
        let text = try Self.text(documents[0])
        let value = try Self.between("<SignatureValue>", "</SignatureValue>", in: text)
        let flipped = (value.hasPrefix("A") ? "B" : "A") + value.dropFirst()
        for (right, wrong) in [
            ("Gusts", "Dusts"), ("<DigestValue>", "<DigestValue>A"), ("URI=\"\"", "URI=\"#a\""), (value, flipped),
            (value, ""), ("<KeyInfo>", "<KeyInfo> "),
        ] {
            try Self.write(text.replacing(right, with: wrong), changed)
            #expect(try !MonitoringCore.verifyDocument(changed, key: key), "\(wrong)")
        }
        // Without a signature, or beside what this service writes, nothing is said of it.
        for (right, wrong) in [
            ("<SignatureValue>", "<SignatureValue>%"), ("</info>", "</info> "), ("Signature xmlns", "Signature  xmlns"),
        ] {
            try Self.write(text.replacing(right, with: wrong), changed)
            let error = #expect(throws: CAPError.self) { try MonitoringCore.verifyDocument(changed, key: key) }
            #expect(error?.code == .otherForm)
        }
        for other in SignedDocumentTests.Kind.allCases {
            try other.makeKey(rig.folder.path + "/other.key")
            #expect(try !MonitoringCore.verifyDocument(documents[0], key: rig.folder.path + "/other.key.pub"))
        }
        #expect(throws: InputError.self) { try MonitoringCore.verifyDocument(documents[0], key: documents[0]) }
    }

    @Test(arguments: SignedDocumentTests.Kind.allCases)
    func `a signed document is still valid by the schema, reads the same, and says that it is signed`(
        kind: SignedDocumentTests.Kind
    ) throws {
        let (rig, documents) = try Self.signed(kind)
        // The folder goes with it.
        defer { withExtendedLifetime(rig) {} }
        for path in documents {
            let signed = try Data(contentsOf: URL(fileURLWithPath: path))
            let issued = try Data(contentsOf: URL(fileURLWithPath: path.replacing(".signed.xml", with: ".xml")))
            let reading = try #require(try CAPDecoder.decode(signed).first)
            #expect(reading.isSigned && reading.isSound)
            #expect(reading.alert == (try CAPDecoder.decode(issued).first?.alert))
            guard FileManager.default.fileExists(atPath: Self.schema) else { continue }
            #expect(try Self.run("xmllint", ["--noout", "--schema", Self.schema, path]).ok)
        }
    }

    @Test func `texts with every character that is escaped have the canonical form that libxml2 finds`() throws {
        let sent = try #require(CAPTime("2026-07-01T08:00:00+08:00"))
        var alert = CAPAlert(identifier: "1", sender: "a", sent: sent, status: .actual, messageType: .alert)
        alert.note = "a\r\nb\tc & <d> ]]> \"e\" 'f' &#13; 山洪 𠀀 \u{7F} \u{FFFD}"
        alert.codes = ["", "\r"]
        let signature = try CAPSignature(of: alert.encoded(), by: .ed25519)
        let folder = try TemporaryFolder()
        try alert.encoded().write(to: URL(fileURLWithPath: folder.path + "/a.xml"))
        let canonical = try Self.run("xmllint", ["--exc-c14n", folder.path + "/a.xml"]).output
        #expect(signature.content == canonical)
        #expect(String(decoding: canonical, as: UTF8.self).contains("a&#xD;\nb\tc &amp; &lt;d&gt; ]]&gt;"))
    }

    @Test func `what this service would write otherwise is not signed`() throws {
        let sent = try #require(CAPTime("2026-07-01T08:00:00+08:00"))
        let alert = CAPAlert(identifier: "1", sender: "a", sent: sent, status: .actual, messageType: .alert)
        let text = String(decoding: alert.encoded(), as: UTF8.self)
        let digest = Data(repeating: 0, count: 32)
        let signed = try CAPSignature(of: alert.encoded(), by: .ed25519)
            .document(digest: digest, signature: Data(), publicKey: Data())
        for other in [
            text.replacing("<alert ", with: "<alert  "), text.replacing("</alert>", with: "<!-- --></alert>"),
            text.replacing("<sender>a</sender>", with: "<sender>&#97;</sender>"), String(text.dropLast()),
            String(decoding: signed, as: UTF8.self),
        ] {
            let error = #expect(throws: CAPError.self) { try CAPSignature(of: Data(other.utf8), by: .ecdsaP256) }
            #expect(error?.code == .otherForm)
        }
        #expect(throws: CAPError.self) { try CAPSignature(of: Data("no document".utf8), by: .ed25519) }
    }

    @Test func `a signature that stands is not made anew, and both forms stand beside each other`() throws {
        let (rig, documents) = try Self.signed(.p256)
        let first = try Self.text(documents[0])
        let (key, folder) = (rig.folder.path + "/cap.key", rig.folder.path + "/cap")
        for form in SignatureForm.allCases {
            let again = try MonitoringCore.writeDocuments(data: rig.folder.path, to: folder, key: key, signature: form)
            #expect(again == 0)
        }
        #expect(try Self.text(documents[0]) == first)
        let plain = documents[0].replacing(".signed.xml", with: ".xml")
        #expect(try Kind.p256.verifies(plain, key: key))
    }
}
