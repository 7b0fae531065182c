extension String {
    /// What people are shown of it: at most that many Unicode scalars. One character may have a million of them.
    package func shown(_ scalars: Int) -> String {
        utf8.count <= scalars ? self : String(UnicodeScalarView(unicodeScalars.prefix(scalars)))
    }
}
