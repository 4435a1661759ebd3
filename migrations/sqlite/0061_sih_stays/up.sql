-- Stays at the door of the SIH: what became of a message, and deliveries that are several messages.

CREATE TABLE inbound_messages_new (
    sending_application TEXT NOT NULL,
    sending_facility TEXT NOT NULL,
    control_id TEXT NOT NULL,
    id BLOB NOT NULL CHECK (length(id) = 16),
    finess TEXT CHECK (finess IS NULL OR length(finess) = 9),
    event TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('ignored', 'opened', 'changed', 'unchanged', 'cancelled', 'conflict', 'refused')),
    error INTEGER CHECK (error IS NULL OR error BETWEEN 100 AND 299),
    place TEXT,
    reason TEXT,
    bytes BLOB NOT NULL,
    received_at INTEGER NOT NULL,
    answer BLOB NOT NULL,
    processed_at INTEGER,
    processed_by BLOB CHECK (processed_by IS NULL OR length(processed_by) = 16),
    PRIMARY KEY (sending_application, sending_facility, control_id),
    CONSTRAINT inbound_messages_refused_for_a_reason CHECK (
        (outcome = 'refused') = (error IS NOT NULL)
        AND (error IS NULL) = (place IS NULL) AND (error IS NULL) = (reason IS NULL)),
    CONSTRAINT inbound_messages_processed_by_someone CHECK ((processed_at IS NULL) = (processed_by IS NULL))
) STRICT, WITHOUT ROWID;
INSERT INTO inbound_messages_new
    (sending_application, sending_facility, control_id, id, event, outcome, bytes, received_at, answer)
    SELECT sending_application, sending_facility, control_id, randomblob(16), event, outcome, bytes, received_at, answer
    FROM inbound_messages;
DROP TABLE inbound_messages;
ALTER TABLE inbound_messages_new RENAME TO inbound_messages;
CREATE INDEX inbound_messages_by_age ON inbound_messages (received_at);
CREATE UNIQUE INDEX inbound_messages_id_key ON inbound_messages (id);
CREATE INDEX inbound_messages_by_outcome ON inbound_messages (outcome, id);

-- What was received and answered stays.
CREATE TRIGGER inbound_messages_unchanged BEFORE UPDATE ON inbound_messages
WHEN NEW.bytes IS NOT OLD.bytes OR NEW.answer IS NOT OLD.answer OR NEW.control_id IS NOT OLD.control_id
    OR (OLD.outcome <> 'refused' AND NEW.outcome IS NOT OLD.outcome)
BEGIN SELECT RAISE(ABORT, 'a_received_message_is_never_changed'); END;

ALTER TABLE unreadable_frames ADD COLUMN finess TEXT CHECK (finess IS NULL OR length(finess) = 9);

CREATE TABLE outbound_messages_new (
    delivery_id BLOB NOT NULL CHECK (length(delivery_id) = 16),
    step INTEGER NOT NULL CHECK (step BETWEEN 0 AND 99),
    finess TEXT NOT NULL CHECK (length(finess) = 9),
    object BLOB NOT NULL CHECK (length(object) = 16),
    event TEXT NOT NULL CHECK (length(event) BETWEEN 3 AND 7),
    version INTEGER NOT NULL CHECK (version >= 0),
    control_id TEXT NOT NULL CHECK (length(control_id) BETWEEN 1 AND 20),
    bytes BLOB NOT NULL,
    rendered_at INTEGER NOT NULL,
    answer BLOB,
    answered_at INTEGER,
    verdict TEXT CHECK (verdict IS NULL OR verdict IN ('settled', 'later', 'refused')),
    PRIMARY KEY (delivery_id, step),
    CONSTRAINT outbound_messages_answered_at_an_instant CHECK (
        (answer IS NULL) = (answered_at IS NULL) AND (answer IS NULL) = (verdict IS NULL))
) STRICT, WITHOUT ROWID;
INSERT INTO outbound_messages_new
    (delivery_id, step, finess, object, event, version, control_id, bytes, rendered_at, answer, answered_at, verdict)
    SELECT delivery_id, 0, finess, object, event, 0, control_id, bytes, rendered_at, answer, answered_at,
        CASE WHEN answer IS NULL THEN NULL ELSE 'later' END
    FROM outbound_messages;
DROP TABLE outbound_messages;
ALTER TABLE outbound_messages_new RENAME TO outbound_messages;
CREATE UNIQUE INDEX outbound_messages_control_id_key ON outbound_messages (control_id);
CREATE INDEX outbound_messages_by_object ON outbound_messages (object);

-- A retry sends what the first try sent.
CREATE TRIGGER outbound_messages_unchanged BEFORE UPDATE ON outbound_messages
WHEN NEW.delivery_id IS NOT OLD.delivery_id OR NEW.step IS NOT OLD.step OR NEW.control_id IS NOT OLD.control_id
    OR NEW.bytes IS NOT OLD.bytes
BEGIN SELECT RAISE(ABORT, 'a_message_is_never_changed'); END;
