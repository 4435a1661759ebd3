-- What a team shares at the desk: identities read on documents, reminders, named views. See crates/preadmission/README.md.

-- A page of the worklist is read from one of these alone, for each establishment of the clerk.
DROP INDEX stays_by_entry;
DROP INDEX stays_by_time;
DROP INDEX preadmissions_by_submission;
CREATE INDEX stays_by_entry ON stays (establishment_id, entry_at, id);
CREATE INDEX preadmissions_by_submission ON preadmissions (establishment_id, submitted_at, id);

-- A stay knows the status of its file, so that counting files by status, and the page of one status, read one index too.
ALTER TABLE stays ADD COLUMN file_status text;
UPDATE stays SET file_status = (SELECT status FROM preadmissions WHERE stay_id = stays.id AND purged_at IS NULL);
CREATE INDEX stays_by_status ON stays (establishment_id, file_status, entry_at, id, site_id);
CREATE INDEX stays_by_unit ON stays (establishment_id, unit_code, unit_label, entry_at);
DROP INDEX preadmissions_by_status;
CREATE FUNCTION stays_follow_their_file() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR (TG_OP = 'UPDATE' AND OLD.stay_id <> NEW.stay_id) THEN
        UPDATE stays SET file_status = NULL WHERE id = OLD.stay_id;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        UPDATE stays SET file_status = CASE WHEN NEW.purged_at IS NULL THEN NEW.status END WHERE id = NEW.stay_id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER stays_follow_their_file AFTER INSERT OR DELETE OR UPDATE OF status, stay_id, purged_at ON preadmissions
FOR EACH ROW EXECUTE FUNCTION stays_follow_their_file();

CREATE TABLE preadmission_identity_readings (
    id uuid PRIMARY KEY,
    preadmission_id uuid NOT NULL REFERENCES preadmissions (id) ON DELETE CASCADE,
    document text NOT NULL CHECK (document IN ('card', 'passport', 'permit', 'birth-record')),
    birth_family text NOT NULL CHECK (length(birth_family) BETWEEN 1 AND 200),
    given text NOT NULL CHECK (length(given) BETWEEN 1 AND 200),
    birth_date text NOT NULL CHECK (length(birth_date) BETWEEN 4 AND 10),
    sex text NOT NULL CHECK (sex IN ('F', 'M', 'U')),
    staff_id uuid NOT NULL,
    made_at timestamptz NOT NULL
);
CREATE INDEX preadmission_identity_readings_by_file ON preadmission_identity_readings (preadmission_id, made_at);
CREATE TRIGGER preadmission_identity_readings_never_change BEFORE UPDATE ON preadmission_identity_readings
FOR EACH ROW EXECUTE FUNCTION refuse_change('preadmission_identity_readings_never_change');
ALTER TABLE preadmission_identities ADD COLUMN reading_id uuid;

CREATE TABLE preadmission_reminders (
    preadmission_id uuid NOT NULL REFERENCES preadmissions (id) ON DELETE CASCADE,
    number integer NOT NULL CHECK (number > 0),
    staff_id uuid,
    made_at timestamptz NOT NULL,
    CONSTRAINT preadmission_reminders_preadmission_id_number_key PRIMARY KEY (preadmission_id, number)
);
CREATE TRIGGER preadmission_reminders_never_change BEFORE UPDATE ON preadmission_reminders
FOR EACH ROW EXECUTE FUNCTION refuse_change('preadmission_reminders_never_change');

CREATE TABLE preadmission_views (
    id uuid PRIMARY KEY,
    staff_id uuid NOT NULL,
    establishment_id uuid,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
    question jsonb NOT NULL,
    made_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX preadmission_views_staff_id_name_key ON preadmission_views (staff_id, name);
CREATE INDEX preadmission_views_by_team ON preadmission_views (establishment_id);

COMMENT ON COLUMN stays.file_status IS 'Of its file, as a trigger keeps it; null: it has none, or it is erased. Purpose: the worklist counts by it.';
COMMENT ON TABLE preadmission_identity_readings IS 'Personal data. Purpose: identity traits as a clerk read them on an identity document, beside the hospital''s. Kept as long as the file.';
COMMENT ON COLUMN preadmission_identities.reading_id IS 'Purpose: which reading was before the clerk who compared.';
COMMENT ON TABLE preadmission_reminders IS 'Purpose: that nobody is reminded twice; without a clerk it was the schedule''s. Kept as long as the file.';
COMMENT ON TABLE preadmission_views IS 'Purpose: named filters of the worklist, a clerk''s own or (with an establishment) the team''s.';
