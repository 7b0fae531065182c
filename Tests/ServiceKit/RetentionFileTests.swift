import Foundation
import MessageSchema
import ServiceKit
import ServiceStore
import TestSupport
import Testing

/// The file that says how long records are kept.
@Suite struct RetentionFileTests {
    private func policies(_ text: String) throws -> RetentionPolicies {
        let folder = try TemporaryFolder()
        let path = folder.path + "/retention.yaml"
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        return try RetentionPolicies(path: path)
    }

    @Test func `the shipped file is read, and a stream that is not named is kept for ever`() throws {
        let policies = try RetentionPolicies(path: Checkout.root.path + "/compose/configuration/retention.yaml")
        #expect(
            policies[.observation]
                == RetentionPolicy(age: .seconds(90 * 86_400), bytes: 8_000_000_000, cap: 32_000_000_000)
        )
        #expect(policies[.assessment].keepsAll)
    }

    @Test(arguments: [
        ("streams: { montoring: { age: 3d } }", 1, "no stream is called"),
        ("streams:\n  dispatch: { ages: 3d }", 2, "unknown key 'ages'"),
        ("streams:\n  dispatch: { bytes: 3 TB }", 2, "not a size"),
        ("streams:\n  dispatch: { bytes: 3 GB, cap: 1 GB }", 2, "the cap is below the size"),
    ])
    func `a mistake is refused with line and remedy`(text: String, line: Int, says: String) throws {
        #expect { _ = try policies(text) } throws: { error in
            guard let error = error as? ConfigurationError else { return false }
            return error.line == line && error.description.contains(says) && !error.remedy.isEmpty
        }
    }
}
