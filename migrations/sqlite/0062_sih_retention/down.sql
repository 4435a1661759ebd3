DROP TRIGGER outbound_messages_unchanged;
DROP TRIGGER inbound_messages_unchanged;
CREATE TRIGGER outbound_messages_unchanged BEFORE UPDATE ON outbound_messages
WHEN NEW.delivery_id IS NOT OLD.delivery_id OR NEW.step IS NOT OLD.step OR NEW.control_id IS NOT OLD.control_id
    OR (NEW.bytes IS NOT OLD.bytes)
BEGIN SELECT RAISE(ABORT, 'a_message_is_never_changed'); END;
CREATE TRIGGER inbound_messages_unchanged BEFORE UPDATE ON inbound_messages
WHEN (NEW.bytes IS NOT OLD.bytes) OR NEW.answer IS NOT OLD.answer OR NEW.control_id IS NOT OLD.control_id
    OR (OLD.outcome <> 'refused' AND NEW.outcome IS NOT OLD.outcome)
BEGIN SELECT RAISE(ABORT, 'a_received_message_is_never_changed'); END;
