import CommandCenterService
import Foundation
import ServiceKit
import TestSupport
import Testing

@Suite struct ConfigurationTests {
    @Test func `the configuration that is shipped is accepted`() throws {
        let path = Checkout.root.path + "/compose/configuration/command-center.yaml"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        #expect(try CommandCenterCore(configuration: YAMLValue(text: text, file: path)).jurisdiction == "152202")
    }

    /// What is changed in a sound file, and the line at which the complaint must stand.
    @Test(arguments: [
        ("attempts: 2", "attempts: 0", 18), ("attempts: 2", "tries: 2", 18),
        ("ringing_for: 60s", "ringing_for: 0s", 17),
        ("preemptive_from: 200", "preemptive_from: 256", 19), ("p-he }", "p-he, post: x }", 7),
        ("participant: u-he", "participant: u-zhao", 7), ("participant: cam-2", "participant: u-zhao", 12),
        ("participant: u-he", "participant: \"u he\"", 7), ("15220200001320000002", "15220200001320000001", 12),
        ("15220200001320000002", "15220200002000000002", 12), ("15220200001320000002", "1522020000132000000", 12),
        ("1522021002", "1522021001", 15), ("position: [5, 5]", "position: [95, 5]", 15),
        ("person: p-gateway", "person: p-sun", 4),
    ])
    func `a mistake is refused with file, line and remedy`(sound: String, mistaken: String, line: Int) {
        let text = Center.configuration.replacingOccurrences(of: sound, with: mistaken)
        #expect {
            _ = try CommandCenterCore(configuration: YAMLValue(text: text, file: "c.yaml"))
        } throws: { error in
            guard let error = error as? ConfigurationError else { return false }
            #expect(error.line == line, "\(error)")
            return error.file == "c.yaml" && !error.remedy.isEmpty
        }
    }
}
