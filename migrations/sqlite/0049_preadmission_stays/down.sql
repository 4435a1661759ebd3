ALTER TABLE preadmission_documents DROP COLUMN source;
DROP TABLE preadmission_meetings;
ALTER TABLE stays DROP COLUMN moves;
