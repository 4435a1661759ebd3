DROP TABLE preadmission_meetings;
ALTER TABLE stays DROP COLUMN moves;
