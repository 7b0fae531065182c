package import Foundation

/// A table of comma-separated values (RFC 4180) with a line of names first.
package struct CSVTable: Hashable, Sendable {
    package let columns: [String]
    /// As many fields in each row as there are columns.
    package let rows: [[String]]

    /// Reads a table in UTF-8 of at most `rows` rows and 64 columns.
    ///
    /// Errors: `too-large`, `not-utf8`, `not-csv`, `repeated-field`, `too-many-values`, `bad-text`.
    package init(_ bytes: Data, bytes most: Int = 1 << 22, rows limit: Int = 100_000) throws(DocumentError) {
        guard bytes.count <= most else {
            throw DocumentError(.tooLarge, "\(bytes.count) bytes; send at most \(most) at once")
        }
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw DocumentError(.notUTF8, "the table is no UTF-8; save it as UTF-8")
        }
        guard !bytes.contains(0) else { throw DocumentError(.badText, "the character NUL; save it as plain text") }
        var reader = CSVReader(bytes: Array(bytes))
        guard let names = try reader.row(), names != [""] else {
            throw DocumentError(.notCSV, "the table is empty; begin with a line of names")
        }
        guard names.count <= 64 else { throw DocumentError(.tooMany, "\(names.count) columns; send at most 64") }
        guard Set(names).count == names.count else {
            throw DocumentError(.repeatedField, "a column's name stands twice; name each once")
        }
        var rows: [[String]] = []
        while let row = try reader.row() {
            if row == [""] { continue }
            guard row.count == names.count else {
                throw DocumentError(
                    .notCSV,
                    "row \(rows.count + 1) has \(row.count) fields, not \(names.count); put texts with commas in quotes"
                )
            }
            guard rows.count < limit else {
                throw DocumentError(.tooMany, "more than \(limit) rows; send several tables")
            }
            rows.append(row)
        }
        (columns, self.rows) = (names, rows)
    }

    /// The place of that column; nil where there is none.
    package func column(_ name: String) -> Int? { columns.firstIndex(of: name) }
}

/// Reads one row after the other.
private struct CSVReader {
    let bytes: [UInt8]
    private var place = 0

    init(bytes: [UInt8]) {
        self.bytes = bytes
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { place = 3 }
    }

    /// The fields of the next row; nil at the end.
    mutating func row() throws(DocumentError) -> [String]? {
        guard place < bytes.count else { return nil }
        var fields: [String] = []
        while true {
            fields.append(try field())
            guard place < bytes.count else { return fields }
            let separator = bytes[place]
            place += 1
            if separator == UInt8(ascii: ",") { continue }
            if separator == 0x0D, place < bytes.count, bytes[place] == 0x0A { place += 1 }
            return fields
        }
    }

    /// Up to the comma or the end of the line, which is not taken.
    private mutating func field() throws(DocumentError) -> String {
        guard place < bytes.count, bytes[place] == UInt8(ascii: "\"") else {
            let field = bytes[place...].prefix { ![UInt8(ascii: ","), 0x0D, 0x0A].contains($0) }
            place += field.count
            return String(decoding: field, as: UTF8.self)
        }
        place += 1
        var field: [UInt8] = []
        while place < bytes.count {
            let byte = bytes[place]
            place += 1
            guard byte == UInt8(ascii: "\"") else {
                field.append(byte)
                continue
            }
            guard place < bytes.count, bytes[place] == UInt8(ascii: "\"") else { return try closed(field) }
            field.append(byte)
            place += 1
        }
        throw DocumentError(.notCSV, "a quote is not closed; close it, and double a quote within quotes")
    }

    private func closed(_ field: [UInt8]) throws(DocumentError) -> String {
        guard place >= bytes.count || [UInt8(ascii: ","), 0x0D, 0x0A].contains(bytes[place]) else {
            throw DocumentError(.notCSV, "text after a closing quote at byte \(place); double a quote within quotes")
        }
        return String(decoding: field, as: UTF8.self)
    }
}
