DROP TABLE preadmission_views;
DROP TABLE preadmission_reminders;
ALTER TABLE preadmission_identities DROP COLUMN reading_id;
DROP TABLE preadmission_identity_readings;
DROP INDEX preadmissions_by_submission;
DROP INDEX stays_by_entry;
CREATE INDEX stays_by_entry ON stays (establishment_id, entry_at);
CREATE INDEX stays_by_time ON stays (entry_at, id);
CREATE INDEX preadmissions_by_submission ON preadmissions (submitted_at, id);
