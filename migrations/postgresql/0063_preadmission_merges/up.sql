-- Identities that a hospital merged or gave another number. See crates/preadmission/README.md.

CREATE TABLE merged_identities (
    establishment_id uuid NOT NULL,
    old_number text NOT NULL CHECK (length(old_number) BETWEEN 1 AND 200),
    new_number text NOT NULL CHECK (length(new_number) BETWEEN 1 AND 200),
    merged_at timestamptz NOT NULL,
    PRIMARY KEY (establishment_id, old_number),
    CONSTRAINT merged_identities_into_another CHECK (old_number <> new_number)
);
COMMENT ON TABLE merged_identities IS 'Numbers that a hospital gave up, each with the one that stands for it: a late message under the old one is the new one''s.';
CREATE INDEX merged_identities_by_survivor ON merged_identities (establishment_id, new_number);

CREATE TABLE preadmission_merges (
    id uuid PRIMARY KEY,
    preadmission_id uuid NOT NULL REFERENCES preadmissions (id) ON DELETE CASCADE,
    outcome text NOT NULL CHECK (outcome IN ('followed', 'conflict', 'agreed', 'left')),
    old_number text NOT NULL,
    person jsonb NOT NULL,
    made_at timestamptz NOT NULL,
    decided_by uuid,
    decided_at timestamptz,
    CONSTRAINT preadmission_merges_decided_by_somebody CHECK (
        (decided_at IS NULL) = (decided_by IS NULL) AND (outcome IN ('agreed', 'left')) = (decided_by IS NOT NULL))
);
COMMENT ON TABLE preadmission_merges IS 'Files whose person got another number: followed at once, or shown to the desk because somebody else may have opened them.';
CREATE INDEX preadmission_merges_by_file ON preadmission_merges (preadmission_id, made_at);
-- One question at a time to the desk.
CREATE UNIQUE INDEX preadmission_merges_preadmission_id_key ON preadmission_merges (preadmission_id)
    WHERE outcome = 'conflict';
CREATE TRIGGER preadmission_merges_decided_once BEFORE UPDATE ON preadmission_merges
FOR EACH ROW WHEN (OLD.outcome <> 'conflict') EXECUTE FUNCTION refuse_change('preadmission_merges_decided_once');
