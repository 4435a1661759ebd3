-- Who asks, for whom, and where the houses are; see crates/identity/README.md.

CREATE TABLE patients (
    id uuid PRIMARY KEY,
    issuer text NOT NULL,
    client_id text NOT NULL,
    subject text NOT NULL CHECK (length(subject) > 0),
    family_name text NOT NULL,
    given_names text NOT NULL,
    given_name_array jsonb NOT NULL,
    preferred_username text,
    gender text,
    birthdate text,
    idp_birthdate text,
    birthplace text,
    birthcountry text,
    provider_email text,
    contact_email text,
    contact_phone text,
    language text NOT NULL CHECK (language IN ('fr', 'en')),
    created_at timestamptz NOT NULL,
    last_login_at timestamptz NOT NULL
);
CREATE INDEX patients_by_birthdate ON patients (birthdate);
CREATE UNIQUE INDEX patients_issuer_client_id_subject_key ON patients (issuer, client_id, subject);
COMMENT ON TABLE patients IS 'A person as an identity provider vouches for them. Purpose: the online services. Kept while the account is used, then purged with what hangs on it.';
COMMENT ON COLUMN patients.issuer IS 'Identity provider; with client_id and subject, the account''s key.';
COMMENT ON COLUMN patients.client_id IS 'Our own name at that provider: another client gets other subjects.';
COMMENT ON COLUMN patients.subject IS 'Opaque identifier given by the provider (sub).';
COMMENT ON COLUMN patients.family_name IS 'Birth name, as given.';
COMMENT ON COLUMN patients.given_names IS 'All first names in one text, as given: it cannot be split.';
COMMENT ON COLUMN patients.given_name_array IS 'The first names one by one, when the provider tells them so.';
COMMENT ON COLUMN patients.preferred_username IS 'Name in use (nom d''usage).';
COMMENT ON COLUMN patients.gender IS 'female, male or unspecified.';
COMMENT ON COLUMN patients.birthdate IS 'Text, as given; 1 January may stand for an unknown day.';
COMMENT ON COLUMN patients.idp_birthdate IS 'Text such as 1962-11-00: not always a date of the calendar.';
COMMENT ON COLUMN patients.birthplace IS 'INSEE code of the commune; empty when born abroad.';
COMMENT ON COLUMN patients.birthcountry IS 'INSEE code of the country; 99100 is France.';
COMMENT ON COLUMN patients.provider_email IS 'Address known to the identity provider; never a key.';
COMMENT ON COLUMN patients.contact_email IS 'Address the patient chose here; it comes before the provider''s.';
COMMENT ON COLUMN patients.contact_phone IS 'Number the patient chose here, E.164.';
COMMENT ON COLUMN patients.language IS 'Language of pages and messages.';
COMMENT ON COLUMN patients.created_at IS 'First login.';
COMMENT ON COLUMN patients.last_login_at IS 'Latest login: unused accounts are found by it.';

CREATE TABLE former_traits (
    id uuid PRIMARY KEY,
    patient_id uuid NOT NULL REFERENCES patients (id),
    traits jsonb NOT NULL,
    replaced_at timestamptz NOT NULL
);
CREATE INDEX former_traits_by_patient ON former_traits (patient_id, id);
COMMENT ON TABLE former_traits IS 'Identity traits a later login replaced. Purpose: identitovigilance. Kept as long as the patient.';
COMMENT ON COLUMN former_traits.id IS 'Orders the replacements.';
COMMENT ON COLUMN former_traits.patient_id IS 'Whose they were.';
COMMENT ON COLUMN former_traits.traits IS 'The traits before, under the names the provider uses.';
COMMENT ON COLUMN former_traits.replaced_at IS 'The login that brought others.';

CREATE TABLE staff (
    id uuid PRIMARY KEY,
    issuer text NOT NULL,
    client_id text NOT NULL,
    subject text NOT NULL CHECK (length(subject) > 0),
    name text NOT NULL,
    roles jsonb NOT NULL,
    establishments jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    last_login_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX staff_issuer_client_id_subject_key ON staff (issuer, client_id, subject);
COMMENT ON TABLE staff IS 'People who work at the desk. Purpose: knowing who did what. Kept as long as the traces that name them.';
COMMENT ON COLUMN staff.issuer IS 'The hospital''s identity provider.';
COMMENT ON COLUMN staff.client_id IS 'Our own name at that provider.';
COMMENT ON COLUMN staff.subject IS 'Opaque identifier given by the provider (sub).';
COMMENT ON COLUMN staff.name IS 'Name to show, as given.';
COMMENT ON COLUMN staff.roles IS 'Roles of the latest login; weighed anew at each login.';
COMMENT ON COLUMN staff.establishments IS 'FINESS numbers (EJ) of the latest login.';
COMMENT ON COLUMN staff.created_at IS 'First login.';
COMMENT ON COLUMN staff.last_login_at IS 'Latest login.';

CREATE TABLE pending_logins (
    state_hash bytea PRIMARY KEY CHECK (length(state_hash) = 32),
    visit uuid NOT NULL,
    provider text NOT NULL,
    nonce text NOT NULL CHECK (length(nonce) >= 32),
    pkce_verifier text,
    return_to text NOT NULL,
    begun_at timestamptz NOT NULL
);
CREATE INDEX pending_logins_by_age ON pending_logins (begun_at);
CREATE INDEX pending_logins_by_visit ON pending_logins (visit, begun_at);
COMMENT ON TABLE pending_logins IS 'Logins that left for a provider and did not come back yet. Kept 30 minutes.';
COMMENT ON COLUMN pending_logins.state_hash IS 'SHA-256 of the state parameter.';
COMMENT ON COLUMN pending_logins.visit IS 'The browser that began it: no other may finish it.';
COMMENT ON COLUMN pending_logins.provider IS 'Name of the provider in the settings.';
COMMENT ON COLUMN pending_logins.nonce IS 'Must stand in the ID token.';
COMMENT ON COLUMN pending_logins.pkce_verifier IS 'RFC 7636, where the provider asks for it.';
COMMENT ON COLUMN pending_logins.return_to IS 'Local path to go on with.';
COMMENT ON COLUMN pending_logins.begun_at IS 'Thirty minutes later it is forgotten.';

CREATE TABLE pending_logouts (
    state_hash bytea PRIMARY KEY CHECK (length(state_hash) = 32),
    begun_at timestamptz NOT NULL
);
CREATE INDEX pending_logouts_by_age ON pending_logouts (begun_at);
COMMENT ON TABLE pending_logouts IS 'Logouts that left for a provider and did not come back yet. Kept 30 minutes.';
COMMENT ON COLUMN pending_logouts.state_hash IS 'SHA-256 of the state parameter.';
COMMENT ON COLUMN pending_logouts.begun_at IS 'Thirty minutes later it is forgotten.';

CREATE TABLE establishments (
    id uuid PRIMARY KEY,
    finess_ej text NOT NULL CHECK (length(finess_ej) = 9),
    name text NOT NULL CHECK (length(name) > 0),
    short_name text NOT NULL CHECK (length(short_name) > 0)
);
CREATE UNIQUE INDEX establishments_finess_ej_key ON establishments (finess_ej);
COMMENT ON TABLE establishments IS 'Hospitals of the group, as legal entities.';
COMMENT ON COLUMN establishments.finess_ej IS 'FINESS number of the legal entity.';
COMMENT ON COLUMN establishments.name IS 'Full name.';
COMMENT ON COLUMN establishments.short_name IS 'Name for lists and small screens.';

CREATE TABLE sites (
    id uuid PRIMARY KEY,
    establishment_id uuid NOT NULL REFERENCES establishments (id),
    finess_et text NOT NULL CHECK (length(finess_et) = 9),
    name text NOT NULL CHECK (length(name) > 0),
    address_lines jsonb NOT NULL,
    postcode text NOT NULL,
    city text NOT NULL,
    time_zone text NOT NULL,
    help_phone text NOT NULL,
    access_notes text NOT NULL
);
CREATE UNIQUE INDEX sites_finess_et_key ON sites (finess_et);
CREATE INDEX sites_by_establishment ON sites (establishment_id, id);
COMMENT ON TABLE sites IS 'Where patients go.';
COMMENT ON COLUMN sites.establishment_id IS 'The hospital it belongs to.';
COMMENT ON COLUMN sites.finess_et IS 'FINESS number of the site.';
COMMENT ON COLUMN sites.name IS 'Name on the signs.';
COMMENT ON COLUMN sites.address_lines IS 'Lines before postcode and city.';
COMMENT ON COLUMN sites.postcode IS 'Postcode.';
COMMENT ON COLUMN sites.city IS 'City.';
COMMENT ON COLUMN sites.time_zone IS 'IANA name: opening hours are wall time there.';
COMMENT ON COLUMN sites.help_phone IS 'Whom to call for help with these pages, E.164 or empty.';
COMMENT ON COLUMN sites.access_notes IS 'How to get there and in, in the words of the hospital; may be empty.';

CREATE TABLE access_traces (
    id uuid PRIMARY KEY,
    patient_id uuid NOT NULL,
    actor_kind text NOT NULL CHECK (actor_kind IN ('patient', 'staff', 'system')),
    actor uuid NOT NULL,
    action text NOT NULL CHECK (action IN ('login', 'read', 'changed')),
    what text NOT NULL,
    at timestamptz NOT NULL
);
CREATE INDEX access_traces_by_patient ON access_traces (patient_id, id);
COMMENT ON TABLE access_traces IS 'Who read or changed what of a patient. Purpose: the patient''s and the DPO''s question. Kept as the hospital decides, six months at least.';
COMMENT ON COLUMN access_traces.patient_id IS 'Whose data; no reference, so that a trace outlives the account.';
COMMENT ON COLUMN access_traces.actor_kind IS 'patient, staff or system.';
COMMENT ON COLUMN access_traces.actor IS 'Id of who did it; never a name.';
COMMENT ON COLUMN access_traces.action IS 'login, read or changed.';
COMMENT ON COLUMN access_traces.what IS 'Names of the things concerned, never their values.';
COMMENT ON COLUMN access_traces.at IS 'When.';

CREATE TRIGGER access_traces_unchanged BEFORE UPDATE ON access_traces
FOR EACH ROW EXECUTE FUNCTION refuse_change('a_trace_is_never_changed');
