import Foundation

extension ConfigurationError {
    /// The text of the configuration file at `path`, or an error that says what is wrong with the file.
    package static func text(of path: String) throws(ConfigurationError) -> String {
        guard let bytes = FileManager.default.contents(atPath: path) else {
            throw ConfigurationError(
                file: path,
                line: 1,
                message: "the file is not there or cannot be read",
                remedy: "name another with --configuration"
            )
        }
        guard let text = String(bytes: bytes, encoding: .utf8) else {
            throw ConfigurationError(file: path, line: 1, message: "the file is no UTF-8", remedy: "save it as UTF-8")
        }
        return text
    }
}
