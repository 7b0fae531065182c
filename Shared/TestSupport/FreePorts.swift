import Foundation

/// TCP ports of the loopback that nobody has now.
package enum FreePorts {
    /// The first of `count` free ports in a row, below those that the system gives to outgoing connections.
    package static func block(of count: Int) -> Int {
        var random = SystemRandomNumberGenerator()
        while true {
            let first = Int.random(in: 10_000..<32_000 - count, using: &random)
            if (first..<first + count).allSatisfy(isFree) { return first }
        }
    }

    private static func isFree(_ port: Int) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
        address.sin_port = in_port_t(port).bigEndian
        return withUnsafeBytes(of: &address) { bytes in
            guard let place = bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self) else { return false }
            return bind(descriptor, place, socklen_t(bytes.count)) == 0
        }
    }
}
