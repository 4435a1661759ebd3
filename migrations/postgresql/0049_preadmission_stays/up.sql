-- Stays of which a patient told before their hospital did, stays that were moved, and who gave a document. See crates/preadmission/README.md.

ALTER TABLE stays ADD COLUMN moves integer NOT NULL DEFAULT 0 CHECK (moves >= 0);
COMMENT ON COLUMN stays.moves IS 'How often the hospital moved its entry; each move is told once.';

CREATE TABLE preadmission_meetings (
    id uuid PRIMARY KEY,
    preadmission_id uuid NOT NULL REFERENCES preadmissions (id) ON DELETE CASCADE,
    announced_id uuid,
    outcome text NOT NULL CHECK (outcome IN ('met', 'asked', 'joined', 'apart')),
    told_entry_at timestamptz NOT NULL,
    made_at timestamptz NOT NULL,
    decided_by uuid,
    decided_at timestamptz,
    CONSTRAINT preadmission_meetings_of_two_files CHECK (
        (outcome = 'met') = (announced_id IS NULL) AND announced_id IS DISTINCT FROM preadmission_id),
    CONSTRAINT preadmission_meetings_decided_by_somebody CHECK (
        (decided_at IS NULL) = (decided_by IS NULL) AND (outcome IN ('joined', 'apart')) = (decided_by IS NOT NULL))
);
COMMENT ON TABLE preadmission_meetings IS 'Files that a patient opened before the hospital announced a stay: taken over at once, or shown to the desk beside the announced one.';
COMMENT ON COLUMN preadmission_meetings.announced_id IS 'The file of the announcement; joined, it is no more.';
COMMENT ON COLUMN preadmission_meetings.told_entry_at IS 'The entry as the patient told it.';
CREATE UNIQUE INDEX preadmission_meetings_preadmission_id_announced_id_key ON preadmission_meetings (preadmission_id, announced_id);
CREATE INDEX preadmission_meetings_by_announced ON preadmission_meetings (announced_id);
CREATE INDEX preadmission_meetings_asked ON preadmission_meetings (preadmission_id) WHERE outcome = 'asked';
-- A file meets one announcement at most.
CREATE UNIQUE INDEX preadmission_meetings_preadmission_id_key ON preadmission_meetings (preadmission_id)
    WHERE outcome IN ('met', 'joined');
CREATE TRIGGER preadmission_meetings_decided_once BEFORE UPDATE ON preadmission_meetings
FOR EACH ROW WHEN (OLD.outcome <> 'asked') EXECUTE FUNCTION refuse_change('preadmission_meetings_decided_once');

ALTER TABLE preadmission_documents ADD COLUMN source text NOT NULL DEFAULT 'patient' CHECK (source IN ('patient', 'relative', 'clerk'));
COMMENT ON COLUMN preadmission_documents.source IS 'Who gave it, or said that it is missing: received_by in this quality.';
