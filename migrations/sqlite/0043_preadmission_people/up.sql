-- Whose file it is: who opened it, who else is asked, and what only those who care for the patient read. See crates/preadmission/README.md.

ALTER TABLE preadmissions ADD COLUMN opened_as TEXT NOT NULL DEFAULT 'self' CHECK (opened_as IN ('self', 'holder', 'representative', 'relative'));
ALTER TABLE preadmissions ADD COLUMN secret INTEGER NOT NULL DEFAULT 0 CHECK (secret IN (0, 1));
CREATE TRIGGER preadmissions_keep_how_they_were_opened BEFORE UPDATE OF opened_as ON preadmissions
WHEN OLD.patient_id IS NOT NULL AND NEW.opened_as <> OLD.opened_as AND NOT (OLD.secret = 1 AND NEW.opened_as = 'self')
BEGIN SELECT RAISE(ABORT, 'preadmissions_keep_how_they_were_opened'); END;

-- A minor takes over a stay that is kept secret from the parent who opened it, and nobody else ever does.
DROP TRIGGER preadmissions_keep_their_patient;
CREATE TRIGGER preadmissions_keep_their_patient BEFORE UPDATE OF patient_id ON preadmissions
WHEN OLD.patient_id IS NOT NULL AND NEW.patient_id IS NOT OLD.patient_id
    AND NOT (OLD.secret = 1 AND OLD.opened_as <> 'self' AND NEW.opened_as = 'self')
BEGIN SELECT RAISE(ABORT, 'preadmissions_keep_their_patient'); END;

-- Who is asked by a link of their own to answer: holders of parental authority, the trusted person (CSP art. L1111-6), the
-- person in charge of a protected adult (CSP art. L1111-4).
CREATE TABLE preadmission_people (
    preadmission_id BLOB NOT NULL REFERENCES preadmissions (id) ON DELETE CASCADE CHECK (length(preadmission_id) = 16),
    purpose TEXT NOT NULL CHECK (purpose IN ('parental-authority', 'representative', 'trusted-person')),
    number INTEGER NOT NULL CHECK (number BETWEEN 1 AND 9),
    capacity TEXT,
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    patient_id BLOB CHECK (patient_id IS NULL OR length(patient_id) = 16),
    identified_as TEXT,
    state TEXT NOT NULL CHECK (state IN ('awaited', 'signed', 'refused', 'no-answer', 'not-reachable', 'sole-holder', 'paper', 'revoked')),
    received_by BLOB CHECK (received_by IS NULL OR length(received_by) = 16),
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (preadmission_id, purpose, number),
    CONSTRAINT preadmission_people_have_their_capacity CHECK (CASE purpose
        WHEN 'parental-authority' THEN number <= 4 AND coalesce(capacity, '') IN ('mother', 'father', 'guardian', 'ase', 'other')
        WHEN 'representative' THEN coalesce(capacity, 'tutelle') IN ('tutelle', 'curatelle', 'sauvegarde', 'habilitation', 'mandat')
        ELSE capacity IS NULL END),
    CONSTRAINT preadmission_people_in_charge_by_a_measure CHECK (purpose <> 'representative' OR patient_id IS NULL OR capacity IS NOT NULL),
    CONSTRAINT preadmission_people_answer_for_their_purpose CHECK (CASE purpose
        WHEN 'parental-authority' THEN state NOT IN ('paper', 'revoked')
        WHEN 'representative' THEN state NOT IN ('paper', 'not-reachable', 'sole-holder')
        ELSE state NOT IN ('not-reachable', 'sole-holder') END),
    CONSTRAINT preadmission_people_act_when_known CHECK (patient_id IS NOT NULL OR state NOT IN ('signed', 'refused', 'sole-holder')),
    CONSTRAINT preadmission_people_known_by_name CHECK ((patient_id IS NULL) = (identified_as IS NULL)),
    CONSTRAINT preadmission_people_paper_was_received CHECK (state <> 'paper' OR received_by IS NOT NULL)
) STRICT, WITHOUT ROWID;
-- One person answers once for one purpose; one trusted person and one person in charge stand or are awaited.
CREATE UNIQUE INDEX preadmission_people_preadmission_id_purpose_patient_id_key ON preadmission_people (preadmission_id, purpose, patient_id)
    WHERE state <> 'revoked';
CREATE UNIQUE INDEX preadmission_people_preadmission_id_purpose_key ON preadmission_people (preadmission_id, purpose)
    WHERE purpose <> 'parental-authority' AND state IN ('awaited', 'signed', 'paper');
CREATE INDEX preadmission_people_by_patient ON preadmission_people (patient_id, purpose);
CREATE TRIGGER preadmission_people_keep_their_person BEFORE UPDATE OF patient_id ON preadmission_people
WHEN OLD.patient_id IS NOT NULL AND NEW.patient_id IS NOT OLD.patient_id
BEGIN SELECT RAISE(ABORT, 'preadmission_people_keep_their_person'); END;
CREATE TRIGGER preadmission_people_never_the_patient BEFORE UPDATE OF patient_id ON preadmission_people
WHEN NEW.purpose <> 'parental-authority' AND EXISTS (
    SELECT 1 FROM preadmissions WHERE id = NEW.preadmission_id AND patient_id = NEW.patient_id AND opened_as = 'self')
BEGIN SELECT RAISE(ABORT, 'preadmission_people_never_the_patient'); END;
CREATE TRIGGER preadmission_people_revoked_is_the_end BEFORE UPDATE ON preadmission_people WHEN OLD.state = 'revoked'
BEGIN SELECT RAISE(ABORT, 'preadmission_people_revoked_is_the_end'); END;
CREATE TRIGGER preadmission_people_never_parents_of_a_secret_stay BEFORE INSERT ON preadmission_people
WHEN NEW.purpose = 'parental-authority' AND EXISTS (SELECT 1 FROM preadmissions WHERE id = NEW.preadmission_id AND secret = 1)
BEGIN SELECT RAISE(ABORT, 'preadmission_people_never_parents_of_a_secret_stay'); END;

CREATE TABLE wrong_births (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    preadmission_id BLOB NOT NULL REFERENCES preadmissions (id) ON DELETE CASCADE CHECK (length(preadmission_id) = 16),
    patient_id BLOB NOT NULL CHECK (length(patient_id) = 16),
    tried_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX wrong_births_by_file ON wrong_births (preadmission_id, tried_at);

CREATE TABLE medical_questionnaires (
    preadmission_id BLOB NOT NULL PRIMARY KEY REFERENCES preadmissions (id) ON DELETE CASCADE CHECK (length(preadmission_id) = 16),
    version INTEGER NOT NULL CHECK (version >= 0),
    submitted_at INTEGER,
    CONSTRAINT medical_questionnaires_sent_once_counted CHECK ((version = 0) = (submitted_at IS NULL))
) STRICT, WITHOUT ROWID;

CREATE TABLE medical_answers (
    preadmission_id BLOB NOT NULL REFERENCES medical_questionnaires (preadmission_id) ON DELETE CASCADE CHECK (length(preadmission_id) = 16),
    field TEXT NOT NULL CHECK (length(field) BETWEEN 3 AND 80),
    value TEXT NOT NULL CHECK (length(value) <= 4000),
    saved_by BLOB NOT NULL CHECK (length(saved_by) = 16),
    saved_at INTEGER NOT NULL,
    PRIMARY KEY (preadmission_id, field)
) STRICT, WITHOUT ROWID;
