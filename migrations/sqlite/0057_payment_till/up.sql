-- What cashiers saw to of a provider's odd answers, and what was wrong in lists of invoices. See crates/payment/README.md.

ALTER TABLE payment_attempts ADD COLUMN alerted_for TEXT CONSTRAINT payment_attempts_alerted_for_something CHECK ((alerted_for IS NULL) = (alerted_at IS NULL));
ALTER TABLE payment_attempts ADD COLUMN cleared_at INTEGER CONSTRAINT payment_attempts_cleared_once_alerted CHECK (cleared_at IS NULL OR alerted_at IS NOT NULL);
ALTER TABLE payment_attempts ADD COLUMN refusal TEXT CONSTRAINT payment_attempts_refused_before_they_left CHECK (refusal IS NULL OR (state = 'failed' AND length(refusal) BETWEEN 1 AND 500));
DROP INDEX payment_attempts_alerted;
CREATE INDEX payment_attempts_alerted ON payment_attempts (establishment_id) WHERE alerted_at IS NOT NULL AND cleared_at IS NULL;

CREATE TABLE payment_clearings (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    attempt_id BLOB NOT NULL REFERENCES payment_attempts (id) ON DELETE CASCADE CHECK (length(attempt_id) = 16),
    about TEXT NOT NULL CHECK (about IN ('unknown', 'not-understood', 'no-report', 'untold', 'examined')),
    reason TEXT NOT NULL CHECK (length(reason) BETWEEN 1 AND 500),
    staff_id BLOB NOT NULL CHECK (length(staff_id) = 16),
    made_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX payment_clearings_by_attempt ON payment_clearings (attempt_id, made_at);
CREATE TRIGGER payment_clearings_never_change BEFORE UPDATE ON payment_clearings
BEGIN SELECT RAISE(ABORT, 'payment_clearings_never_change'); END;

CREATE TABLE invoice_lists (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    establishment_id BLOB NOT NULL CHECK (length(establishment_id) = 16),
    source TEXT NOT NULL CHECK (length(source) BETWEEN 1 AND 40),
    file_name TEXT NOT NULL CHECK (length(file_name) BETWEEN 1 AND 255),
    taken_at INTEGER NOT NULL,
    heard INTEGER NOT NULL CHECK (heard >= 0),
    faulty INTEGER NOT NULL CHECK (faulty >= 0)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX invoice_lists_establishment_id_source_file_name_key ON invoice_lists (establishment_id, source, file_name);
CREATE INDEX invoice_lists_by_time ON invoice_lists (taken_at);

CREATE TABLE invoice_list_faults (
    list_id BLOB NOT NULL REFERENCES invoice_lists (id) ON DELETE CASCADE CHECK (length(list_id) = 16),
    rank INTEGER NOT NULL CHECK (rank > 0),
    line INTEGER NOT NULL CHECK (line >= 0),
    what TEXT NOT NULL CHECK (what IN ('fields', 'columns', 'csv', 'older', 'reused', 'refused', 'large', 'charset', 'titles', 'missing')),
    fields TEXT NOT NULL,
    PRIMARY KEY (list_id, rank)
) STRICT, WITHOUT ROWID;
