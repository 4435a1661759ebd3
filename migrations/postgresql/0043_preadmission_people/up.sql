-- Whose file it is: who opened it, who else is asked, and what only those who care for the patient read. See crates/preadmission/README.md.

ALTER TABLE preadmissions ADD COLUMN opened_as text NOT NULL DEFAULT 'self' CHECK (opened_as IN ('self', 'holder', 'representative', 'relative'));
ALTER TABLE preadmissions ADD COLUMN secret boolean NOT NULL DEFAULT false;
CREATE TRIGGER preadmissions_keep_how_they_were_opened BEFORE UPDATE OF opened_as ON preadmissions
FOR EACH ROW WHEN (OLD.patient_id IS NOT NULL AND NEW.opened_as <> OLD.opened_as AND NOT (OLD.secret AND NEW.opened_as = 'self')) EXECUTE FUNCTION refuse_change('preadmissions_keep_how_they_were_opened');

-- A minor takes over a stay that is kept secret from the parent who opened it, and nobody else ever does.
DROP TRIGGER preadmissions_keep_their_patient ON preadmissions;
CREATE TRIGGER preadmissions_keep_their_patient BEFORE UPDATE OF patient_id ON preadmissions
FOR EACH ROW WHEN (OLD.patient_id IS NOT NULL AND NEW.patient_id IS DISTINCT FROM OLD.patient_id
    AND NOT (OLD.secret AND OLD.opened_as <> 'self' AND NEW.opened_as = 'self'))
EXECUTE FUNCTION refuse_change('preadmissions_keep_their_patient');

-- Who is asked by a link of their own to answer: holders of parental authority, the trusted person (CSP art. L1111-6), the
-- person in charge of a protected adult (CSP art. L1111-4).
CREATE TABLE preadmission_people (
    preadmission_id uuid NOT NULL REFERENCES preadmissions (id) ON DELETE CASCADE,
    purpose text NOT NULL CHECK (purpose IN ('parental-authority', 'representative', 'trusted-person')),
    number integer NOT NULL CHECK (number BETWEEN 1 AND 9),
    capacity text,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    patient_id uuid,
    identified_as text,
    state text NOT NULL CHECK (state IN ('awaited', 'signed', 'refused', 'no-answer', 'not-reachable', 'sole-holder', 'paper', 'revoked')),
    received_by uuid,
    changed_at timestamptz NOT NULL,
    PRIMARY KEY (preadmission_id, purpose, number),
    CONSTRAINT preadmission_people_have_their_capacity CHECK (CASE purpose
        WHEN 'parental-authority' THEN number <= 4 AND coalesce(capacity, '') IN ('mother', 'father', 'guardian', 'ase', 'other')
        WHEN 'representative' THEN coalesce(capacity, 'tutelle') IN ('tutelle', 'curatelle', 'sauvegarde', 'habilitation', 'mandat')
        ELSE capacity IS NULL END),
    CONSTRAINT preadmission_people_in_charge_by_a_measure CHECK (purpose <> 'representative' OR patient_id IS NULL OR capacity IS NOT NULL),
    CONSTRAINT preadmission_people_answer_for_their_purpose CHECK (CASE purpose
        WHEN 'parental-authority' THEN state NOT IN ('paper', 'revoked')
        WHEN 'representative' THEN state NOT IN ('paper', 'not-reachable', 'sole-holder')
        ELSE state NOT IN ('not-reachable', 'sole-holder') END),
    CONSTRAINT preadmission_people_act_when_known CHECK (patient_id IS NOT NULL OR state NOT IN ('signed', 'refused', 'sole-holder')),
    CONSTRAINT preadmission_people_known_by_name CHECK ((patient_id IS NULL) = (identified_as IS NULL)),
    CONSTRAINT preadmission_people_paper_was_received CHECK (state <> 'paper' OR received_by IS NOT NULL)
);
-- One person answers once for one purpose; one trusted person and one person in charge stand or are awaited.
CREATE UNIQUE INDEX preadmission_people_preadmission_id_purpose_patient_id_key ON preadmission_people (preadmission_id, purpose, patient_id)
    WHERE state <> 'revoked';
CREATE UNIQUE INDEX preadmission_people_preadmission_id_purpose_key ON preadmission_people (preadmission_id, purpose)
    WHERE purpose <> 'parental-authority' AND state IN ('awaited', 'signed', 'paper');
CREATE INDEX preadmission_people_by_patient ON preadmission_people (patient_id, purpose);
CREATE TRIGGER preadmission_people_keep_their_person BEFORE UPDATE OF patient_id ON preadmission_people
FOR EACH ROW WHEN (OLD.patient_id IS NOT NULL AND NEW.patient_id IS DISTINCT FROM OLD.patient_id)
EXECUTE FUNCTION refuse_change('preadmission_people_keep_their_person');
CREATE FUNCTION guard_preadmission_person() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.purpose <> 'parental-authority' AND EXISTS (
        SELECT 1 FROM preadmissions WHERE id = NEW.preadmission_id AND patient_id = NEW.patient_id AND opened_as = 'self')
    THEN
        RAISE EXCEPTION 'preadmission_people_never_the_patient'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'preadmission_people_never_the_patient';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER preadmission_people_never_the_patient BEFORE UPDATE OF patient_id ON preadmission_people
FOR EACH ROW EXECUTE FUNCTION guard_preadmission_person();
CREATE TRIGGER preadmission_people_revoked_is_the_end BEFORE UPDATE ON preadmission_people
FOR EACH ROW WHEN (OLD.state = 'revoked') EXECUTE FUNCTION refuse_change('preadmission_people_revoked_is_the_end');
CREATE FUNCTION guard_preadmission_parent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.purpose = 'parental-authority' AND EXISTS (SELECT 1 FROM preadmissions WHERE id = NEW.preadmission_id AND secret) THEN
        RAISE EXCEPTION 'preadmission_people_never_parents_of_a_secret_stay'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'preadmission_people_never_parents_of_a_secret_stay';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER preadmission_people_never_parents_of_a_secret_stay BEFORE INSERT ON preadmission_people
FOR EACH ROW EXECUTE FUNCTION guard_preadmission_parent();

CREATE TABLE wrong_births (
    id uuid PRIMARY KEY,
    preadmission_id uuid NOT NULL REFERENCES preadmissions (id) ON DELETE CASCADE,
    patient_id uuid NOT NULL,
    tried_at timestamptz NOT NULL
);
CREATE INDEX wrong_births_by_file ON wrong_births (preadmission_id, tried_at);

CREATE TABLE medical_questionnaires (
    preadmission_id uuid PRIMARY KEY REFERENCES preadmissions (id) ON DELETE CASCADE,
    version integer NOT NULL CHECK (version >= 0),
    submitted_at timestamptz,
    CONSTRAINT medical_questionnaires_sent_once_counted CHECK ((version = 0) = (submitted_at IS NULL))
);

CREATE TABLE medical_answers (
    preadmission_id uuid NOT NULL REFERENCES medical_questionnaires (preadmission_id) ON DELETE CASCADE,
    field text NOT NULL CHECK (length(field) BETWEEN 3 AND 80),
    value text NOT NULL CHECK (length(value) <= 4000),
    saved_by uuid NOT NULL,
    saved_at timestamptz NOT NULL,
    PRIMARY KEY (preadmission_id, field)
);
COMMENT ON COLUMN preadmissions.opened_as IS 'Who the opener is to the patient: the patient, a holder of parental authority, the representative of a protected adult, or a relative who only helps.';
COMMENT ON COLUMN preadmissions.secret IS 'A minor asked that holders of parental authority are not told (CSP art. L1111-5).';
COMMENT ON TABLE preadmission_people IS 'Personal data. Purpose: who authorises for a minor, who is designated as trusted person and who is in charge of a protected adult, and what each answered. Kept as long as the file.';
COMMENT ON COLUMN preadmission_people.capacity IS 'Of a holder of parental authority the quality, of who is in charge of an adult the measure, once they said it.';
COMMENT ON COLUMN preadmission_people.identified_as IS 'Name under which they logged in; name is what whoever asked them wrote.';
COMMENT ON COLUMN preadmission_people.received_by IS 'Who of the staff received the form that patient and trusted person signed on paper.';
COMMENT ON TABLE wrong_births IS 'Birth dates that did not fit, to bound their number. Kept as long as the file.';
COMMENT ON TABLE medical_questionnaires IS 'Personal data of health. Purpose: to prepare anaesthesia. Read by the role care only. Kept as long as the file.';
COMMENT ON TABLE medical_answers IS 'Personal data of health: what the patient answered, field by field.';
