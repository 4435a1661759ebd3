-- Own links for others than the patient: who is asked to come, for what, and until when. See crates/preadmission/README.md.

CREATE TABLE invitations (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    preadmission_id BLOB NOT NULL REFERENCES preadmissions (id) ON DELETE CASCADE CHECK (length(preadmission_id) = 16),
    purpose TEXT NOT NULL CHECK (purpose IN ('parental-authority', 'representative', 'trusted-person', 'relative')),
    number INTEGER NOT NULL CHECK (number BETWEEN 1 AND 9),
    round INTEGER NOT NULL CHECK (round BETWEEN 1 AND 6),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    contact TEXT NOT NULL CHECK (length(contact) <= 254),
    asked_by BLOB NOT NULL CHECK (length(asked_by) = 16),
    asked_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    CONSTRAINT invitations_end_after_they_began CHECK (expires_at > asked_at)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX invitations_preadmission_id_purpose_number_round_key ON invitations (preadmission_id, purpose, number, round);
CREATE TRIGGER invitations_never_to_parents_of_a_secret_stay BEFORE INSERT ON invitations
WHEN NEW.purpose = 'parental-authority' AND EXISTS (SELECT 1 FROM preadmissions WHERE id = NEW.preadmission_id AND secret = 1)
BEGIN SELECT RAISE(ABORT, 'invitations_never_to_parents_of_a_secret_stay'); END;
CREATE TRIGGER invitations_never_change BEFORE UPDATE ON invitations
BEGIN SELECT RAISE(ABORT, 'invitations_never_change'); END;

-- Whom the patient wants told of their stay, and what these answered: nothing goes to who did not accept.
CREATE TABLE relatives (
    preadmission_id BLOB NOT NULL REFERENCES preadmissions (id) ON DELETE CASCADE CHECK (length(preadmission_id) = 16),
    number INTEGER NOT NULL CHECK (number BETWEEN 1 AND 9),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    called TEXT NOT NULL CHECK (length(called) BETWEEN 1 AND 60),
    ready INTEGER NOT NULL CHECK (ready IN (0, 1)),
    cancelled INTEGER NOT NULL CHECK (cancelled IN (0, 1)),
    state TEXT NOT NULL CHECK (state IN ('asked', 'accepted', 'declined', 'stopped')),
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (preadmission_id, number),
    CONSTRAINT relatives_are_told_something CHECK (ready = 1 OR cancelled = 1)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER relatives_are_asked_first BEFORE INSERT ON relatives WHEN NEW.state <> 'asked'
BEGIN SELECT RAISE(ABORT, 'relatives_are_asked_first'); END;
CREATE TRIGGER relatives_never_of_a_secret_stay BEFORE INSERT ON relatives
WHEN EXISTS (SELECT 1 FROM preadmissions WHERE id = NEW.preadmission_id AND secret = 1)
BEGIN SELECT RAISE(ABORT, 'relatives_never_of_a_secret_stay'); END;
