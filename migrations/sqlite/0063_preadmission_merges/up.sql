-- Identities that a hospital merged or gave another number. See crates/preadmission/README.md.

CREATE TABLE merged_identities (
    establishment_id BLOB NOT NULL CHECK (length(establishment_id) = 16),
    old_number TEXT NOT NULL CHECK (length(old_number) BETWEEN 1 AND 200),
    new_number TEXT NOT NULL CHECK (length(new_number) BETWEEN 1 AND 200),
    merged_at INTEGER NOT NULL,
    PRIMARY KEY (establishment_id, old_number),
    CONSTRAINT merged_identities_into_another CHECK (old_number <> new_number)
) STRICT, WITHOUT ROWID;
CREATE INDEX merged_identities_by_survivor ON merged_identities (establishment_id, new_number);

CREATE TABLE preadmission_merges (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    preadmission_id BLOB NOT NULL REFERENCES preadmissions (id) ON DELETE CASCADE CHECK (length(preadmission_id) = 16),
    outcome TEXT NOT NULL CHECK (outcome IN ('followed', 'conflict', 'agreed', 'left')),
    old_number TEXT NOT NULL,
    person TEXT NOT NULL CHECK (json_valid(person)),
    made_at INTEGER NOT NULL,
    decided_by BLOB CHECK (decided_by IS NULL OR length(decided_by) = 16),
    decided_at INTEGER,
    CONSTRAINT preadmission_merges_decided_by_somebody CHECK (
        (decided_at IS NULL) = (decided_by IS NULL) AND (outcome IN ('agreed', 'left')) = (decided_by IS NOT NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX preadmission_merges_by_file ON preadmission_merges (preadmission_id, made_at);
-- One question at a time to the desk.
CREATE UNIQUE INDEX preadmission_merges_preadmission_id_key ON preadmission_merges (preadmission_id)
    WHERE outcome = 'conflict';
CREATE TRIGGER preadmission_merges_decided_once BEFORE UPDATE ON preadmission_merges
WHEN OLD.outcome <> 'conflict'
BEGIN SELECT RAISE(ABORT, 'preadmission_merges_decided_once'); END;
