-- The admissions desk: whose a file is, notes, decisions, reasons, figures. See crates/preadmission/README.md.

ALTER TABLE stays ADD COLUMN search text NOT NULL DEFAULT '';
CREATE INDEX stays_by_time ON stays (entry_at, id);
CREATE INDEX preadmissions_by_submission ON preadmissions (submitted_at, id);

CREATE TABLE preadmission_assignments (
    preadmission_id uuid PRIMARY KEY REFERENCES preadmissions (id) ON DELETE CASCADE,
    staff_id uuid NOT NULL,
    assigned_by uuid NOT NULL,
    assigned_at timestamptz NOT NULL
);
CREATE INDEX preadmission_assignments_by_staff ON preadmission_assignments (staff_id);

CREATE TABLE preadmission_clerks (
    establishment_id uuid NOT NULL,
    staff_id uuid NOT NULL,
    PRIMARY KEY (establishment_id, staff_id)
);

CREATE TABLE preadmission_notes (
    id uuid PRIMARY KEY,
    preadmission_id uuid NOT NULL REFERENCES preadmissions (id) ON DELETE CASCADE,
    text text NOT NULL CHECK (length(text) BETWEEN 1 AND 2000),
    to_do boolean NOT NULL,
    staff_id uuid NOT NULL,
    made_at timestamptz NOT NULL,
    done_at timestamptz,
    done_by uuid,
    CONSTRAINT preadmission_notes_done_by_somebody CHECK ((done_at IS NULL) = (done_by IS NULL))
);
CREATE INDEX preadmission_notes_by_file ON preadmission_notes (preadmission_id, id);

CREATE TABLE preadmission_steps (
    id uuid PRIMARY KEY,
    preadmission_id uuid NOT NULL REFERENCES preadmissions (id) ON DELETE CASCADE,
    status text NOT NULL CHECK (status IN ('CREATED', 'IN_PROGRESS', 'READY', 'REFUSED', 'COMPLETED', 'CANCELLED')),
    version integer NOT NULL CHECK (version >= 0),
    channel text NOT NULL CHECK (channel IN ('patient', 'relative', 'clerk', 'hospital')),
    actor uuid,
    made_at timestamptz NOT NULL,
    CONSTRAINT preadmission_steps_by_somebody CHECK (actor IS NOT NULL OR channel = 'hospital')
);
CREATE INDEX preadmission_steps_by_file ON preadmission_steps (preadmission_id, made_at);
CREATE TRIGGER preadmission_steps_never_change BEFORE UPDATE ON preadmission_steps
FOR EACH ROW EXECUTE FUNCTION refuse_change('preadmission_steps_never_change');

CREATE TABLE preadmission_decisions (
    id uuid PRIMARY KEY,
    preadmission_id uuid NOT NULL REFERENCES preadmissions (id) ON DELETE CASCADE,
    document_id uuid NOT NULL,
    kind text NOT NULL CHECK (length(kind) BETWEEN 1 AND 40),
    decision text NOT NULL CHECK (decision IN ('accepted', 'refused', 'reconsidered')),
    reason text,
    comment text NOT NULL CHECK (length(comment) <= 500),
    staff_id uuid NOT NULL,
    made_at timestamptz NOT NULL,
    CONSTRAINT preadmission_decisions_refused_with_a_reason CHECK ((decision = 'refused') = (reason IS NOT NULL))
);
CREATE INDEX preadmission_decisions_by_file ON preadmission_decisions (preadmission_id, made_at);
CREATE TRIGGER preadmission_decisions_never_change BEFORE UPDATE ON preadmission_decisions
FOR EACH ROW EXECUTE FUNCTION refuse_change('preadmission_decisions_never_change');

CREATE TABLE preadmission_identities (
    id uuid PRIMARY KEY,
    preadmission_id uuid NOT NULL REFERENCES preadmissions (id) ON DELETE CASCADE,
    choice text NOT NULL CHECK (choice IN ('same', 'other', 'cell')),
    staff_id uuid NOT NULL,
    made_at timestamptz NOT NULL
);
CREATE INDEX preadmission_identities_by_file ON preadmission_identities (preadmission_id, made_at);
CREATE TRIGGER preadmission_identities_never_change BEFORE UPDATE ON preadmission_identities
FOR EACH ROW EXECUTE FUNCTION refuse_change('preadmission_identities_never_change');

CREATE TABLE preadmission_corrections (
    preadmission_id uuid NOT NULL REFERENCES preadmissions (id) ON DELETE CASCADE,
    field text NOT NULL CHECK (field LIKE 'compulsory-cover.%' OR field LIKE 'complementary-cover.%'),
    value text NOT NULL CHECK (length(value) <= 4000),
    staff_id uuid NOT NULL,
    made_at timestamptz NOT NULL,
    PRIMARY KEY (preadmission_id, field)
);

CREATE TABLE preadmission_reasons (
    establishment_id uuid NOT NULL,
    kind text NOT NULL CHECK (length(kind) BETWEEN 1 AND 40),
    code text NOT NULL CHECK (length(code) BETWEEN 1 AND 40),
    fr text NOT NULL CHECK (length(fr) BETWEEN 1 AND 200),
    en text NOT NULL CHECK (length(en) BETWEEN 1 AND 200),
    active boolean NOT NULL,
    changed_by uuid NOT NULL,
    changed_at timestamptz NOT NULL,
    PRIMARY KEY (establishment_id, kind, code)
);
CREATE INDEX preadmission_documents_by_content ON preadmission_documents (sha256);

COMMENT ON COLUMN stays.search IS 'Personal data. Purpose: finding a stay by name or number. Folded; kept as long as the stay.';
COMMENT ON TABLE preadmission_assignments IS 'Purpose: which clerk sees to a file. Kept as long as the file.';
COMMENT ON TABLE preadmission_clerks IS 'Purpose: to whom files of an establishment can be given: those who acted there.';
COMMENT ON TABLE preadmission_notes IS 'Personal data. Purpose: what clerks tell one another of a file; its patient never sees it. Kept as long as the file.';
COMMENT ON TABLE preadmission_steps IS 'Purpose: history and figures: each status of a file, when and through whom. Kept as long as the file.';
COMMENT ON TABLE preadmission_decisions IS 'Purpose: history and figures: each decision on a document. Kept as long as the file.';
COMMENT ON TABLE preadmission_identities IS 'Purpose: what a clerk found when comparing identities; the last one counts. Kept as long as the file.';
COMMENT ON TABLE preadmission_corrections IS 'Personal data. Purpose: numbers of a cover as a clerk read them, beside what the patient wrote. Kept as long as the file.';
COMMENT ON TABLE preadmission_reasons IS 'Purpose: why an establishment refuses a kind of document, in its own words; those not here are the shipped ones.';
