DROP TRIGGER preadmission_decisions_never_change ON preadmission_decisions;
CREATE TRIGGER preadmission_decisions_never_change BEFORE UPDATE ON preadmission_decisions
FOR EACH ROW EXECUTE FUNCTION refuse_change('preadmission_decisions_never_change');
ALTER TABLE preadmission_documents DROP COLUMN told_at;
ALTER TABLE preadmissions DROP COLUMN purged_at;
ALTER TABLE stays DROP COLUMN cancelled_from;
