-- Whom a patient designated as trusted person (CSP art. L1111-6), and what became of it. See crates/preadmission/README.md.

CREATE TABLE trusted_people (
    preadmission_id uuid NOT NULL REFERENCES preadmissions (id) ON DELETE CASCADE,
    number integer NOT NULL CHECK (number BETWEEN 1 AND 9),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    state text NOT NULL CHECK (state IN ('asked', 'signed', 'paper', 'declined', 'expired', 'revoked')),
    patient_id uuid,
    identified_as text,
    received_by uuid,
    changed_at timestamptz NOT NULL,
    PRIMARY KEY (preadmission_id, number),
    CONSTRAINT trusted_people_act_when_known CHECK (patient_id IS NOT NULL OR state NOT IN ('signed', 'declined')),
    CONSTRAINT trusted_people_known_by_name CHECK ((patient_id IS NULL) = (identified_as IS NULL)),
    CONSTRAINT trusted_people_paper_was_received CHECK (state <> 'paper' OR received_by IS NOT NULL)
);
CREATE UNIQUE INDEX trusted_people_preadmission_id_key ON trusted_people (preadmission_id) WHERE state IN ('asked', 'signed', 'paper');
CREATE TRIGGER trusted_people_keep_their_person BEFORE UPDATE OF patient_id ON trusted_people
FOR EACH ROW WHEN (OLD.patient_id IS NOT NULL AND NEW.patient_id IS DISTINCT FROM OLD.patient_id)
EXECUTE FUNCTION refuse_change('trusted_people_keep_their_person');
CREATE FUNCTION guard_trusted_person() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM preadmissions WHERE id = NEW.preadmission_id AND patient_id = NEW.patient_id) THEN
        RAISE EXCEPTION 'trusted_people_never_the_patient'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'trusted_people_never_the_patient';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER trusted_people_never_the_patient BEFORE UPDATE OF patient_id ON trusted_people FOR EACH ROW EXECUTE FUNCTION guard_trusted_person();
CREATE TRIGGER trusted_people_revoked_is_the_end BEFORE UPDATE ON trusted_people
FOR EACH ROW WHEN (OLD.state = 'revoked') EXECUTE FUNCTION refuse_change('trusted_people_revoked_is_the_end');
COMMENT ON TABLE trusted_people IS 'Personal data. Purpose: whom the patient designated as trusted person, and whether they co-signed (CSP art. L1111-6). Kept as long as the file.';
COMMENT ON COLUMN trusted_people.identified_as IS 'The name under which the designated person logged in.';
COMMENT ON COLUMN trusted_people.received_by IS 'Who of the staff received the form signed on paper.';
