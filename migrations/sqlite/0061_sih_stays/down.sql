DROP TABLE outbound_messages;
DROP TABLE inbound_messages;
CREATE TABLE outbound_messages (
    delivery_id BLOB NOT NULL PRIMARY KEY CHECK (length(delivery_id) = 16),
    finess TEXT NOT NULL CHECK (length(finess) = 9),
    object BLOB NOT NULL CHECK (length(object) = 16),
    event TEXT NOT NULL CHECK (length(event) BETWEEN 3 AND 7),
    control_id TEXT NOT NULL CHECK (length(control_id) BETWEEN 1 AND 20),
    bytes BLOB NOT NULL,
    rendered_at INTEGER NOT NULL,
    answer BLOB,
    answered_at INTEGER,
    CONSTRAINT outbound_messages_answered_at_an_instant CHECK ((answer IS NULL) = (answered_at IS NULL))
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX outbound_messages_control_id_key ON outbound_messages (control_id);
CREATE INDEX outbound_messages_by_object ON outbound_messages (object);
CREATE TRIGGER outbound_messages_unchanged BEFORE UPDATE ON outbound_messages
WHEN NEW.delivery_id IS NOT OLD.delivery_id OR NEW.control_id IS NOT OLD.control_id OR NEW.bytes IS NOT OLD.bytes
BEGIN SELECT RAISE(ABORT, 'a_message_is_never_changed'); END;
CREATE TABLE inbound_messages (
    sending_application TEXT NOT NULL,
    sending_facility TEXT NOT NULL,
    control_id TEXT NOT NULL,
    event TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('ignored')),
    bytes BLOB NOT NULL,
    received_at INTEGER NOT NULL,
    answer BLOB NOT NULL,
    PRIMARY KEY (sending_application, sending_facility, control_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX inbound_messages_by_age ON inbound_messages (received_at);
ALTER TABLE unreadable_frames DROP COLUMN finess;
