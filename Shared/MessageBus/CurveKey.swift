import CZeroMQ

/// A key of CURVE 密钥 as Z85 text: 40 characters for 32 bytes (ZeroMQ RFC 26, CurveZMQ; RFC 32, Z85).
package struct CurveKey: Hashable, Sendable, CustomStringConvertible {
    /// Characters of a key.
    static let length = 40

    package let text: String

    /// Errors: `key` where the text is no key.
    package init(_ text: String) throws(BusError) {
        var bytes: [UInt8] = Array(repeating: 0, count: 32)
        // Beyond the printable ones libzmq's tables end, and at a NUL its texts do.
        guard text.utf8.count == Self.length, text.utf8.allSatisfy({ (33...126).contains($0) }),
            unsafe zmq_z85_decode(&bytes, text) != nil
        else {
            throw BusError(.key, "a key has \(Self.length) characters of Z85; `fengsui keys` makes them")
        }
        self.text = text
    }

    /// The key whose 32 bytes libzmq hands over; nil for anything else.
    init?(bytes: some Sequence<UInt8>) {
        let bytes = Array(bytes)
        var text: [CChar] = Array(repeating: 0, count: Self.length + 1)
        guard bytes.count == 32, unsafe zmq_z85_encode(&text, bytes, bytes.count) != nil else { return nil }
        self.text = String(decoding: text.prefix(Self.length).map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    package var description: String { text }
}

/// A public key and the secret one that belongs to it.
package struct CurveKeyPair: Hashable, Sendable {
    package let publicKey: CurveKey
    package let secretKey: CurveKey

    /// The pair of that secret key. Errors: `key`.
    package init(secretKey: CurveKey) throws(BusError) {
        var text: [CChar] = Array(repeating: 0, count: CurveKey.length + 1)
        guard unsafe zmq_curve_public(&text, secretKey.text) == 0 else { throw .last("zmq_curve_public", code: .key) }
        self.secretKey = secretKey
        publicKey = try CurveKey(
            String(decoding: text.prefix(CurveKey.length).map(UInt8.init(bitPattern:)), as: UTF8.self)
        )
    }

    /// A new pair. Errors: `key` where libzmq was built without CURVE.
    package static func draw() throws(BusError) -> CurveKeyPair {
        var (one, other): ([CChar], [CChar]) = (Array(repeating: 0, count: 41), Array(repeating: 0, count: 41))
        guard unsafe zmq_curve_keypair(&one, &other) == 0 else { throw .last("zmq_curve_keypair", code: .key) }
        let secret = String(decoding: other.prefix(CurveKey.length).map(UInt8.init(bitPattern:)), as: UTF8.self)
        return try CurveKeyPair(secretKey: CurveKey(secret))
    }
}

/// How a socket guards its connections.
package enum SocketGuard: Sendable {
    /// Plain text: ipc, inproc and loopback only.
    case plain
    /// Lets in whom the gatekeeper of its context knows.
    case server(CurveKeyPair)
    /// Speaks only with the holder of that public key.
    case client(CurveKeyPair, server: CurveKey)
}
