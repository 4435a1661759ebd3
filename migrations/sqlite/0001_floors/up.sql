-- The archive: outbox, schedules, idempotency answers, proof register. One table, one purpose; see crates/storage/README.md.

CREATE TABLE events (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    kind TEXT NOT NULL,
    establishment_id BLOB NOT NULL CHECK (length(establishment_id) = 16),
    subject BLOB NOT NULL CHECK (length(subject) = 16),
    object BLOB NOT NULL CHECK (length(object) = 16),
    occurred_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE deliveries (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    event_id BLOB NOT NULL REFERENCES events (id),
    consumer TEXT NOT NULL,
    lane INTEGER NOT NULL CHECK (lane BETWEEN 0 AND 31),
    establishment_id BLOB NOT NULL CHECK (length(establishment_id) = 16),
    subject BLOB NOT NULL CHECK (length(subject) = 16),
    state TEXT NOT NULL CHECK (state IN ('waiting', 'claimed', 'sent', 'settled', 'moot', 'refused', 'dead', 'dropped')),
    open INTEGER NOT NULL CHECK (open = (state IN ('waiting', 'claimed', 'sent'))),
    stuck INTEGER NOT NULL CHECK (stuck = (state IN ('refused', 'dead'))),
    message_id TEXT NOT NULL CHECK (length(message_id) = 20),
    attempts INTEGER NOT NULL,
    run_after INTEGER NOT NULL,
    patience_from INTEGER NOT NULL,
    last_error TEXT,
    acknowledgement TEXT,
    created_at INTEGER NOT NULL,
    ended_at INTEGER,
    dropped_by BLOB CHECK (dropped_by IS NULL OR length(dropped_by) = 16),
    dropped_reason TEXT,
    CONSTRAINT deliveries_dropped_with_a_reason CHECK ((state = 'dropped') = (dropped_reason IS NOT NULL AND length(dropped_reason) > 0))
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX deliveries_message_id_key ON deliveries (message_id);
CREATE UNIQUE INDEX deliveries_event_id_consumer_key ON deliveries (event_id, consumer);
CREATE INDEX deliveries_open ON deliveries (consumer, lane, id) WHERE open;
CREATE INDEX deliveries_stuck ON deliveries (consumer, lane, subject) WHERE stuck;
CREATE INDEX deliveries_by_establishment ON deliveries (establishment_id, id);

CREATE TABLE lanes (
    consumer TEXT NOT NULL,
    lane INTEGER NOT NULL,
    owner BLOB,
    fence INTEGER NOT NULL,
    lease_until INTEGER NOT NULL,
    PRIMARY KEY (consumer, lane)
) STRICT, WITHOUT ROWID;

CREATE TABLE schedules (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    kind TEXT NOT NULL,
    subject BLOB NOT NULL CHECK (length(subject) = 16),
    due_at INTEGER NOT NULL,
    open INTEGER NOT NULL CHECK (open IN (0, 1))
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX schedules_kind_subject_key ON schedules (kind, subject);
CREATE INDEX schedules_due ON schedules (kind, due_at) WHERE open;

CREATE TABLE idempotency_answers (
    scope BLOB NOT NULL CHECK (length(scope) = 16),
    key TEXT NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
    request BLOB NOT NULL CHECK (length(request) = 32),
    status INTEGER NOT NULL,
    location TEXT,
    body TEXT NOT NULL,
    answered_at INTEGER NOT NULL,
    PRIMARY KEY (scope, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_answers_by_age ON idempotency_answers (answered_at);

CREATE TABLE proof_batches (
    number INTEGER NOT NULL PRIMARY KEY,
    previous BLOB NOT NULL CHECK (length(previous) = 32),
    root BLOB NOT NULL CHECK (length(root) = 32),
    leaves INTEGER NOT NULL CHECK (leaves > 0),
    sealed_at INTEGER NOT NULL,
    key_id TEXT NOT NULL,
    signature BLOB NOT NULL CHECK (length(signature) = 64)
) STRICT;

CREATE TABLE proof_records (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    kind TEXT NOT NULL,
    actor BLOB NOT NULL CHECK (length(actor) = 16),
    object BLOB NOT NULL CHECK (length(object) = 16),
    at INTEGER NOT NULL,
    commitment BLOB NOT NULL CHECK (length(commitment) = 32),
    salt BLOB CHECK (salt IS NULL OR length(salt) = 32),
    batch INTEGER REFERENCES proof_batches (number),
    leaf INTEGER,
    CHECK ((batch IS NULL) = (leaf IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX proof_records_unsealed ON proof_records (id) WHERE batch IS NULL;
CREATE INDEX proof_records_by_object ON proof_records (object, id);
CREATE UNIQUE INDEX proof_records_batch_leaf_key ON proof_records (batch, leaf) WHERE batch IS NOT NULL;

-- A record never changes, but for its place in a batch (once) and its salt (erased, never replaced).
CREATE TRIGGER proof_records_unchanged BEFORE UPDATE ON proof_records
WHEN NEW.id IS NOT OLD.id OR NEW.kind IS NOT OLD.kind OR NEW.actor IS NOT OLD.actor OR NEW.object IS NOT OLD.object
    OR NEW.at IS NOT OLD.at OR NEW.commitment IS NOT OLD.commitment
    OR (OLD.batch IS NOT NULL AND (NEW.batch IS NOT OLD.batch OR NEW.leaf IS NOT OLD.leaf))
    OR (NEW.salt IS NOT NULL AND NEW.salt IS NOT OLD.salt)
BEGIN SELECT RAISE(ABORT, 'proof_is_never_changed'); END;
CREATE TRIGGER proof_records_kept BEFORE DELETE ON proof_records
BEGIN SELECT RAISE(ABORT, 'proof_is_never_changed'); END;
CREATE TRIGGER proof_batches_unchanged BEFORE UPDATE ON proof_batches
BEGIN SELECT RAISE(ABORT, 'proof_is_never_changed'); END;
CREATE TRIGGER proof_batches_kept BEFORE DELETE ON proof_batches
BEGIN SELECT RAISE(ABORT, 'proof_is_never_changed'); END;
CREATE TRIGGER events_unchanged BEFORE UPDATE ON events
BEGIN SELECT RAISE(ABORT, 'an_event_is_never_changed'); END;
