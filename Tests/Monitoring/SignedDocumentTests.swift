import Foundation
import MessageSchema
import MonitoringService
import ServiceKit
import TestSupport
import Testing

/// Documents beside their signatures, made with keys of openssl's and verified by openssl.
@Suite struct SignedDocumentTests {
    static func openssl(_ arguments: [String]) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["openssl"] + arguments
        (process.standardOutput, process.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }

    enum Kind: CaseIterable {
        case ed25519, p256

        func makeKey(_ path: String) throws {
            let parameters =
                switch self {
                case .ed25519: ["-algorithm", "ed25519"]
                case .p256: ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"]
                }
            #expect(try openssl(["genpkey", "-out", path] + parameters) == 0)
            #expect(try openssl(["pkey", "-in", path, "-pubout", "-out", path + ".pub"]) == 0)
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        }

        func verifies(_ document: String, key: String) throws -> Bool {
            switch self {
            case .ed25519:
                try openssl([
                    "pkeyutl", "-verify", "-pubin", "-inkey", key + ".pub", "-rawin", "-in", document, "-sigfile",
                    document + ".sig",
                ]) == 0
            case .p256:
                try openssl(["dgst", "-sha256", "-verify", key + ".pub", "-signature", document + ".sig", document])
                    == 0
            }
        }
    }

    /// A database with a warning issued and cleared: two documents.
    static func played() throws -> RecordingRig {
        typealias Service = HandWarningServiceTests
        let rig = try Service.rig()
        #expect(try rig.order(Service.draft(), by: "p-li", at: Service.at(0)) == "")
        let warning = try #require(try rig.messages(WarningDrafted.self).first).content.warning
        #expect(try rig.order(Service.approve(warning, 1), by: "p-wang", at: Service.at(1)) == "")
        var clear = ClearWarning()
        clear.warning = warning
        #expect(try rig.order(clear, by: "p-wang", at: Service.at(2)) == "")
        try FileManager.default.createSymbolicLink(
            atPath: rig.folder.path + "/monitoring.db",
            withDestinationPath: rig.folder.path + "/m.db"
        )
        return rig
    }

    @Test(arguments: Kind.allCases)
    func `each document as issued is verified by openssl, and a changed one is not`(kind: Kind) throws {
        let rig = try Self.played()
        let (key, folder) = (rig.folder.path + "/cap.key", rig.folder.path + "/cap")
        try kind.makeKey(key)
        #expect(try MonitoringCore.writeDocuments(data: rig.folder.path, to: folder, key: key) == 2)
        let issued = try #require(try rig.messages(WarningIssued.self).first)
        let cleared = try #require(try rig.messages(WarningCancelled.self).first)
        let path = "\(folder)/\(issued.capIdentifier).xml"
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == issued.capDocument)
        #expect(try kind.verifies(path, key: key))
        #expect(try kind.verifies("\(folder)/\(cleared.capIdentifier).xml", key: key))
        // Again: nothing new, and the signature stands.
        let signature = try Data(contentsOf: URL(fileURLWithPath: path + ".sig"))
        #expect(try MonitoringCore.writeDocuments(data: rig.folder.path, to: folder, key: key) == 0)
        #expect(try Data(contentsOf: URL(fileURLWithPath: path + ".sig")) == signature)
        // One letter.
        let spoilt = String(decoding: issued.capDocument, as: UTF8.self).replacing("Gusts", with: "Dusts")
        try Data(spoilt.utf8).write(to: URL(fileURLWithPath: path))
        #expect(try !kind.verifies(path, key: key))
        let error = #expect(throws: InputError.self) {
            try MonitoringCore.writeDocuments(data: rig.folder.path, to: folder, key: key)
        }
        #expect(error?.code == "other-document")
        // The key is in no file of the service.
        let secret = try Data(contentsOf: URL(fileURLWithPath: key)).suffix(60).prefix(20)
        for file in ["m.db", "m.db-wal"] where FileManager.default.fileExists(atPath: rig.folder.path + "/" + file) {
            #expect(try Data(contentsOf: URL(fileURLWithPath: rig.folder.path + "/" + file)).range(of: secret) == nil)
        }
    }

    @Test func `a key that others may read, or that is none, is refused`() throws {
        let rig = try Self.played()
        let (key, folder) = (rig.folder.path + "/cap.key", rig.folder.path + "/cap")
        func code() throws -> String? {
            #expect(throws: InputError.self) {
                try MonitoringCore.writeDocuments(data: rig.folder.path, to: folder, key: key)
            }?.code
        }
        try Kind.ed25519.makeKey(key)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: key)
        #expect(try code() == "open-key")
        #expect(
            try Self.openssl(["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384", "-out", key]) == 0
        )
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: key)
        #expect(try code() == "bad-key")
        // Without a key the documents alone are written.
        #expect(try MonitoringCore.writeDocuments(data: rig.folder.path, to: folder, key: nil) == 2)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).allSatisfy { $0.hasSuffix(".xml") })
    }
}
