import GRDB

extension ServiceStore {
    /// The tables that every service has.
    ///
    /// Derived (rebuilt from the journal and digested): outbox, timer, effect, answer, dead_letter. Operational (how this
    /// database came to be, not what it decided): identity, cursor, counter, step, running, attempt, effect_attempt, start_order, and what retention
    /// keeps: pruned, standing, stood, subscriber.
    static let recordTables = [record, falls, batches, retention, effects]

    private static let record = Migration(
        "record-1",
        """
        CREATE TABLE identity (one INTEGER PRIMARY KEY CHECK (one = 1), service TEXT NOT NULL, realm TEXT NOT NULL,
            epoch TEXT NOT NULL);
        CREATE TABLE journal (entry INTEGER PRIMARY KEY, kind TEXT NOT NULL, id BLOB NOT NULL UNIQUE, now_us INTEGER NOT NULL,
            origin TEXT NOT NULL, subject TEXT NOT NULL, sequence INTEGER NOT NULL, bytes BLOB NOT NULL);
        CREATE INDEX journal_origin ON journal (origin, sequence) WHERE sequence > 0;
        CREATE TABLE outbox (stream TEXT NOT NULL, sequence INTEGER NOT NULL, id BLOB NOT NULL, hash BLOB NOT NULL,
            bytes BLOB NOT NULL, PRIMARY KEY (stream, sequence)) WITHOUT ROWID;
        CREATE TABLE timer (name TEXT NOT NULL, subject TEXT NOT NULL, due_us INTEGER NOT NULL, cause BLOB NOT NULL,
            correlation BLOB NOT NULL, PRIMARY KEY (name, subject)) WITHOUT ROWID;
        CREATE INDEX timer_due ON timer (due_us, name, subject);
        CREATE TABLE answer (command TEXT PRIMARY KEY, bytes BLOB NOT NULL) WITHOUT ROWID;
        CREATE TABLE dead_letter (entry INTEGER PRIMARY KEY, code TEXT NOT NULL, message TEXT NOT NULL,
            now_us INTEGER NOT NULL);
        CREATE TABLE cursor (stream TEXT PRIMARY KEY, epoch TEXT NOT NULL, next INTEGER NOT NULL, hash BLOB NOT NULL)
            WITHOUT ROWID;
        CREATE TABLE counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE step (run TEXT PRIMARY KEY, number INTEGER NOT NULL, done BLOB NOT NULL) WITHOUT ROWID;
        """
    )

    /// `running` has its row while a service runs; `attempt` counts how often handling of an input never ended.
    private static let falls = Migration(
        "record-2",
        """
        CREATE TABLE running (one INTEGER PRIMARY KEY CHECK (one = 1));
        CREATE TABLE attempt (input BLOB PRIMARY KEY, attempts INTEGER NOT NULL) WITHOUT ROWID;
        ALTER TABLE journal ADD COLUMN falls INTEGER NOT NULL DEFAULT 0;
        """
    )

    /// A row for what one transaction appended, not for each record: eight times as many records a second at FULL.
    ///
    /// The large columns stand last, so that the others are read without them. What stood in the old rows is appended again.
    private static let batches = Migration(
        "record-3",
        """
        ALTER TABLE journal RENAME TO journal_rows;
        DROP INDEX journal_origin;
        ALTER TABLE outbox RENAME TO outbox_rows;
        CREATE TABLE journal (entry INTEGER PRIMARY KEY, last INTEGER NOT NULL, kind TEXT NOT NULL, origin TEXT NOT NULL,
            now_us INTEGER NOT NULL, falls INTEGER NOT NULL, first_sequence INTEGER, last_sequence INTEGER,
            chain BLOB NOT NULL, ids BLOB NOT NULL, keys BLOB NOT NULL, items BLOB NOT NULL);
        CREATE INDEX journal_origin ON journal (origin, entry) WHERE last_sequence IS NOT NULL;
        CREATE INDEX journal_epoch ON journal (entry) WHERE kind = 'epoch';
        CREATE INDEX journal_external ON journal (entry) WHERE kind = 'external';
        CREATE INDEX journal_configuration ON journal (entry) WHERE kind IN ('genesis', 'configuration');
        CREATE TABLE outbox (batch INTEGER PRIMARY KEY, stream TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
            hash BLOB NOT NULL, bytes INTEGER NOT NULL, from_us INTEGER NOT NULL, to_us INTEGER NOT NULL, keys BLOB NOT NULL,
            records BLOB NOT NULL);
        CREATE UNIQUE INDEX outbox_first ON outbox (stream, first);
        \(StartOrder.table);
        """,
        then: OldRows.move
    )

    /// `pruned` is where a stream stood before its first record that is kept, `standing` what still stands of those before it, `stood`
    /// where it stood at some time, `subscriber` how far others have read it.
    private static let retention = Migration(
        "record-4",
        """
        CREATE TABLE pruned (stream TEXT PRIMARY KEY, last INTEGER NOT NULL, hash BLOB NOT NULL, bytes INTEGER NOT NULL)
            WITHOUT ROWID;
        CREATE TABLE standing (stream TEXT NOT NULL, type TEXT NOT NULL, subject TEXT NOT NULL, sequence INTEGER NOT NULL,
            record BLOB NOT NULL, UNIQUE (stream, type, subject));
        CREATE UNIQUE INDEX standing_sequence ON standing (stream, sequence);
        CREATE TABLE stood (stream TEXT NOT NULL, at_us INTEGER NOT NULL, sequence INTEGER NOT NULL,
            PRIMARY KEY (stream, at_us)) WITHOUT ROWID;
        CREATE TABLE subscriber (stream TEXT NOT NULL, service TEXT NOT NULL, next INTEGER NOT NULL, seen_us INTEGER NOT NULL,
            PRIMARY KEY (stream, service)) WITHOUT ROWID;
        """
    )

    /// `effect` is what is to be done outside and has no result yet, `effect_attempt` how often it failed for now.
    private static let effects = Migration(
        "record-5",
        """
        CREATE TABLE effect (id BLOB PRIMARY KEY, kind TEXT NOT NULL, lane TEXT NOT NULL, subject TEXT NOT NULL,
            due_us INTEGER NOT NULL, until_us INTEGER NOT NULL, first_us INTEGER NOT NULL, most_us INTEGER NOT NULL,
            most_attempts INTEGER NOT NULL, state TEXT NOT NULL, cause BLOB NOT NULL, correlation BLOB NOT NULL,
            payload BLOB NOT NULL);
        CREATE INDEX effect_due ON effect (state, due_us, id);
        CREATE INDEX effect_subject ON effect (subject, kind);
        CREATE TABLE effect_attempt (effect BLOB PRIMARY KEY, attempts INTEGER NOT NULL, next_us INTEGER NOT NULL,
            reason TEXT NOT NULL) WITHOUT ROWID;
        """
    )

    /// The tables that a replay does not rebuild.
    package static let operationalTables: Set<String> = [
        "identity", "cursor", "counter", "step", "journal", "running", "attempt", "effect_attempt",
        "start_order", "pruned", "standing", "stood", "subscriber",
    ]
}
