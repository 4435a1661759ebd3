-- Whose file it is: who opened it, who signs for a minor, and what only those who care for the patient read.

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

CREATE TABLE signatories (
    preadmission_id BLOB NOT NULL REFERENCES preadmissions (id) ON DELETE CASCADE CHECK (length(preadmission_id) = 16),
    number INTEGER NOT NULL CHECK (number BETWEEN 1 AND 4),
    quality TEXT NOT NULL CHECK (quality IN ('mother', 'father', 'guardian', 'ase', 'other')),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    patient_id BLOB CHECK (patient_id IS NULL OR length(patient_id) = 16),
    identified_as TEXT,
    state TEXT NOT NULL CHECK (state IN ('awaited', 'signed', 'refused', 'no-answer', 'not-reachable', 'sole-holder')),
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (preadmission_id, number),
    CONSTRAINT signatories_act_when_known CHECK (patient_id IS NOT NULL OR state IN ('awaited', 'no-answer', 'not-reachable')),
    CONSTRAINT signatories_known_by_name CHECK ((patient_id IS NULL) = (identified_as IS NULL))
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX signatories_preadmission_id_patient_id_key ON signatories (preadmission_id, patient_id);
CREATE TRIGGER signatories_keep_their_person BEFORE UPDATE OF patient_id ON signatories
WHEN OLD.patient_id IS NOT NULL AND NEW.patient_id IS NOT OLD.patient_id
BEGIN SELECT RAISE(ABORT, 'signatories_keep_their_person'); END;
CREATE TRIGGER signatories_never_of_a_secret_stay BEFORE INSERT ON signatories
WHEN EXISTS (SELECT 1 FROM preadmissions WHERE id = NEW.preadmission_id AND secret = 1)
BEGIN SELECT RAISE(ABORT, 'signatories_never_of_a_secret_stay'); END;

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
