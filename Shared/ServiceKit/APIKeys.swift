import Crypto
import Foundation

/// Who may bring something in over HTTP: each source with the SHA-256 of its key, which nobody can turn back into the key.
package struct APIKeys: Sendable {
    /// A source's id with the 32 bytes of its key's digest.
    package struct Entry: Hashable, Sendable {
        package let owner: String
        fileprivate let digest: [UInt8]

        /// Nil unless `digest` is 64 hexadecimal digits: what `printf %s KEY | sha256sum` prints.
        package init?(owner: String, sha256 digest: String) {
            let digits = Array(digest.utf8)
            guard digits.count == 64, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }) else {
                return nil
            }
            let bytes = stride(from: 0, to: 64, by: 2).compactMap {
                UInt8(String(decoding: digits[$0...$0 + 1], as: UTF8.self), radix: 16)
            }
            (self.owner, self.digest) = (owner, bytes)
        }
    }

    private let entries: [Entry]

    package init(_ entries: [Entry]) { self.entries = entries }

    /// How many keys there are.
    package var count: Int { entries.count }

    /// Whose key that is; nil for nobody's.
    ///
    /// The time that it takes tells nothing of the keys: digests are compared, all of them, to their last byte.
    package func owner(of key: String) -> String? {
        let presented = Array(SHA256.hash(data: Data(key.utf8)))
        var found: String?
        for entry in entries {
            let difference = zip(entry.digest, presented).reduce(0 as UInt8) { $0 | ($1.0 ^ $1.1) }
            if difference == 0 { found = entry.owner }
        }
        return found
    }
}

extension YAMLValue {
    /// The digest of `owner`'s key, as it stands in a file that anyone may read.
    package func keyDigest(of owner: String) throws(ConfigurationError) -> APIKeys.Entry {
        try parse("the SHA-256 of a key, 64 hexadecimal digits: printf %s KEY | sha256sum") {
            APIKeys.Entry(owner: owner, sha256: $0)
        }
    }
}
