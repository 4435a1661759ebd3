-- Who cancelled a stay, and until when things are kept. See crates/preadmission/README.md.

ALTER TABLE stays ADD COLUMN cancelled_from TEXT CHECK (cancelled_from IN ('sih', 'desk', 'seed', 'patient'));
ALTER TABLE preadmissions ADD COLUMN purged_at INTEGER;
ALTER TABLE preadmission_documents ADD COLUMN told_at INTEGER;

-- What a clerk wrote to a patient is erased: never changed, but emptied.
DROP TRIGGER preadmission_decisions_never_change;
CREATE TRIGGER preadmission_decisions_never_change BEFORE UPDATE ON preadmission_decisions
WHEN NEW.comment <> '' OR NEW.id IS NOT OLD.id OR NEW.preadmission_id IS NOT OLD.preadmission_id OR NEW.document_id IS NOT OLD.document_id
    OR NEW.kind IS NOT OLD.kind OR NEW.decision IS NOT OLD.decision OR NEW.reason IS NOT OLD.reason
    OR NEW.staff_id IS NOT OLD.staff_id OR NEW.made_at IS NOT OLD.made_at
BEGIN SELECT RAISE(ABORT, 'preadmission_decisions_never_change'); END;
