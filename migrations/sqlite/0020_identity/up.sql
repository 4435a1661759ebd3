-- Who asks, for whom, and where the houses are; see crates/identity/README.md.

CREATE TABLE patients (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    issuer TEXT NOT NULL,
    client_id TEXT NOT NULL,
    subject TEXT NOT NULL CHECK (length(subject) > 0),
    family_name TEXT NOT NULL,
    given_names TEXT NOT NULL,
    given_name_array TEXT NOT NULL CHECK (json_valid(given_name_array)),
    preferred_username TEXT,
    gender TEXT,
    birthdate TEXT,
    idp_birthdate TEXT,
    birthplace TEXT,
    birthcountry TEXT,
    provider_email TEXT,
    contact_email TEXT,
    contact_phone TEXT,
    language TEXT NOT NULL CHECK (language IN ('fr', 'en')),
    created_at INTEGER NOT NULL,
    last_login_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX patients_by_birthdate ON patients (birthdate);
CREATE UNIQUE INDEX patients_issuer_client_id_subject_key ON patients (issuer, client_id, subject);

CREATE TABLE former_traits (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    patient_id BLOB NOT NULL REFERENCES patients (id),
    traits TEXT NOT NULL CHECK (json_valid(traits)),
    replaced_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX former_traits_by_patient ON former_traits (patient_id, id);

CREATE TABLE staff (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    issuer TEXT NOT NULL,
    client_id TEXT NOT NULL,
    subject TEXT NOT NULL CHECK (length(subject) > 0),
    name TEXT NOT NULL,
    roles TEXT NOT NULL CHECK (json_valid(roles)),
    establishments TEXT NOT NULL CHECK (json_valid(establishments)),
    created_at INTEGER NOT NULL,
    last_login_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX staff_issuer_client_id_subject_key ON staff (issuer, client_id, subject);

CREATE TABLE pending_logins (
    state_hash BLOB NOT NULL PRIMARY KEY CHECK (length(state_hash) = 32),
    visit BLOB NOT NULL CHECK (length(visit) = 16),
    provider TEXT NOT NULL,
    nonce TEXT NOT NULL CHECK (length(nonce) >= 32),
    pkce_verifier TEXT,
    return_to TEXT NOT NULL,
    begun_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX pending_logins_by_age ON pending_logins (begun_at);
CREATE INDEX pending_logins_by_visit ON pending_logins (visit, begun_at);

CREATE TABLE pending_logouts (
    state_hash BLOB NOT NULL PRIMARY KEY CHECK (length(state_hash) = 32),
    begun_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX pending_logouts_by_age ON pending_logouts (begun_at);

CREATE TABLE establishments (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    finess_ej TEXT NOT NULL CHECK (length(finess_ej) = 9),
    name TEXT NOT NULL CHECK (length(name) > 0),
    short_name TEXT NOT NULL CHECK (length(short_name) > 0)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX establishments_finess_ej_key ON establishments (finess_ej);

CREATE TABLE sites (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    establishment_id BLOB NOT NULL REFERENCES establishments (id),
    finess_et TEXT NOT NULL CHECK (length(finess_et) = 9),
    name TEXT NOT NULL CHECK (length(name) > 0),
    address_lines TEXT NOT NULL CHECK (json_valid(address_lines)),
    postcode TEXT NOT NULL,
    city TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    help_phone TEXT NOT NULL,
    access_notes TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX sites_finess_et_key ON sites (finess_et);
CREATE INDEX sites_by_establishment ON sites (establishment_id, id);

CREATE TABLE access_traces (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    patient_id BLOB NOT NULL CHECK (length(patient_id) = 16),
    actor_kind TEXT NOT NULL CHECK (actor_kind IN ('patient', 'staff', 'system')),
    actor BLOB NOT NULL CHECK (length(actor) = 16),
    action TEXT NOT NULL CHECK (action IN ('login', 'read', 'changed')),
    what TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX access_traces_by_patient ON access_traces (patient_id, id);

CREATE TRIGGER access_traces_unchanged BEFORE UPDATE ON access_traces
BEGIN SELECT RAISE(ABORT, 'a_trace_is_never_changed'); END;
