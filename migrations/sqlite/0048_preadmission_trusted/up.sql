-- Whom a patient designated as trusted person (CSP art. L1111-6), and what became of it. See crates/preadmission/README.md.

CREATE TABLE trusted_people (
    preadmission_id BLOB NOT NULL REFERENCES preadmissions (id) ON DELETE CASCADE CHECK (length(preadmission_id) = 16),
    number INTEGER NOT NULL CHECK (number BETWEEN 1 AND 9),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    state TEXT NOT NULL CHECK (state IN ('asked', 'signed', 'paper', 'declined', 'expired', 'revoked')),
    patient_id BLOB CHECK (patient_id IS NULL OR length(patient_id) = 16),
    identified_as TEXT,
    received_by BLOB CHECK (received_by IS NULL OR length(received_by) = 16),
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (preadmission_id, number),
    CONSTRAINT trusted_people_act_when_known CHECK (patient_id IS NOT NULL OR state NOT IN ('signed', 'declined')),
    CONSTRAINT trusted_people_known_by_name CHECK ((patient_id IS NULL) = (identified_as IS NULL)),
    CONSTRAINT trusted_people_paper_was_received CHECK (state <> 'paper' OR received_by IS NOT NULL)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX trusted_people_preadmission_id_key ON trusted_people (preadmission_id) WHERE state IN ('asked', 'signed', 'paper');
CREATE TRIGGER trusted_people_keep_their_person BEFORE UPDATE OF patient_id ON trusted_people
WHEN OLD.patient_id IS NOT NULL AND NEW.patient_id IS NOT OLD.patient_id
BEGIN SELECT RAISE(ABORT, 'trusted_people_keep_their_person'); END;
CREATE TRIGGER trusted_people_never_the_patient BEFORE UPDATE OF patient_id ON trusted_people
WHEN EXISTS (SELECT 1 FROM preadmissions WHERE id = NEW.preadmission_id AND patient_id = NEW.patient_id)
BEGIN SELECT RAISE(ABORT, 'trusted_people_never_the_patient'); END;
CREATE TRIGGER trusted_people_revoked_is_the_end BEFORE UPDATE ON trusted_people WHEN OLD.state = 'revoked'
BEGIN SELECT RAISE(ABORT, 'trusted_people_revoked_is_the_end'); END;
