-- Who cancelled a stay, and until when things are kept. See crates/preadmission/README.md.

ALTER TABLE stays ADD COLUMN cancelled_from TEXT CHECK (cancelled_from IN ('sih', 'desk', 'seed', 'patient'));
ALTER TABLE preadmissions ADD COLUMN purged_at timestamptz;
ALTER TABLE preadmission_documents ADD COLUMN told_at timestamptz;
COMMENT ON COLUMN stays.cancelled_from IS 'Who said that it will not take place.';
COMMENT ON COLUMN preadmissions.purged_at IS 'When all that names anybody was erased from the file and its stay.';
COMMENT ON COLUMN preadmission_documents.told_at IS 'When the hospital''s system acknowledged it.';
