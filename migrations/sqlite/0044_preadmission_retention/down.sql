DROP TRIGGER preadmission_decisions_never_change;
CREATE TRIGGER preadmission_decisions_never_change BEFORE UPDATE ON preadmission_decisions
BEGIN SELECT RAISE(ABORT, 'preadmission_decisions_never_change'); END;
ALTER TABLE preadmission_documents DROP COLUMN told_at;
ALTER TABLE preadmissions DROP COLUMN purged_at;
ALTER TABLE stays DROP COLUMN cancelled_from;
