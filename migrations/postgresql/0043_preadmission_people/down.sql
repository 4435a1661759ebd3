DROP TABLE medical_answers;
DROP TABLE medical_questionnaires;
DROP TABLE wrong_births;
DROP TABLE preadmission_people;
DROP FUNCTION guard_preadmission_person;
DROP FUNCTION guard_preadmission_parent;
DROP TRIGGER preadmissions_keep_how_they_were_opened ON preadmissions;
DROP TRIGGER preadmissions_keep_their_patient ON preadmissions;
CREATE TRIGGER preadmissions_keep_their_patient BEFORE UPDATE OF patient_id ON preadmissions
FOR EACH ROW WHEN (OLD.patient_id IS NOT NULL AND NEW.patient_id IS DISTINCT FROM OLD.patient_id) EXECUTE FUNCTION refuse_change('preadmissions_keep_their_patient');
ALTER TABLE preadmissions DROP COLUMN secret;
ALTER TABLE preadmissions DROP COLUMN opened_as;
