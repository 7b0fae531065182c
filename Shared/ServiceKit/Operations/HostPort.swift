import ArgumentParser

/// Where a port is opened: `PORT` on this machine alone, or `HOST:PORT`; an IPv6 host stands in brackets.
package struct HostPort: Hashable, Sendable, ExpressibleByArgument {
    package let host: String
    /// 0 takes a free one.
    package let port: Int

    /// Nil for anything that is no such text.
    package init?(argument text: String) {
        let cut = text.lastIndex(of: ":")
        let host = cut.map { String(text[..<$0]) } ?? "127.0.0.1"
        let digits = cut.map { text[text.index(after: $0)...] } ?? text[...]
        guard let port = UInt16(digits), !host.isEmpty else { return nil }
        self.host = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
        self.port = Int(port)
    }

    /// Whether only this machine can reach it.
    package var isLoopback: Bool { host == "localhost" || host == "::1" || host.hasPrefix("127.") }
}
