import Foundation
import MessageSchema
import MonitoringCodecs
import TestSupport
import Testing

/// The CAP 1.2 documents of the recorded flood, judged by others: OASIS's schema, and a script that knows the standard's meaning.
@Suite struct CAPTests {
    static let schema = Checkout.root.path + "/../shared/vectors/cap/CAP-v1.2.xsd"

    @Test(.enabled(if: FileManager.default.fileExists(atPath: schema), "../shared holds the schema"))
    func `every document is right by schema and by meaning, and a spoilt one is found`() throws {
        let suite = try SuiteProcesses()
        _ = try suite.play()
        suite.stop()
        let documents = try suite.outbox(.monitoring).compactMap(Self.document)
        let paths = try documents.enumerated().map { (number, text) in
            let path = suite.folder.path + "/\(1000 + number).xml"
            try Data(text.utf8).write(to: URL(fileURLWithPath: path))
            return path
        }
        #expect(documents.count > 50)
        #expect(try Self.run("xmllint", ["--noout", "--schema", Self.schema] + paths).status == 0)
        let script = Checkout.root.path + "/Tests/Integration/check_cap.py"
        let meaning = try Self.run("python3", [script, "Exercise"] + paths)
        #expect(meaning.output == "\(documents.count) documents\n")
        // Each can be signed within: its canonical form is the one that libxml2 finds.
        for (document, path) in zip(documents, paths) {
            let canonical = try CAPSignature(of: Data(document.utf8), by: .ecdsaP256).content
            #expect(try Self.run("xmllint", ["--exc-c14n", path]).output == String(decoding: canonical, as: UTF8.self))
        }
        // The controls: a document sent twice, and one without its event.
        #expect(try Self.run("python3", [script, "Exercise", paths[0], paths[0]]).output.contains("used before"))
        let spoilt = documents[0].replacing("<category>Met</category>", with: "")
        try #require(spoilt != documents[0])
        try Data(spoilt.utf8).write(to: URL(fileURLWithPath: paths[0]))
        #expect(try Self.run("xmllint", ["--noout", "--schema", Self.schema, paths[0]]).status != 0)
    }

    /// The document that a record carries; nil for records without.
    static func document(_ bytes: Data) throws -> String? {
        let envelope = try Envelope.decode(bytes)
        let document: Data
        switch envelope.type {
        case WarningIssued.type: document = try WarningIssued.decode(envelope.payload).capDocument
        case WarningUpdated.type: document = try WarningUpdated.decode(envelope.payload).capDocument
        case WarningCancelled.type: document = try WarningCancelled.decode(envelope.payload).capDocument
        default: return nil
        }
        return document.isEmpty ? nil : String(decoding: document, as: UTF8.self)
    }

    static func run(_ tool: String, _ arguments: [String]) throws -> (status: Int32, output: String) {
        let (process, pipe) = (Process(), Pipe())
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [tool] + arguments
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: output, as: UTF8.self))
    }
}
