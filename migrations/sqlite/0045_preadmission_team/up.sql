-- What a team shares at the desk: identities read on documents, reminders, named views. See crates/preadmission/README.md.

-- A page of the worklist is read from one of these alone, for each establishment of the clerk.
DROP INDEX stays_by_entry;
DROP INDEX stays_by_time;
DROP INDEX preadmissions_by_submission;
CREATE INDEX stays_by_entry ON stays (establishment_id, entry_at, id);
CREATE INDEX preadmissions_by_submission ON preadmissions (establishment_id, submitted_at, id);

-- A stay knows the status of its file, so that counting files by status, and the page of one status, read one index too.
ALTER TABLE stays ADD COLUMN file_status TEXT;
UPDATE stays SET file_status = (SELECT status FROM preadmissions WHERE stay_id = stays.id AND purged_at IS NULL);
CREATE INDEX stays_by_status ON stays (establishment_id, file_status, entry_at, id, site_id);
CREATE INDEX stays_by_unit ON stays (establishment_id, unit_code, unit_label, entry_at);
DROP INDEX preadmissions_by_status;
CREATE TRIGGER stays_gain_a_file AFTER INSERT ON preadmissions
BEGIN UPDATE stays SET file_status = NEW.status WHERE id = NEW.stay_id AND NEW.purged_at IS NULL; END;
CREATE TRIGGER stays_follow_their_file AFTER UPDATE OF status, stay_id, purged_at ON preadmissions
BEGIN
    UPDATE stays SET file_status = NULL WHERE id = OLD.stay_id AND OLD.stay_id <> NEW.stay_id;
    UPDATE stays SET file_status = CASE WHEN NEW.purged_at IS NULL THEN NEW.status END WHERE id = NEW.stay_id;
END;
CREATE TRIGGER stays_lose_a_file AFTER DELETE ON preadmissions
BEGIN UPDATE stays SET file_status = NULL WHERE id = OLD.stay_id; END;

CREATE TABLE preadmission_identity_readings (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    preadmission_id BLOB NOT NULL REFERENCES preadmissions (id) ON DELETE CASCADE CHECK (length(preadmission_id) = 16),
    document TEXT NOT NULL CHECK (document IN ('card', 'passport', 'permit', 'birth-record')),
    birth_family TEXT NOT NULL CHECK (length(birth_family) BETWEEN 1 AND 200),
    given TEXT NOT NULL CHECK (length(given) BETWEEN 1 AND 200),
    birth_date TEXT NOT NULL CHECK (length(birth_date) BETWEEN 4 AND 10),
    sex TEXT NOT NULL CHECK (sex IN ('F', 'M', 'U')),
    staff_id BLOB NOT NULL CHECK (length(staff_id) = 16),
    made_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX preadmission_identity_readings_by_file ON preadmission_identity_readings (preadmission_id, made_at);
CREATE TRIGGER preadmission_identity_readings_never_change BEFORE UPDATE ON preadmission_identity_readings
BEGIN SELECT RAISE(ABORT, 'preadmission_identity_readings_never_change'); END;
ALTER TABLE preadmission_identities ADD COLUMN reading_id BLOB CHECK (reading_id IS NULL OR length(reading_id) = 16);

CREATE TABLE preadmission_reminders (
    preadmission_id BLOB NOT NULL REFERENCES preadmissions (id) ON DELETE CASCADE CHECK (length(preadmission_id) = 16),
    number INTEGER NOT NULL CHECK (number > 0),
    staff_id BLOB CHECK (staff_id IS NULL OR length(staff_id) = 16),
    made_at INTEGER NOT NULL,
    PRIMARY KEY (preadmission_id, number)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER preadmission_reminders_never_change BEFORE UPDATE ON preadmission_reminders
BEGIN SELECT RAISE(ABORT, 'preadmission_reminders_never_change'); END;

CREATE TABLE preadmission_views (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    staff_id BLOB NOT NULL CHECK (length(staff_id) = 16),
    establishment_id BLOB CHECK (establishment_id IS NULL OR length(establishment_id) = 16),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
    question TEXT NOT NULL CHECK (json_valid(question)),
    made_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX preadmission_views_staff_id_name_key ON preadmission_views (staff_id, name);
CREATE INDEX preadmission_views_by_team ON preadmission_views (establishment_id);
