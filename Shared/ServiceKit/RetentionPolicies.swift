import Foundation
package import MessageSchema
package import ServiceStore

/// How long each stream's records are kept 保留策略, as a YAML file says; a stream that it does not name is kept for ever.
///
/// ```yaml
/// streams:
///   monitoring.observation: { age: 90d, bytes: 8 GB, cap: 32 GB }
/// ```
package struct RetentionPolicies: Hashable, Sendable {
    private var policies: [StreamName: RetentionPolicy] = [:]

    package init() {}

    package init(_ policies: [StreamName: RetentionPolicy]) { self.policies = policies }

    /// Reads the file at `path`. Errors: `ConfigurationError` with line and remedy.
    package init(path: String) throws(ConfigurationError) {
        try self.init(text: ConfigurationError.text(of: path), file: path)
    }

    /// The same, of the text of `file`. Errors: `ConfigurationError` with line and remedy.
    package init(text: String, file: String) throws(ConfigurationError) {
        let root = try YAMLValue(text: text, file: file)
        try root.allow(["streams"])
        for (name, value) in try root.value("streams").entries() {
            guard let stream = StreamName(rawValue: name) else {
                let names = StreamName.allCases.map(\.rawValue).joined(separator: ", ")
                throw value.error("no stream is called '\(name)'", remedy: "use one of \(names)")
            }
            policies[stream] = try value.retention()
        }
    }

    /// The file that was named, or `retention.yaml` beside the service's configuration; where there is none all is kept for ever.
    static func named(_ path: String?, beside configuration: String) throws -> RetentionPolicies {
        let usual = URL(fileURLWithPath: configuration).deletingLastPathComponent().path + "/retention.yaml"
        let named = path ?? (FileManager.default.fileExists(atPath: usual) ? usual : nil)
        return try named.map { try RetentionPolicies(path: $0) } ?? RetentionPolicies()
    }

    package subscript(stream: StreamName) -> RetentionPolicy { policies[stream] ?? RetentionPolicy() }
}

extension YAMLValue {
    fileprivate func retention() throws(ConfigurationError) -> RetentionPolicy {
        try allow(["age", "bytes", "cap"])
        let policy = RetentionPolicy(
            age: try optional("age")?.duration(),
            bytes: try optional("bytes")?.byteCount(),
            cap: try optional("cap")?.byteCount()
        )
        if let bytes = policy.bytes, let cap = policy.cap, cap < bytes {
            throw error("the cap is below the size", remedy: "write a cap of at least `bytes`")
        }
        return policy
    }

    /// A size: `500 MB`, `8 GB`.
    func byteCount() throws(ConfigurationError) -> UInt64 {
        try parse("a size such as 500 MB or 8 GB") { text in
            let words = text.split(separator: " ")
            guard words.count == 2, let count = UInt64(words[0]), (1...1_000_000).contains(count) else { return nil }
            return switch words[1] {
            case "kB": count * 1_000
            case "MB": count * 1_000_000
            case "GB": count * 1_000_000_000
            default: nil
            }
        }
    }
}
