-- Who cancelled a stay, and until when things are kept. See crates/preadmission/README.md.

ALTER TABLE stays ADD COLUMN cancelled_from TEXT CHECK (cancelled_from IN ('sih', 'desk', 'seed', 'patient'));
ALTER TABLE preadmissions ADD COLUMN purged_at INTEGER;
ALTER TABLE preadmission_documents ADD COLUMN told_at INTEGER;
