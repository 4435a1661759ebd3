-- Bytes of old messages are erased: never changed, but emptied. See crates/sih/README.md.

CREATE OR REPLACE FUNCTION a_message_is_never_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.delivery_id IS DISTINCT FROM OLD.delivery_id OR NEW.step IS DISTINCT FROM OLD.step
        OR NEW.control_id IS DISTINCT FROM OLD.control_id OR (NEW.bytes IS DISTINCT FROM OLD.bytes AND length(NEW.bytes) > 0) THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'a_message_is_never_changed',
            MESSAGE = 'a_message_is_never_changed';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION a_received_message_is_never_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.bytes IS DISTINCT FROM OLD.bytes AND length(NEW.bytes) > 0) OR NEW.answer IS DISTINCT FROM OLD.answer
        OR NEW.control_id IS DISTINCT FROM OLD.control_id
        OR (OLD.outcome <> 'refused' AND NEW.outcome IS DISTINCT FROM OLD.outcome) THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'a_received_message_is_never_changed',
            MESSAGE = 'a_received_message_is_never_changed';
    END IF;
    RETURN NEW;
END $$;
