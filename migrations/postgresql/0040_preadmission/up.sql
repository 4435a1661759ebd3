-- Pre-admission: planned stays, the files that hang on them, their answers and documents. See crates/preadmission/README.md.

CREATE TABLE stays (
    id uuid PRIMARY KEY,
    establishment_id uuid NOT NULL,
    site_id uuid NOT NULL,
    visit_number text CHECK (length(visit_number) BETWEEN 1 AND 40),
    folder_number text,
    movement text,
    person jsonb,
    class text NOT NULL CHECK (class IN ('inpatient', 'day', 'external')),
    unit_code text NOT NULL,
    unit_label text NOT NULL,
    entry_at timestamptz NOT NULL,
    exit_at timestamptz,
    label text NOT NULL,
    practitioner text,
    surgery boolean NOT NULL,
    origin text NOT NULL CHECK (origin IN ('sih', 'desk', 'seed', 'patient')),
    cancelled_at timestamptz,
    created_at timestamptz NOT NULL,
    CONSTRAINT stays_of_the_hospital_have_a_person CHECK (origin = 'patient' OR (visit_number IS NOT NULL AND person IS NOT NULL))
);
CREATE UNIQUE INDEX stays_establishment_id_visit_number_key ON stays (establishment_id, visit_number);
CREATE INDEX stays_by_entry ON stays (establishment_id, entry_at);

CREATE TABLE cancelled_visits (
    establishment_id uuid NOT NULL,
    visit_number text NOT NULL CHECK (length(visit_number) BETWEEN 1 AND 40),
    cancelled_at timestamptz NOT NULL,
    PRIMARY KEY (establishment_id, visit_number)
);

CREATE TABLE document_rules (
    establishment_id uuid NOT NULL,
    version integer NOT NULL CHECK (version > 0),
    rules jsonb NOT NULL,
    made_by uuid NOT NULL,
    made_at timestamptz NOT NULL,
    PRIMARY KEY (establishment_id, version)
);
CREATE TRIGGER document_rules_never_change BEFORE UPDATE ON document_rules
FOR EACH ROW EXECUTE FUNCTION refuse_change('document_rules_never_change');
CREATE TRIGGER document_rules_stay BEFORE DELETE ON document_rules
FOR EACH ROW EXECUTE FUNCTION refuse_change('document_rules_stay');

CREATE TABLE preadmissions (
    id uuid PRIMARY KEY,
    establishment_id uuid NOT NULL,
    stay_id uuid NOT NULL REFERENCES stays (id),
    patient_id uuid,
    status text NOT NULL CHECK (status IN ('CREATED', 'IN_PROGRESS', 'READY', 'REFUSED', 'COMPLETED', 'CANCELLED')),
    version integer NOT NULL CHECK (version >= 0),
    rules_version integer NOT NULL CHECK (rules_version >= 0),
    link_generation integer NOT NULL CHECK (link_generation > 0),
    created_at timestamptz NOT NULL,
    opened_at timestamptz,
    submitted_at timestamptz,
    decided_at timestamptz,
    decided_by uuid,
    to_correct jsonb NOT NULL,
    refusal_text text NOT NULL,
    deadline timestamptz,
    CONSTRAINT preadmissions_opened_by_somebody CHECK (patient_id IS NOT NULL OR opened_at IS NOT NULL OR status IN ('CREATED', 'CANCELLED')),
    CONSTRAINT preadmissions_sent_before_decided CHECK (status NOT IN ('READY', 'REFUSED', 'COMPLETED') OR (submitted_at IS NOT NULL AND version > 0)),
    CONSTRAINT preadmissions_decided_by_somebody CHECK (status NOT IN ('REFUSED', 'COMPLETED') OR (decided_at IS NOT NULL AND decided_by IS NOT NULL))
);
CREATE UNIQUE INDEX preadmissions_stay_id_key ON preadmissions (stay_id);
CREATE INDEX preadmissions_by_patient ON preadmissions (patient_id, created_at);
CREATE INDEX preadmissions_by_status ON preadmissions (establishment_id, status);
CREATE TRIGGER preadmissions_cancelled_is_the_end BEFORE UPDATE OF status ON preadmissions
FOR EACH ROW WHEN (OLD.status = 'CANCELLED' AND NEW.status <> 'CANCELLED') EXECUTE FUNCTION refuse_change('preadmissions_cancelled_is_the_end');
CREATE TRIGGER preadmissions_keep_their_patient BEFORE UPDATE OF patient_id ON preadmissions
FOR EACH ROW WHEN (OLD.patient_id IS NOT NULL AND NEW.patient_id IS DISTINCT FROM OLD.patient_id) EXECUTE FUNCTION refuse_change('preadmissions_keep_their_patient');

CREATE TABLE preadmission_answers (
    preadmission_id uuid NOT NULL REFERENCES preadmissions (id) ON DELETE CASCADE,
    field text NOT NULL CHECK (length(field) BETWEEN 3 AND 80),
    value text NOT NULL CHECK (length(value) <= 4000),
    source text NOT NULL CHECK (source IN ('hospital', 'franceconnect', 'previous', 'patient', 'relative', 'clerk', 'card')),
    saved_by uuid,
    saved_at timestamptz NOT NULL,
    PRIMARY KEY (preadmission_id, field),
    CONSTRAINT preadmission_answers_written_by_somebody CHECK (saved_by IS NOT NULL OR source IN ('hospital', 'franceconnect', 'previous'))
);

CREATE TABLE preadmission_documents (
    id uuid PRIMARY KEY,
    preadmission_id uuid NOT NULL REFERENCES preadmissions (id),
    kind text NOT NULL CHECK (length(kind) BETWEEN 1 AND 40),
    state text NOT NULL CHECK (state IN ('awaited', 'received', 'checking', 'undecided', 'infected', 'to-review', 'accepted', 'refused', 'not-available', 'replaced', 'purged')),
    reason text,
    reason_text text NOT NULL,
    label text NOT NULL CHECK (length(label) <= 255),
    sha256 bytea CHECK (length(sha256) = 32),
    received_bytes bigint CHECK (received_bytes > 0),
    kept_bytes bigint CHECK (kept_bytes > 0),
    pages integer CHECK (pages > 0),
    received_by uuid,
    created_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    decided_by uuid,
    CONSTRAINT preadmission_documents_refused_with_a_reason CHECK (state NOT IN ('refused', 'not-available') OR reason IS NOT NULL)
);
CREATE INDEX preadmission_documents_by_file ON preadmission_documents (preadmission_id, kind);
CREATE UNIQUE INDEX preadmission_documents_preadmission_id_kind_key ON preadmission_documents (preadmission_id, kind)
    WHERE state = 'not-available';
CREATE TRIGGER preadmission_documents_purged_is_the_end BEFORE UPDATE OF state ON preadmission_documents
FOR EACH ROW WHEN (OLD.state = 'purged' AND NEW.state <> 'purged') EXECUTE FUNCTION refuse_change('preadmission_documents_purged_is_the_end');
COMMENT ON TABLE stays IS 'Personal data. Purpose: the planned stays that files hang on. Kept until 30 days after the stay.';
COMMENT ON COLUMN stays.visit_number IS 'PV1-19: never given twice by an establishment. Null: opened by a patient, not known there yet.';
COMMENT ON COLUMN stays.person IS 'The person as the hospital knows them; what a patient says never replaces it.';
COMMENT ON COLUMN stays.surgery IS 'Anaesthesia or surgery is planned.';
COMMENT ON TABLE cancelled_visits IS 'Visits cancelled before they were announced: a late announcement opens nothing.';
COMMENT ON TABLE document_rules IS 'Which documents an establishment asks for, in versions that never change. Version 0 is the shipped table.';
COMMENT ON TABLE preadmissions IS 'Personal data. Purpose: the file of a stay. Kept until 30 days after the stay; empty ones 14 days.';
COMMENT ON COLUMN preadmissions.patient_id IS 'Null until somebody whose traits are those of the hospital opened it.';
COMMENT ON COLUMN preadmissions.version IS 'Rises with every submission.';
COMMENT ON COLUMN preadmissions.link_generation IS 'The link in letters is an HMAC of the id and this number: raising it makes older links useless.';
COMMENT ON COLUMN preadmissions.to_correct IS 'Names of the sections that the hospital asks for again.';
COMMENT ON TABLE preadmission_answers IS 'Personal data. Purpose: what the file says, field by field, and who said it. Kept as long as its file.';
COMMENT ON TABLE preadmission_documents IS 'Personal data. Purpose: the documents of a file and what became of each. Its bytes stand elsewhere.';
COMMENT ON COLUMN preadmission_documents.label IS 'The name the patient''s file had; shown, never used as a path.';
COMMENT ON COLUMN preadmission_documents.sha256 IS 'Of the received bytes, to find the same file sent twice.';
COMMENT ON COLUMN preadmission_documents.received_bytes IS 'Bytes as sent.';
COMMENT ON COLUMN preadmission_documents.kept_bytes IS 'Bytes of the rebuilt document.';
