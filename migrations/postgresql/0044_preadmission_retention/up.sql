-- Who cancelled a stay, and until when things are kept. See crates/preadmission/README.md.

ALTER TABLE stays ADD COLUMN cancelled_from TEXT CHECK (cancelled_from IN ('sih', 'desk', 'seed', 'patient'));
ALTER TABLE preadmissions ADD COLUMN purged_at timestamptz;
ALTER TABLE preadmission_documents ADD COLUMN told_at timestamptz;
COMMENT ON COLUMN stays.cancelled_from IS 'Who said that it will not take place.';
COMMENT ON COLUMN preadmissions.purged_at IS 'When all that names anybody was erased from the file and its stay.';
COMMENT ON COLUMN preadmission_documents.told_at IS 'When the hospital''s system acknowledged it.';

-- What a clerk wrote to a patient is erased: never changed, but emptied.
DROP TRIGGER preadmission_decisions_never_change ON preadmission_decisions;
CREATE TRIGGER preadmission_decisions_never_change BEFORE UPDATE ON preadmission_decisions
FOR EACH ROW WHEN (NEW.comment <> '' OR NEW.id IS DISTINCT FROM OLD.id OR NEW.preadmission_id IS DISTINCT FROM OLD.preadmission_id OR NEW.document_id IS DISTINCT FROM OLD.document_id
    OR NEW.kind IS DISTINCT FROM OLD.kind OR NEW.decision IS DISTINCT FROM OLD.decision OR NEW.reason IS DISTINCT FROM OLD.reason
    OR NEW.staff_id IS DISTINCT FROM OLD.staff_id OR NEW.made_at IS DISTINCT FROM OLD.made_at)
EXECUTE FUNCTION refuse_change('preadmission_decisions_never_change');
