DELETE FROM outbound_messages WHERE step > 0;
ALTER TABLE outbound_messages
    DROP CONSTRAINT outbound_messages_answered_at_an_instant,
    DROP CONSTRAINT outbound_messages_pkey,
    DROP COLUMN step,
    DROP COLUMN version,
    DROP COLUMN verdict,
    ADD PRIMARY KEY (delivery_id),
    ADD CONSTRAINT outbound_messages_answered_at_an_instant CHECK ((answer IS NULL) = (answered_at IS NULL));
CREATE OR REPLACE FUNCTION a_message_is_never_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.delivery_id IS DISTINCT FROM OLD.delivery_id OR NEW.control_id IS DISTINCT FROM OLD.control_id
        OR NEW.bytes IS DISTINCT FROM OLD.bytes THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'a_message_is_never_changed',
            MESSAGE = 'a_message_is_never_changed';
    END IF;
    RETURN NEW;
END $$;
ALTER TABLE unreadable_frames DROP COLUMN finess;
DROP TRIGGER inbound_messages_unchanged ON inbound_messages;
DROP FUNCTION a_received_message_is_never_changed;
DELETE FROM inbound_messages WHERE outcome <> 'ignored';
ALTER TABLE inbound_messages
    DROP CONSTRAINT inbound_messages_refused_for_a_reason,
    DROP CONSTRAINT inbound_messages_processed_by_someone,
    DROP CONSTRAINT inbound_messages_outcome_check,
    ADD CONSTRAINT inbound_messages_outcome_check CHECK (outcome IN ('ignored')),
    DROP COLUMN id, DROP COLUMN finess, DROP COLUMN error, DROP COLUMN place, DROP COLUMN reason,
    DROP COLUMN processed_at, DROP COLUMN processed_by;
