package import Foundation

/// The lines of a file or a text, one after the other, a piece of the file in memory at a time.
package struct LineReader {
    private let file: FileHandle?
    private var piece: Data
    /// Where in `piece` the next line begins.
    private var start: Data.Index

    /// So many bytes are read at once.
    private static let pieceBytes = 1 << 18

    /// Reads `file` from where it stands.
    package init(_ file: FileHandle) { (self.file, piece, start) = (file, Data(), 0) }

    init(_ text: String) { (file, piece, start) = (nil, Data(text.utf8), 0) }

    /// The next line without its end; nil after the last. Errors: the file cannot be read on.
    package mutating func next() throws -> Data? {
        var searched = start
        while true {
            if let end = piece[searched...].firstIndex(of: UInt8(ascii: "\n")) {
                defer { start = end + 1 }
                return piece[start..<end]
            }
            guard let more = try file?.read(upToCount: Self.pieceBytes), !more.isEmpty else { break }
            let rest = piece.count - start
            piece = Data(piece[start...]) + more
            (start, searched) = (0, rest)
        }
        defer { start = piece.count }
        return start < piece.count ? piece[start...] : nil
    }

    /// How many lines that are not empty the file at `path` has. Errors: the file cannot be read.
    static func count(path: String) throws -> Int {
        guard let file = FileHandle(forReadingAtPath: path) else { return 0 }
        var (count, last) = (0, UInt8(ascii: "\n"))
        while let piece = try file.read(upToCount: pieceBytes), !piece.isEmpty {
            for byte in piece {
                if last == UInt8(ascii: "\n"), byte != last { count += 1 }
                last = byte
            }
        }
        return count
    }
}
