import GRDB

extension StoreError {
    /// What SQLite says of the file, the disk or the memory, with the remedy; nil where it speaks of anything else.
    ///
    /// Source: SQLite, "Result and Error Codes".
    init?(_ error: any Error, path: String) {
        guard let error = error as? DatabaseError, Attempts.isStorage(error) else { return nil }
        let said = Self.said(error)
        switch error.resultCode {
        case .SQLITE_FULL:
            self.init(.full, "no room is left for \(path) (\(said)); make room on its disk: what was confirmed is kept")
        case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_AUTH:
            self.init(
                .unwritable,
                "\(path) cannot be opened for writing (\(said)); let this user write the file and its folder"
            )
        case .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_FORMAT:
            self = .damaged(error, path: path)
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            self.init(.busy, "another program has locked \(path) (\(said)); end it")
        default:
            self.init(.disk, "\(path) cannot be read or written (\(said)); check its disk and the system's log")
        }
    }

    /// The file is no database that this program can read.
    static func damaged(_ error: DatabaseError, path: String) -> StoreError {
        StoreError(
            .damaged,
            "\(path) is damaged (\(said(error))); move it aside and restore a backup with `fengsui restore`"
        )
    }

    private static func said(_ error: DatabaseError) -> String {
        "\(error.resultCode.rawValue): \(error.message ?? "no reason given")"
    }

    /// Runs `body`; what SQLite says of the file or the disk at `path` becomes a `StoreError`.
    static func explaining<Result>(_ path: String, _ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch {
            throw StoreError(error, path: path) ?? error
        }
    }
}
