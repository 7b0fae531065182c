import Foundation

/// What is wrong with a request, and what its sender can do about it: the problem details of RFC 9457.
package struct HTTPProblem: Error, Codable, Hashable, Sendable {
    /// RFC 9457, 3.1.2: the status of the answer.
    package let status: Int
    /// Stable and hyphenated, for programs: an extension member of RFC 9457, 3.2.
    package let code: String
    /// What was found, and what to do.
    package let detail: String

    package init(_ status: Int, _ code: String, _ detail: String) {
        (self.status, self.code, self.detail) = (status, code, detail)
    }

    /// 3.1.1: where there is no page that explains the kind, it is named.
    private enum CodingKeys: String, CodingKey { case status, code, detail, type, title }

    /// Reads what `encode` wrote. Errors: `DecodingError` where a member is missing.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        status = try container.decode(Int.self, forKey: .status)
        code = try container.decode(String.self, forKey: .code)
        detail = try container.decode(String.self, forKey: .detail)
    }

    /// Writes type and title beside the rest.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode("about:blank", forKey: .type)
        try container.encode(Self.titles[status] ?? "Error", forKey: .title)
        try container.encode(status, forKey: .status)
        try container.encode(code, forKey: .code)
        try container.encode(detail, forKey: .detail)
    }

    /// With `about:blank` the title is the status' own phrase (4.2.1).
    private static let titles = [
        400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
        409: "Conflict", 413: "Content Too Large", 415: "Unsupported Media Type", 422: "Unprocessable Content",
        429: "Too Many Requests", 500: "Internal Server Error", 503: "Service Unavailable",
    ]
}
