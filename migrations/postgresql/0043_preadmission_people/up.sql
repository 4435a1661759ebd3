-- Whose file it is: who opened it, who signs for a minor, and what only those who care for the patient read.

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

CREATE TABLE signatories (
    preadmission_id uuid NOT NULL REFERENCES preadmissions (id) ON DELETE CASCADE,
    number integer NOT NULL CHECK (number BETWEEN 1 AND 4),
    quality text NOT NULL CHECK (quality IN ('mother', 'father', 'guardian', 'ase', 'other')),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    patient_id uuid,
    identified_as text,
    state text NOT NULL CHECK (state IN ('awaited', 'signed', 'refused', 'no-answer', 'not-reachable', 'sole-holder')),
    changed_at timestamptz NOT NULL,
    PRIMARY KEY (preadmission_id, number),
    CONSTRAINT signatories_act_when_known CHECK (patient_id IS NOT NULL OR state IN ('awaited', 'no-answer', 'not-reachable')),
    CONSTRAINT signatories_known_by_name CHECK ((patient_id IS NULL) = (identified_as IS NULL))
);
CREATE UNIQUE INDEX signatories_preadmission_id_patient_id_key ON signatories (preadmission_id, patient_id);
CREATE TRIGGER signatories_keep_their_person BEFORE UPDATE OF patient_id ON signatories
FOR EACH ROW WHEN (OLD.patient_id IS NOT NULL AND NEW.patient_id IS DISTINCT FROM OLD.patient_id) EXECUTE FUNCTION refuse_change('signatories_keep_their_person');
CREATE FUNCTION guard_signatory() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM preadmissions WHERE id = NEW.preadmission_id AND secret) THEN
        RAISE EXCEPTION 'signatories_never_of_a_secret_stay'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'signatories_never_of_a_secret_stay';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER signatories_never_of_a_secret_stay BEFORE INSERT ON signatories FOR EACH ROW EXECUTE FUNCTION guard_signatory();

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
COMMENT ON TABLE signatories IS 'Personal data. Purpose: who may authorise for a minor, and what each answered. Kept as long as the file.';
COMMENT ON COLUMN signatories.identified_as IS 'Name under which they logged in; name is what the one who added them declared.';
COMMENT ON TABLE wrong_births IS 'Birth dates that did not fit, to bound their number. Kept as long as the file.';
COMMENT ON TABLE medical_questionnaires IS 'Personal data of health. Purpose: to prepare anaesthesia. Read by the role care only. Kept as long as the file.';
COMMENT ON TABLE medical_answers IS 'Personal data of health: what the patient answered, field by field.';
