-- Who acts for whom beyond one stay; see crates/identity/README.md.

CREATE TABLE proxies (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    patient_id BLOB NOT NULL REFERENCES patients (id) ON DELETE CASCADE,
    establishment_id BLOB NOT NULL REFERENCES establishments (id),
    ipp TEXT NOT NULL CHECK (length(ipp) BETWEEN 1 AND 200),
    birth_family TEXT NOT NULL,
    given TEXT NOT NULL,
    birth_date TEXT NOT NULL,
    sex TEXT NOT NULL,
    quality TEXT NOT NULL CHECK (quality IN ('parental-authority', 'representative')),
    file BLOB CHECK (length(file) = 16),
    accepted_by BLOB CHECK (length(accepted_by) = 16),
    since INTEGER NOT NULL,
    until_on INTEGER NOT NULL,
    ended_at INTEGER,
    ending TEXT CHECK (ending IN ('expired', 'proxy', 'person', 'desk', 'in-charge', 'merge')),
    reason TEXT NOT NULL DEFAULT '' CHECK (length(reason) <= 500),
    CONSTRAINT proxies_accepted_in_a_file CHECK ((file IS NULL) = (accepted_by IS NULL)),
    CONSTRAINT proxies_end_somehow CHECK ((ended_at IS NULL) = (ending IS NULL)),
    CONSTRAINT proxies_end_after_they_began CHECK (ended_at IS NULL OR ended_at >= since),
    CONSTRAINT proxies_desk_says_why CHECK ((COALESCE(ending, '') = 'desk') = (reason <> ''))
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX proxies_patient_id_establishment_id_ipp_key ON proxies (patient_id, establishment_id, ipp)
    WHERE ended_at IS NULL;
CREATE INDEX proxies_by_proxy ON proxies (patient_id);
CREATE INDEX proxies_by_number ON proxies (establishment_id, ipp);
CREATE INDEX proxies_by_birth_date ON proxies (birth_date);
CREATE INDEX proxies_by_end ON proxies (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX proxies_by_last_day ON proxies (until_on);

CREATE TRIGGER proxies_ended_for_ever BEFORE UPDATE ON proxies WHEN OLD.ended_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'proxies_ended_for_ever'); END;
