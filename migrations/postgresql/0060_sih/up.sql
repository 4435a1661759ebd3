-- The SIH door: what was sent and received, byte for byte. See crates/sih/README.md.

CREATE TABLE outbound_messages (
    delivery_id uuid PRIMARY KEY,
    finess text NOT NULL CHECK (length(finess) = 9),
    object uuid NOT NULL,
    event text NOT NULL CHECK (length(event) BETWEEN 3 AND 7),
    control_id text NOT NULL CHECK (length(control_id) BETWEEN 1 AND 20),
    bytes bytea NOT NULL,
    rendered_at timestamptz NOT NULL,
    answer bytea,
    answered_at timestamptz,
    CONSTRAINT outbound_messages_answered_at_an_instant CHECK ((answer IS NULL) = (answered_at IS NULL))
);
CREATE UNIQUE INDEX outbound_messages_control_id_key ON outbound_messages (control_id);
CREATE INDEX outbound_messages_by_object ON outbound_messages (object);
COMMENT ON TABLE outbound_messages IS 'HL7 messages as they leave, one for each delivery. Purpose: the same bytes at each try, and proof of what was told. Personal data, health data: kept as long as the delivery.';
COMMENT ON COLUMN outbound_messages.delivery_id IS 'The delivery of the outbox it belongs to.';
COMMENT ON COLUMN outbound_messages.finess IS 'Establishment whose interface it goes to.';
COMMENT ON COLUMN outbound_messages.object IS 'What it tells about: an appointment''s id.';
COMMENT ON COLUMN outbound_messages.event IS 'MSH-9.1 and -9.2 in one: SIU S12 is SIU^S12.';
COMMENT ON COLUMN outbound_messages.control_id IS 'MSH-10: the delivery''s message id.';
COMMENT ON COLUMN outbound_messages.bytes IS 'ER7 in the charset of the destination, without framing.';
COMMENT ON COLUMN outbound_messages.rendered_at IS 'When it was built from the facts of that moment.';
COMMENT ON COLUMN outbound_messages.answer IS 'Last acknowledgement that was its own, as received.';
COMMENT ON COLUMN outbound_messages.answered_at IS 'When that acknowledgement came.';

-- A retry sends what the first try sent.
CREATE FUNCTION a_message_is_never_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.delivery_id IS DISTINCT FROM OLD.delivery_id OR NEW.control_id IS DISTINCT FROM OLD.control_id
        OR NEW.bytes IS DISTINCT FROM OLD.bytes THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'a_message_is_never_changed',
            MESSAGE = 'a_message_is_never_changed';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER outbound_messages_unchanged BEFORE UPDATE ON outbound_messages
    FOR EACH ROW EXECUTE FUNCTION a_message_is_never_changed();

CREATE TABLE inbound_messages (
    sending_application text NOT NULL,
    sending_facility text NOT NULL,
    control_id text NOT NULL,
    event text NOT NULL,
    outcome text NOT NULL CHECK (outcome IN ('ignored')),
    bytes bytea NOT NULL,
    received_at timestamptz NOT NULL,
    answer bytea NOT NULL,
    PRIMARY KEY (sending_application, sending_facility, control_id)
);
CREATE INDEX inbound_messages_by_age ON inbound_messages (received_at);
COMMENT ON TABLE inbound_messages IS 'HL7 messages received, kept before they are acknowledged. Purpose: one effect and one answer for a message that comes twice. Personal data, health data: purged by age.';
COMMENT ON COLUMN inbound_messages.sending_application IS 'MSH-3.1.';
COMMENT ON COLUMN inbound_messages.sending_facility IS 'MSH-4.1.';
COMMENT ON COLUMN inbound_messages.control_id IS 'MSH-10: unique for its sender.';
COMMENT ON COLUMN inbound_messages.event IS 'MSH-9.1 and -9.2: ADT^A28.';
COMMENT ON COLUMN inbound_messages.outcome IS 'What became of it; ignored: an event this program has no use for.';
COMMENT ON COLUMN inbound_messages.bytes IS 'ER7 as received, without framing.';
COMMENT ON COLUMN inbound_messages.received_at IS 'When it was kept.';
COMMENT ON COLUMN inbound_messages.answer IS 'The acknowledgement, the same each time.';

CREATE TABLE unreadable_frames (
    id uuid PRIMARY KEY,
    reason text NOT NULL,
    bytes bytea NOT NULL,
    received_at timestamptz NOT NULL,
    answer bytea NOT NULL
);
CREATE INDEX unreadable_frames_by_age ON unreadable_frames (received_at);
COMMENT ON TABLE unreadable_frames IS 'Frames that are no HL7 message, refused with AR. Purpose: finding out with the sender. May hold personal data: purged by age.';
COMMENT ON COLUMN unreadable_frames.reason IS 'Why it could not be read; no personal data.';
COMMENT ON COLUMN unreadable_frames.bytes IS 'As received, at most the size limit of the listener.';
COMMENT ON COLUMN unreadable_frames.received_at IS 'When it was kept.';
COMMENT ON COLUMN unreadable_frames.answer IS 'The AR that was sent.';
