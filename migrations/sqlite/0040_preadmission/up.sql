-- Pre-admission: planned stays, the files that hang on them, their answers and documents. See crates/preadmission/README.md.

CREATE TABLE stays (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    establishment_id BLOB NOT NULL CHECK (length(establishment_id) = 16),
    site_id BLOB NOT NULL CHECK (length(site_id) = 16),
    visit_number TEXT CHECK (visit_number IS NULL OR length(visit_number) BETWEEN 1 AND 40),
    folder_number TEXT,
    movement TEXT,
    person TEXT CHECK (person IS NULL OR json_valid(person)),
    class TEXT NOT NULL CHECK (class IN ('inpatient', 'day', 'external')),
    unit_code TEXT NOT NULL,
    unit_label TEXT NOT NULL,
    entry_at INTEGER NOT NULL,
    exit_at INTEGER,
    label TEXT NOT NULL,
    practitioner TEXT,
    surgery INTEGER NOT NULL CHECK (surgery IN (0, 1)),
    origin TEXT NOT NULL CHECK (origin IN ('sih', 'desk', 'seed', 'patient')),
    cancelled_at INTEGER,
    created_at INTEGER NOT NULL,
    CONSTRAINT stays_of_the_hospital_have_a_person CHECK (origin = 'patient' OR (visit_number IS NOT NULL AND person IS NOT NULL))
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX stays_establishment_id_visit_number_key ON stays (establishment_id, visit_number);
CREATE INDEX stays_by_entry ON stays (establishment_id, entry_at);

CREATE TABLE cancelled_visits (
    establishment_id BLOB NOT NULL CHECK (length(establishment_id) = 16),
    visit_number TEXT NOT NULL CHECK (length(visit_number) BETWEEN 1 AND 40),
    cancelled_at INTEGER NOT NULL,
    PRIMARY KEY (establishment_id, visit_number)
) STRICT, WITHOUT ROWID;

CREATE TABLE document_rules (
    establishment_id BLOB NOT NULL CHECK (length(establishment_id) = 16),
    version INTEGER NOT NULL CHECK (version > 0),
    rules TEXT NOT NULL CHECK (json_valid(rules)),
    made_by BLOB NOT NULL CHECK (length(made_by) = 16),
    made_at INTEGER NOT NULL,
    PRIMARY KEY (establishment_id, version)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER document_rules_never_change BEFORE UPDATE ON document_rules
BEGIN SELECT RAISE(ABORT, 'document_rules_never_change'); END;
CREATE TRIGGER document_rules_stay BEFORE DELETE ON document_rules
BEGIN SELECT RAISE(ABORT, 'document_rules_stay'); END;

CREATE TABLE preadmissions (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    establishment_id BLOB NOT NULL CHECK (length(establishment_id) = 16),
    stay_id BLOB NOT NULL REFERENCES stays (id) CHECK (length(stay_id) = 16),
    patient_id BLOB CHECK (patient_id IS NULL OR length(patient_id) = 16),
    status TEXT NOT NULL CHECK (status IN ('CREATED', 'IN_PROGRESS', 'READY', 'REFUSED', 'COMPLETED', 'CANCELLED')),
    version INTEGER NOT NULL CHECK (version >= 0),
    rules_version INTEGER NOT NULL CHECK (rules_version >= 0),
    link_generation INTEGER NOT NULL CHECK (link_generation > 0),
    created_at INTEGER NOT NULL,
    opened_at INTEGER,
    submitted_at INTEGER,
    decided_at INTEGER,
    decided_by BLOB CHECK (decided_by IS NULL OR length(decided_by) = 16),
    to_correct TEXT NOT NULL CHECK (json_valid(to_correct)),
    refusal_text TEXT NOT NULL,
    deadline INTEGER,
    CONSTRAINT preadmissions_opened_by_somebody CHECK (patient_id IS NOT NULL OR opened_at IS NOT NULL OR status IN ('CREATED', 'CANCELLED')),
    CONSTRAINT preadmissions_sent_before_decided CHECK (status NOT IN ('READY', 'REFUSED', 'COMPLETED') OR (submitted_at IS NOT NULL AND version > 0)),
    CONSTRAINT preadmissions_decided_by_somebody CHECK (status NOT IN ('REFUSED', 'COMPLETED') OR (decided_at IS NOT NULL AND decided_by IS NOT NULL))
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX preadmissions_stay_id_key ON preadmissions (stay_id);
CREATE INDEX preadmissions_by_patient ON preadmissions (patient_id, created_at);
CREATE INDEX preadmissions_by_status ON preadmissions (establishment_id, status);
CREATE TRIGGER preadmissions_cancelled_is_the_end BEFORE UPDATE OF status ON preadmissions
WHEN OLD.status = 'CANCELLED' AND NEW.status <> 'CANCELLED'
BEGIN SELECT RAISE(ABORT, 'preadmissions_cancelled_is_the_end'); END;
CREATE TRIGGER preadmissions_keep_their_patient BEFORE UPDATE OF patient_id ON preadmissions
WHEN OLD.patient_id IS NOT NULL AND NEW.patient_id IS NOT OLD.patient_id
BEGIN SELECT RAISE(ABORT, 'preadmissions_keep_their_patient'); END;

CREATE TABLE preadmission_answers (
    preadmission_id BLOB NOT NULL REFERENCES preadmissions (id) ON DELETE CASCADE CHECK (length(preadmission_id) = 16),
    field TEXT NOT NULL CHECK (length(field) BETWEEN 3 AND 80),
    value TEXT NOT NULL CHECK (length(value) <= 4000),
    source TEXT NOT NULL CHECK (source IN ('hospital', 'franceconnect', 'previous', 'patient', 'relative', 'clerk', 'card')),
    saved_by BLOB CHECK (saved_by IS NULL OR length(saved_by) = 16),
    saved_at INTEGER NOT NULL,
    PRIMARY KEY (preadmission_id, field),
    CONSTRAINT preadmission_answers_written_by_somebody CHECK (saved_by IS NOT NULL OR source IN ('hospital', 'franceconnect', 'previous'))
) STRICT, WITHOUT ROWID;

CREATE TABLE preadmission_documents (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    preadmission_id BLOB NOT NULL REFERENCES preadmissions (id) CHECK (length(preadmission_id) = 16),
    kind TEXT NOT NULL CHECK (length(kind) BETWEEN 1 AND 40),
    state TEXT NOT NULL CHECK (state IN ('awaited', 'received', 'checking', 'undecided', 'infected', 'to-review', 'accepted', 'refused', 'not-available', 'replaced', 'purged')),
    reason TEXT,
    reason_text TEXT NOT NULL,
    label TEXT NOT NULL CHECK (length(label) <= 255),
    sha256 BLOB CHECK (sha256 IS NULL OR length(sha256) = 32),
    received_bytes INTEGER CHECK (received_bytes IS NULL OR received_bytes > 0),
    kept_bytes INTEGER CHECK (kept_bytes IS NULL OR kept_bytes > 0),
    pages INTEGER CHECK (pages IS NULL OR pages > 0),
    received_by BLOB CHECK (received_by IS NULL OR length(received_by) = 16),
    created_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    decided_by BLOB CHECK (decided_by IS NULL OR length(decided_by) = 16),
    CONSTRAINT preadmission_documents_refused_with_a_reason CHECK (state NOT IN ('refused', 'not-available') OR reason IS NOT NULL)
) STRICT, WITHOUT ROWID;
CREATE INDEX preadmission_documents_by_file ON preadmission_documents (preadmission_id, kind);
CREATE UNIQUE INDEX preadmission_documents_preadmission_id_kind_key ON preadmission_documents (preadmission_id, kind)
    WHERE state = 'not-available';
CREATE TRIGGER preadmission_documents_purged_is_the_end BEFORE UPDATE OF state ON preadmission_documents
WHEN OLD.state = 'purged' AND NEW.state <> 'purged'
BEGIN SELECT RAISE(ABORT, 'preadmission_documents_purged_is_the_end'); END;
