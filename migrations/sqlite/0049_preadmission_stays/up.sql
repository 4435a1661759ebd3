-- Stays of which a patient told before their hospital did, stays that were moved, and who gave a document. See crates/preadmission/README.md.

ALTER TABLE stays ADD COLUMN moves INTEGER NOT NULL DEFAULT 0 CHECK (moves >= 0);

CREATE TABLE preadmission_meetings (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    preadmission_id BLOB NOT NULL REFERENCES preadmissions (id) ON DELETE CASCADE CHECK (length(preadmission_id) = 16),
    announced_id BLOB CHECK (announced_id IS NULL OR length(announced_id) = 16),
    outcome TEXT NOT NULL CHECK (outcome IN ('met', 'asked', 'joined', 'apart')),
    told_entry_at INTEGER NOT NULL,
    made_at INTEGER NOT NULL,
    decided_by BLOB CHECK (decided_by IS NULL OR length(decided_by) = 16),
    decided_at INTEGER,
    CONSTRAINT preadmission_meetings_of_two_files CHECK (
        (outcome = 'met') = (announced_id IS NULL) AND announced_id IS NOT preadmission_id),
    CONSTRAINT preadmission_meetings_decided_by_somebody CHECK (
        (decided_at IS NULL) = (decided_by IS NULL) AND (outcome IN ('joined', 'apart')) = (decided_by IS NOT NULL))
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX preadmission_meetings_preadmission_id_announced_id_key ON preadmission_meetings (preadmission_id, announced_id);
CREATE INDEX preadmission_meetings_by_announced ON preadmission_meetings (announced_id);
CREATE INDEX preadmission_meetings_asked ON preadmission_meetings (preadmission_id) WHERE outcome = 'asked';
-- A file meets one announcement at most.
CREATE UNIQUE INDEX preadmission_meetings_preadmission_id_key ON preadmission_meetings (preadmission_id)
    WHERE outcome IN ('met', 'joined');
CREATE TRIGGER preadmission_meetings_decided_once BEFORE UPDATE ON preadmission_meetings
WHEN OLD.outcome <> 'asked'
BEGIN SELECT RAISE(ABORT, 'preadmission_meetings_decided_once'); END;

ALTER TABLE preadmission_documents ADD COLUMN source TEXT NOT NULL DEFAULT 'patient' CHECK (source IN ('patient', 'relative', 'clerk'));
