DROP TABLE medical_answers;
DROP TABLE medical_questionnaires;
DROP TABLE wrong_births;
DROP TABLE preadmission_people;
DROP TRIGGER preadmissions_keep_how_they_were_opened;
DROP TRIGGER preadmissions_keep_their_patient;
CREATE TRIGGER preadmissions_keep_their_patient BEFORE UPDATE OF patient_id ON preadmissions
WHEN OLD.patient_id IS NOT NULL AND NEW.patient_id IS NOT OLD.patient_id
BEGIN SELECT RAISE(ABORT, 'preadmissions_keep_their_patient'); END;
ALTER TABLE preadmissions DROP COLUMN secret;
ALTER TABLE preadmissions DROP COLUMN opened_as;
