-- Own links for others than the patient: who is asked to come, for what, and until when. See crates/preadmission/README.md.

CREATE TABLE invitations (
    id uuid PRIMARY KEY,
    preadmission_id uuid NOT NULL REFERENCES preadmissions (id) ON DELETE CASCADE,
    purpose text NOT NULL CHECK (purpose IN ('parental-authority', 'representative', 'trusted-person', 'relative')),
    number integer NOT NULL CHECK (number BETWEEN 1 AND 9),
    round integer NOT NULL CHECK (round BETWEEN 1 AND 6),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    contact text NOT NULL CHECK (length(contact) <= 254),
    asked_by uuid NOT NULL,
    asked_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    CONSTRAINT invitations_end_after_they_began CHECK (expires_at > asked_at)
);
CREATE UNIQUE INDEX invitations_preadmission_id_purpose_number_round_key ON invitations (preadmission_id, purpose, number, round);
CREATE FUNCTION guard_invitation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.purpose = 'parental-authority' AND EXISTS (SELECT 1 FROM preadmissions WHERE id = NEW.preadmission_id AND secret) THEN
        RAISE EXCEPTION 'invitations_never_to_parents_of_a_secret_stay'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'invitations_never_to_parents_of_a_secret_stay';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER invitations_never_to_parents_of_a_secret_stay BEFORE INSERT ON invitations FOR EACH ROW EXECUTE FUNCTION guard_invitation();
CREATE TRIGGER invitations_never_change BEFORE UPDATE ON invitations FOR EACH ROW EXECUTE FUNCTION refuse_change('invitations_never_change');
COMMENT ON TABLE invitations IS 'Personal data. Purpose: the link that asks another person than the patient to come. Kept as long as the file.';
COMMENT ON COLUMN invitations.number IS 'Which of those asked for the same purpose, such as the number of the signatory.';
COMMENT ON COLUMN invitations.round IS 'How often this person was asked; only the last link opens anything.';
COMMENT ON COLUMN invitations.contact IS 'Telephone (E.164) or e-mail address; empty: the link is handed on by whoever asked.';

-- Whom the patient wants told of their stay, and what these answered: nothing goes to who did not accept.
CREATE TABLE relatives (
    preadmission_id uuid NOT NULL REFERENCES preadmissions (id) ON DELETE CASCADE,
    number integer NOT NULL CHECK (number BETWEEN 1 AND 9),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    called text NOT NULL CHECK (length(called) BETWEEN 1 AND 60),
    ready boolean NOT NULL,
    cancelled boolean NOT NULL,
    state text NOT NULL CHECK (state IN ('asked', 'accepted', 'declined', 'stopped')),
    changed_at timestamptz NOT NULL,
    PRIMARY KEY (preadmission_id, number),
    CONSTRAINT relatives_are_told_something CHECK (ready OR cancelled)
);
CREATE TRIGGER relatives_are_asked_first BEFORE INSERT ON relatives
FOR EACH ROW WHEN (NEW.state <> 'asked') EXECUTE FUNCTION refuse_change('relatives_are_asked_first');
CREATE FUNCTION guard_relative() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM preadmissions WHERE id = NEW.preadmission_id AND secret) THEN
        RAISE EXCEPTION 'relatives_never_of_a_secret_stay'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'relatives_never_of_a_secret_stay';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER relatives_never_of_a_secret_stay BEFORE INSERT ON relatives FOR EACH ROW EXECUTE FUNCTION guard_relative();
COMMENT ON TABLE relatives IS 'Personal data. Purpose: whom the patient wants told of their stay, and whether they want it. Kept as long as the file.';
COMMENT ON COLUMN relatives.called IS 'What the patient wants to be called in these messages.';
COMMENT ON COLUMN relatives.ready IS 'Told when the hospital accepted the file: when and where the patient is expected.';
COMMENT ON COLUMN relatives.cancelled IS 'Told when the stay is cancelled.';
