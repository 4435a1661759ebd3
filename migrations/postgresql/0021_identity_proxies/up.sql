-- Who acts for whom beyond one stay; see crates/identity/README.md.

CREATE TABLE proxies (
    id uuid PRIMARY KEY,
    patient_id uuid NOT NULL REFERENCES patients (id) ON DELETE CASCADE,
    establishment_id uuid NOT NULL REFERENCES establishments (id),
    ipp text NOT NULL CHECK (length(ipp) BETWEEN 1 AND 200),
    birth_family text NOT NULL,
    given text NOT NULL,
    birth_date text NOT NULL,
    sex text NOT NULL,
    quality text NOT NULL CHECK (quality IN ('parental-authority', 'representative')),
    file uuid,
    accepted_by uuid,
    since timestamptz NOT NULL,
    until_on date NOT NULL,
    ended_at timestamptz,
    ending text CHECK (ending IN ('expired', 'proxy', 'person', 'desk', 'in-charge', 'merge')),
    reason text NOT NULL DEFAULT '' CHECK (length(reason) <= 500),
    CONSTRAINT proxies_accepted_in_a_file CHECK ((file IS NULL) = (accepted_by IS NULL)),
    CONSTRAINT proxies_end_somehow CHECK ((ended_at IS NULL) = (ending IS NULL)),
    CONSTRAINT proxies_end_after_they_began CHECK (ended_at IS NULL OR ended_at >= since),
    CONSTRAINT proxies_desk_says_why CHECK ((COALESCE(ending, '') = 'desk') = (reason <> ''))
);
CREATE UNIQUE INDEX proxies_patient_id_establishment_id_ipp_key ON proxies (patient_id, establishment_id, ipp)
    WHERE ended_at IS NULL;
CREATE INDEX proxies_by_proxy ON proxies (patient_id);
CREATE INDEX proxies_by_number ON proxies (establishment_id, ipp);
CREATE INDEX proxies_by_birth_date ON proxies (birth_date);
CREATE INDEX proxies_by_end ON proxies (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX proxies_by_last_day ON proxies (until_on);

CREATE TRIGGER proxies_ended_for_ever BEFORE UPDATE ON proxies
FOR EACH ROW WHEN (OLD.ended_at IS NOT NULL) EXECUTE FUNCTION refuse_change('proxies_ended_for_ever');
COMMENT ON TABLE proxies IS 'Who acts for a patient of an establishment beyond one stay. Purpose: what a parent or representative may see and pay. Kept until identity.proxy_days after it ended or its last day, and never longer than the account of who acts.';
COMMENT ON COLUMN proxies.patient_id IS 'The account of who acts.';
COMMENT ON COLUMN proxies.ipp IS 'The hospital''s number of the patient for whom they act; it follows merges.';
COMMENT ON COLUMN proxies.birth_family IS 'Birth name of that patient, as the hospital told it.';
COMMENT ON COLUMN proxies.given IS 'Given name of that patient, as the hospital told it.';
COMMENT ON COLUMN proxies.birth_date IS 'Birth date of that patient, as the hospital told it: parental authority ends at 18.';
COMMENT ON COLUMN proxies.sex IS 'Sex of that patient, as the hospital told it.';
COMMENT ON COLUMN proxies.quality IS 'As what they act.';
COMMENT ON COLUMN proxies.file IS 'The file of pre-admission in whose acceptance the desk looked at their papers; absent in a scenario.';
COMMENT ON COLUMN proxies.accepted_by IS 'Who of the staff accepted it.';
COMMENT ON COLUMN proxies.since IS 'When it was first found right.';
COMMENT ON COLUMN proxies.until_on IS 'First day on which it holds no more.';
COMMENT ON COLUMN proxies.ended_at IS 'When it was ended before that day.';
COMMENT ON COLUMN proxies.ending IS 'By whom or why it was ended.';
COMMENT ON COLUMN proxies.reason IS 'In words, where the desk ended it.';
