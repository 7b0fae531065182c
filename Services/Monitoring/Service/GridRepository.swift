import Foundation
import GRDB
import MessageSchema
import MonitoringDomain
import ServiceKit
import ServiceStore
import Vocabulary

/// The grid's tables and SQL.
enum GridRepository {
    static let migration = Migration(
        "monitoring-grid-1",
        """
        CREATE TABLE grid_report (report TEXT PRIMARY KEY, lead TEXT NOT NULL, unit TEXT NOT NULL,
            received_us INTEGER NOT NULL, delay_seconds INTEGER NOT NULL, late_seconds INTEGER NOT NULL) WITHOUT ROWID;
        CREATE INDEX grid_report_delay ON grid_report (unit, delay_seconds);
        CREATE TABLE grid_happening (lead TEXT PRIMARY KEY, kind TEXT NOT NULL, unit TEXT NOT NULL, latitude INTEGER,
            longitude INTEGER, first_us INTEGER NOT NULL, last_us INTEGER NOT NULL, is_open INTEGER NOT NULL,
            state BLOB NOT NULL) WITHOUT ROWID;
        CREATE INDEX grid_happening_open ON grid_happening (is_open, kind, latitude);
        CREATE TABLE grid_unit (unit TEXT PRIMARY KEY, missing INTEGER NOT NULL, duty BLOB) WITHOUT ROWID;
        CREATE TABLE personal_text (sha256 BLOB PRIMARY KEY, text TEXT NOT NULL) WITHOUT ROWID;
        """
    )

    // MARK: reports

    /// A report as it is counted.
    struct Report {
        let id: GridReportID
        /// Empty for a regular one.
        let lead: String
        let unit: GridUnitID
        let received: Instant
        let delaySeconds: Int64
        let lateSeconds: Int64
    }

    static func keep(_ report: Report, _ db: Database) throws {
        try db.cachedStatement(
            sql: """
                INSERT INTO grid_report (report, lead, unit, received_us, delay_seconds, late_seconds)
                VALUES (?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            report.id.value, report.lead, report.unit.value, report.received.microseconds, report.delaySeconds,
            report.lateSeconds,
        ])
    }

    /// What is known of a unit's reports.
    struct Statistics: Hashable {
        var reports = 0
        var late = 0
        /// The delay that half of the reports did not exceed; nil without a report.
        var medianDelaySeconds: Int64?
        /// Regular reports that did not come.
        var missing = 0
    }

    static func statistics(of unit: GridUnitID, _ db: Database) throws -> Statistics {
        var statistics = Statistics()
        let counted = try Row.fetchOne(
            db,
            sql: "SELECT count(*), count(*) FILTER (WHERE late_seconds > 0) FROM grid_report WHERE unit = ?",
            arguments: [unit.value]
        )
        if let counted { (statistics.reports, statistics.late) = (counted[0], counted[1]) }
        statistics.medianDelaySeconds = try Int64.fetchOne(
            db,
            sql: "SELECT delay_seconds FROM grid_report WHERE unit = ? ORDER BY delay_seconds LIMIT 1 OFFSET ?",
            arguments: [unit.value, max(0, statistics.reports - 1) / 2]
        )
        statistics.missing =
            try Int.fetchOne(db, sql: "SELECT missing FROM grid_unit WHERE unit = ?", arguments: [unit.value]) ?? 0
        return statistics
    }

    // MARK: happenings

    /// A happening with where and when it was seen.
    struct Seen {
        var happening: GridHappening
        let first: GridMerging.Sight
        var last: Instant
    }

    /// What may be the same happening: open, of that kind, near in time, in the same unit or a band of latitude.
    static func candidates(_ sight: GridMerging.Sight, _ merging: GridMerging, _ db: Database) throws
        -> [GridMerging.Candidate]
    {
        // A metre is nine microdegrees of latitude.
        let latitude = (sight.position?.latitudeMicrodegrees).map(Int64.init)
        let rows = try Row.fetchCursor(
            db.cachedStatement(
                sql: """
                    SELECT * FROM grid_happening WHERE is_open = 1 AND kind = ? AND first_us <= ? AND last_us >= ?
                    AND (unit = ? OR latitude BETWEEN ? AND ?) ORDER BY lead
                    """
            ),
            arguments: [
                sight.kind, (sight.observed + merging.time).microseconds, (sight.observed - merging.time).microseconds,
                sight.unit.value, latitude.map { $0 - merging.metres * 10 - 1 },
                latitude.map { $0 + merging.metres * 10 + 1 },
            ]
        )
        var candidates: [GridMerging.Candidate] = []
        while let row = try rows.next() {
            let last = Instant(microseconds: row["last_us"])
            candidates.append(.init(lead: GridReportID(row["lead"]), first: Self.sight(row), last: last))
        }
        return candidates
    }

    private static func sight(_ row: Row) -> GridMerging.Sight {
        GridMerging.Sight(
            kind: row["kind"],
            unit: GridUnitID(row["unit"]),
            position: Position(row),
            observed: Instant(microseconds: row["first_us"])
        )
    }

    static func happening(_ lead: GridReportID, _ db: Database) throws -> Seen? {
        let row = try Row.fetchOne(
            db.cachedStatement(sql: "SELECT * FROM grid_happening WHERE lead = ?"),
            arguments: [lead.value]
        )
        return try row.map(seen)
    }

    private static func seen(_ row: Row) throws -> Seen {
        let happening = try JSONDecoder().decode(GridHappening.self, from: row["state"] as Data)
        return Seen(happening: happening, first: sight(row), last: Instant(microseconds: row["last_us"]))
    }

    /// Those that are not closed, by id.
    static func open(_ db: Database) throws -> [Seen] {
        try Row.fetchAll(db, sql: "SELECT * FROM grid_happening WHERE is_open = 1 ORDER BY lead").map(seen)
    }

    static func keep(_ seen: Seen, _ db: Database) throws {
        try db.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO grid_happening
                (lead, kind, unit, latitude, longitude, first_us, last_us, is_open, state)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            seen.happening.lead.value, seen.first.kind, seen.first.unit.value,
            seen.first.position?.latitudeMicrodegrees, seen.first.position?.longitudeMicrodegrees,
            seen.first.observed.microseconds, seen.last.microseconds, seen.happening.state != .closed,
            try JSONEncoder.sorted.encode(seen.happening),
        ])
    }

    // MARK: duties

    /// Whether any unit is on watch.
    static func isOnWatch(_ db: Database) throws -> Bool {
        try Bool.fetchOne(
            db.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM grid_unit WHERE duty IS NOT NULL)")
        ) ?? false
    }

    static func duty(_ unit: GridUnitID, _ db: Database) throws -> GridDuty? {
        let state = try Data.fetchOne(
            db.cachedStatement(sql: "SELECT duty FROM grid_unit WHERE unit = ? AND duty IS NOT NULL"),
            arguments: [unit.value]
        )
        return try state.map { try JSONDecoder().decode(GridDuty.self, from: $0) }
    }

    /// Keeps what the unit has to report, nil for nothing, and counts what is missing.
    static func keep(_ duty: GridDuty?, of unit: GridUnitID, missing: Int = 0, _ db: Database) throws {
        try db.cachedStatement(
            sql: """
                INSERT INTO grid_unit (unit, missing, duty) VALUES (?, ?, ?)
                ON CONFLICT (unit) DO UPDATE SET missing = missing + excluded.missing, duty = excluded.duty
                """
        ).execute(arguments: [unit.value, missing, try duty.map { try JSONEncoder.sorted.encode($0) }])
    }

    // MARK: texts

    static func keep(text: String, sha256: Data, _ db: Database) throws {
        try db.cachedStatement(sql: "INSERT OR IGNORE INTO personal_text (sha256, text) VALUES (?, ?)")
            .execute(arguments: [sha256, text])
    }

    static func text(_ sha256: Data, _ db: Database) throws -> String? {
        try String.fetchOne(db, sql: "SELECT text FROM personal_text WHERE sha256 = ?", arguments: [sha256])
    }

    static func eraseText(_ sha256: Data, _ db: Database) throws {
        try db.execute(sql: "DELETE FROM personal_text WHERE sha256 = ?", arguments: [sha256])
    }
}

extension Position {
    /// The columns latitude and longitude; nil where they are empty.
    init?(_ row: Row) {
        guard let latitude = row["latitude"] as Int32?, let longitude = row["longitude"] as Int32? else { return nil }
        self.init(latitudeMicrodegrees: latitude, longitudeMicrodegrees: longitude, datum: .wgs84)
    }
}

extension JSONEncoder {
    /// The same value always gives the same bytes.
    static var sorted: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return encoder
    }
}
