DROP TABLE medical_answers;
DROP TABLE medical_questionnaires;
DROP TABLE wrong_births;
DROP TABLE signatories;
DROP TRIGGER preadmissions_keep_how_they_were_opened;
ALTER TABLE preadmissions DROP COLUMN secret;
ALTER TABLE preadmissions DROP COLUMN opened_as;
