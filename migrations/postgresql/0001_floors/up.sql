-- The archive: outbox, schedules, idempotency answers, proof register. One table, one purpose; see crates/storage/README.md.

CREATE TABLE events (
    id uuid PRIMARY KEY,
    kind text NOT NULL,
    establishment_id uuid NOT NULL,
    subject uuid NOT NULL,
    object uuid NOT NULL,
    occurred_at timestamptz NOT NULL
);
COMMENT ON TABLE events IS 'Immutable facts, ids only. Purpose: telling other systems. Kept as long as their deliveries.';
COMMENT ON COLUMN events.kind IS 'Name of the event; the list is kernel::event.';
COMMENT ON COLUMN events.subject IS 'Whom deliveries are kept in order for: the patient''s id.';
COMMENT ON COLUMN events.object IS 'What it happened to: an appointment''s id, for instance.';

CREATE TABLE deliveries (
    id uuid PRIMARY KEY,
    event_id uuid NOT NULL REFERENCES events (id),
    consumer text NOT NULL,
    lane smallint NOT NULL CHECK (lane BETWEEN 0 AND 31),
    establishment_id uuid NOT NULL,
    subject uuid NOT NULL,
    state text NOT NULL CHECK (state IN ('waiting', 'claimed', 'sent', 'settled', 'moot', 'refused', 'dead', 'dropped')),
    open boolean NOT NULL,
    stuck boolean NOT NULL,
    message_id text NOT NULL CHECK (length(message_id) = 20),
    attempts integer NOT NULL,
    run_after timestamptz NOT NULL,
    patience_from timestamptz NOT NULL,
    last_error text,
    acknowledgement text,
    created_at timestamptz NOT NULL,
    ended_at timestamptz,
    dropped_by uuid,
    dropped_reason text,
    CONSTRAINT deliveries_open_as_its_state CHECK (open = (state IN ('waiting', 'claimed', 'sent'))),
    CONSTRAINT deliveries_stuck_as_its_state CHECK (stuck = (state IN ('refused', 'dead'))),
    CONSTRAINT deliveries_dropped_with_a_reason CHECK ((state = 'dropped') = (dropped_reason IS NOT NULL AND length(dropped_reason) > 0))
);
CREATE UNIQUE INDEX deliveries_message_id_key ON deliveries (message_id);
CREATE UNIQUE INDEX deliveries_event_id_consumer_key ON deliveries (event_id, consumer);
CREATE INDEX deliveries_open ON deliveries (consumer, lane, id) WHERE open;
CREATE INDEX deliveries_stuck ON deliveries (consumer, lane, subject) WHERE stuck;
CREATE INDEX deliveries_by_establishment ON deliveries (establishment_id, id);
COMMENT ON TABLE deliveries IS 'One event to bring to one consumer.';
COMMENT ON COLUMN deliveries.consumer IS 'sih, mail, sms…';
COMMENT ON COLUMN deliveries.lane IS 'Hash of the subject: what is stuck in one lane leaves the others free.';
COMMENT ON COLUMN deliveries.message_id IS 'The same at every try: MSH-10, Message-ID.';
COMMENT ON COLUMN deliveries.run_after IS 'Not tried before.';
COMMENT ON COLUMN deliveries.patience_from IS 'From when the time until it is given up is counted: its event, or its replay.';
COMMENT ON COLUMN deliveries.last_error IS 'Why the last try failed, without personal data.';
COMMENT ON COLUMN deliveries.acknowledgement IS 'What the consumer answered in the end.';

CREATE TABLE lanes (
    consumer text NOT NULL,
    lane smallint NOT NULL,
    owner uuid,
    fence bigint NOT NULL,
    lease_until timestamptz NOT NULL,
    PRIMARY KEY (consumer, lane)
);
COMMENT ON TABLE lanes IS 'Which worker holds which lane, until when; fence grows with each holder.';

CREATE TABLE schedules (
    id uuid PRIMARY KEY,
    kind text NOT NULL,
    subject uuid NOT NULL,
    due_at timestamptz NOT NULL,
    open boolean NOT NULL
);
CREATE UNIQUE INDEX schedules_kind_subject_key ON schedules (kind, subject);
CREATE INDEX schedules_due ON schedules (kind, due_at) WHERE open;
COMMENT ON TABLE schedules IS 'What must happen at an instant; a missed run is caught up once.';

CREATE TABLE idempotency_answers (
    scope uuid NOT NULL,
    key text NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
    request bytea NOT NULL CHECK (length(request) = 32),
    status integer NOT NULL,
    location text,
    body text NOT NULL,
    answered_at timestamptz NOT NULL,
    CONSTRAINT idempotency_answers_scope_key_key PRIMARY KEY (scope, key)
);
CREATE INDEX idempotency_answers_by_age ON idempotency_answers (answered_at);
COMMENT ON TABLE idempotency_answers IS 'Answers already given, for requests that come again. Kept 24 hours.';
COMMENT ON COLUMN idempotency_answers.scope IS 'The session or visit that asked.';
COMMENT ON COLUMN idempotency_answers.request IS 'SHA-256 of what was asked.';

CREATE TABLE proof_batches (
    number bigint NOT NULL,
    previous bytea NOT NULL CHECK (length(previous) = 32),
    root bytea NOT NULL CHECK (length(root) = 32),
    leaves integer NOT NULL CHECK (leaves > 0),
    sealed_at timestamptz NOT NULL,
    key_id text NOT NULL,
    signature bytea NOT NULL CHECK (length(signature) = 64),
    CONSTRAINT proof_batches_number_key PRIMARY KEY (number)
);
COMMENT ON TABLE proof_batches IS 'Sealed Merkle batches (RFC 6962) of the proof register, chained and signed (Ed25519).';

CREATE TABLE proof_records (
    id uuid PRIMARY KEY,
    kind text NOT NULL,
    actor uuid NOT NULL,
    object uuid NOT NULL,
    at timestamptz NOT NULL,
    commitment bytea NOT NULL CHECK (length(commitment) = 32),
    salt bytea CHECK (length(salt) = 32),
    batch bigint REFERENCES proof_batches (number),
    leaf integer,
    CHECK ((batch IS NULL) = (leaf IS NULL))
);
CREATE INDEX proof_records_unsealed ON proof_records (id) WHERE batch IS NULL;
CREATE INDEX proof_records_by_object ON proof_records (object, id);
CREATE UNIQUE INDEX proof_records_batch_leaf_key ON proof_records (batch, leaf) WHERE batch IS NOT NULL;
COMMENT ON TABLE proof_records IS 'Who did what, when: pseudonyms and a salted digest of the content, never the content.';
COMMENT ON COLUMN proof_records.salt IS 'Erased with the data; the digest is then unlinkable and the chain still verifies.';

CREATE FUNCTION guard_proof_record() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- A record never changes, but for its place in a batch (once) and its salt (erased, never replaced).
    IF (NEW.id, NEW.kind, NEW.actor, NEW.object, NEW.at, NEW.commitment)
        IS DISTINCT FROM (OLD.id, OLD.kind, OLD.actor, OLD.object, OLD.at, OLD.commitment)
        OR (OLD.batch IS NOT NULL AND (NEW.batch, NEW.leaf) IS DISTINCT FROM (OLD.batch, OLD.leaf))
        OR (NEW.salt IS NOT NULL AND NEW.salt IS DISTINCT FROM OLD.salt)
    THEN
        RAISE EXCEPTION 'proof_is_never_changed' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'proof_is_never_changed';
    END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_ARGV[0];
END $$;
CREATE TRIGGER proof_records_unchanged BEFORE UPDATE ON proof_records FOR EACH ROW EXECUTE FUNCTION guard_proof_record();
CREATE TRIGGER proof_records_kept BEFORE DELETE ON proof_records FOR EACH ROW EXECUTE FUNCTION refuse_change('proof_is_never_changed');
CREATE TRIGGER proof_batches_unchanged BEFORE UPDATE OR DELETE ON proof_batches FOR EACH ROW EXECUTE FUNCTION refuse_change('proof_is_never_changed');
CREATE TRIGGER events_unchanged BEFORE UPDATE ON events FOR EACH ROW EXECUTE FUNCTION refuse_change('an_event_is_never_changed');
