-- The admissions desk: whose a file is, notes, decisions, reasons, figures. See crates/preadmission/README.md.

ALTER TABLE stays ADD COLUMN search TEXT NOT NULL DEFAULT '';
CREATE INDEX stays_by_time ON stays (entry_at, id);
CREATE INDEX preadmissions_by_submission ON preadmissions (submitted_at, id);

CREATE TABLE preadmission_assignments (
    preadmission_id BLOB NOT NULL PRIMARY KEY REFERENCES preadmissions (id) ON DELETE CASCADE CHECK (length(preadmission_id) = 16),
    staff_id BLOB NOT NULL CHECK (length(staff_id) = 16),
    assigned_by BLOB NOT NULL CHECK (length(assigned_by) = 16),
    assigned_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX preadmission_assignments_by_staff ON preadmission_assignments (staff_id);

CREATE TABLE preadmission_clerks (
    establishment_id BLOB NOT NULL CHECK (length(establishment_id) = 16),
    staff_id BLOB NOT NULL CHECK (length(staff_id) = 16),
    PRIMARY KEY (establishment_id, staff_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE preadmission_notes (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    preadmission_id BLOB NOT NULL REFERENCES preadmissions (id) ON DELETE CASCADE CHECK (length(preadmission_id) = 16),
    text TEXT NOT NULL CHECK (length(text) BETWEEN 1 AND 2000),
    to_do INTEGER NOT NULL CHECK (to_do IN (0, 1)),
    staff_id BLOB NOT NULL CHECK (length(staff_id) = 16),
    made_at INTEGER NOT NULL,
    done_at INTEGER,
    done_by BLOB CHECK (done_by IS NULL OR length(done_by) = 16),
    CONSTRAINT preadmission_notes_done_by_somebody CHECK ((done_at IS NULL) = (done_by IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX preadmission_notes_by_file ON preadmission_notes (preadmission_id, id);

CREATE TABLE preadmission_steps (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    preadmission_id BLOB NOT NULL REFERENCES preadmissions (id) ON DELETE CASCADE CHECK (length(preadmission_id) = 16),
    status TEXT NOT NULL CHECK (status IN ('CREATED', 'IN_PROGRESS', 'READY', 'REFUSED', 'COMPLETED', 'CANCELLED')),
    version INTEGER NOT NULL CHECK (version >= 0),
    channel TEXT NOT NULL CHECK (channel IN ('patient', 'relative', 'clerk', 'hospital')),
    actor BLOB CHECK (actor IS NULL OR length(actor) = 16),
    made_at INTEGER NOT NULL,
    CONSTRAINT preadmission_steps_by_somebody CHECK (actor IS NOT NULL OR channel = 'hospital')
) STRICT, WITHOUT ROWID;
CREATE INDEX preadmission_steps_by_file ON preadmission_steps (preadmission_id, made_at);
CREATE TRIGGER preadmission_steps_never_change BEFORE UPDATE ON preadmission_steps
BEGIN SELECT RAISE(ABORT, 'preadmission_steps_never_change'); END;

CREATE TABLE preadmission_decisions (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    preadmission_id BLOB NOT NULL REFERENCES preadmissions (id) ON DELETE CASCADE CHECK (length(preadmission_id) = 16),
    document_id BLOB NOT NULL CHECK (length(document_id) = 16),
    kind TEXT NOT NULL CHECK (length(kind) BETWEEN 1 AND 40),
    decision TEXT NOT NULL CHECK (decision IN ('accepted', 'refused', 'reconsidered')),
    reason TEXT,
    comment TEXT NOT NULL CHECK (length(comment) <= 500),
    staff_id BLOB NOT NULL CHECK (length(staff_id) = 16),
    made_at INTEGER NOT NULL,
    CONSTRAINT preadmission_decisions_refused_with_a_reason CHECK ((decision = 'refused') = (reason IS NOT NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX preadmission_decisions_by_file ON preadmission_decisions (preadmission_id, made_at);
CREATE TRIGGER preadmission_decisions_never_change BEFORE UPDATE ON preadmission_decisions
BEGIN SELECT RAISE(ABORT, 'preadmission_decisions_never_change'); END;

CREATE TABLE preadmission_identities (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    preadmission_id BLOB NOT NULL REFERENCES preadmissions (id) ON DELETE CASCADE CHECK (length(preadmission_id) = 16),
    choice TEXT NOT NULL CHECK (choice IN ('same', 'other', 'cell')),
    staff_id BLOB NOT NULL CHECK (length(staff_id) = 16),
    made_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX preadmission_identities_by_file ON preadmission_identities (preadmission_id, made_at);
CREATE TRIGGER preadmission_identities_never_change BEFORE UPDATE ON preadmission_identities
BEGIN SELECT RAISE(ABORT, 'preadmission_identities_never_change'); END;

CREATE TABLE preadmission_corrections (
    preadmission_id BLOB NOT NULL REFERENCES preadmissions (id) ON DELETE CASCADE CHECK (length(preadmission_id) = 16),
    field TEXT NOT NULL CHECK (field LIKE 'compulsory-cover.%' OR field LIKE 'complementary-cover.%'),
    value TEXT NOT NULL CHECK (length(value) <= 4000),
    staff_id BLOB NOT NULL CHECK (length(staff_id) = 16),
    made_at INTEGER NOT NULL,
    PRIMARY KEY (preadmission_id, field)
) STRICT, WITHOUT ROWID;

CREATE TABLE preadmission_reasons (
    establishment_id BLOB NOT NULL CHECK (length(establishment_id) = 16),
    kind TEXT NOT NULL CHECK (length(kind) BETWEEN 1 AND 40),
    code TEXT NOT NULL CHECK (length(code) BETWEEN 1 AND 40),
    fr TEXT NOT NULL CHECK (length(fr) BETWEEN 1 AND 200),
    en TEXT NOT NULL CHECK (length(en) BETWEEN 1 AND 200),
    active INTEGER NOT NULL CHECK (active IN (0, 1)),
    changed_by BLOB NOT NULL CHECK (length(changed_by) = 16),
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (establishment_id, kind, code)
) STRICT, WITHOUT ROWID;
CREATE INDEX preadmission_documents_by_content ON preadmission_documents (sha256);
