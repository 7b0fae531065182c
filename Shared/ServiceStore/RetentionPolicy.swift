/// How long the records of one stream are kept 保留期: by age, by size, and at the most.
package struct RetentionPolicy: Hashable, Sendable {
    /// Records written longer ago than this may go; nil keeps them whatever their age.
    package var age: Duration?
    /// Records beyond so many encoded bytes may go, the oldest first; nil keeps them however many there are.
    package var bytes: UInt64?
    /// Beyond so many bytes records go although a registered subscriber has not read them; nil waits for it for ever.
    package var cap: UInt64?

    package init(age: Duration? = nil, bytes: UInt64? = nil, cap: UInt64? = nil) {
        (self.age, self.bytes, self.cap) = (age, bytes, cap)
    }

    /// Whether nothing ever goes.
    package var keepsAll: Bool { age == nil && bytes == nil && cap == nil }
}
