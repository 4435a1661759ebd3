ALTER TABLE preadmission_documents DROP COLUMN told_at;
ALTER TABLE preadmissions DROP COLUMN purged_at;
ALTER TABLE stays DROP COLUMN cancelled_from;
