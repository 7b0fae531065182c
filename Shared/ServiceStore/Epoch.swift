/// Draws the epoch of a new database: the one random number of a store, kept in its first journal entry.
package enum Epoch {
    /// 16 hexadecimal digits.
    package static func draw() -> String {
        let digits = String(UInt64.random(in: 0 ... .max), radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
