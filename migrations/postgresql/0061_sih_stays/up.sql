-- Stays at the door of the SIH: what became of a message, and deliveries that are several messages.

ALTER TABLE inbound_messages
    ADD COLUMN id uuid NOT NULL DEFAULT gen_random_uuid(),
    ADD COLUMN finess text CHECK (length(finess) = 9),
    ADD COLUMN error integer CHECK (error BETWEEN 100 AND 299),
    ADD COLUMN place text,
    ADD COLUMN reason text,
    ADD COLUMN processed_at timestamptz,
    ADD COLUMN processed_by uuid,
    DROP CONSTRAINT inbound_messages_outcome_check,
    ADD CONSTRAINT inbound_messages_outcome_check
        CHECK (outcome IN ('ignored', 'opened', 'changed', 'unchanged', 'cancelled', 'conflict', 'refused')),
    ADD CONSTRAINT inbound_messages_refused_for_a_reason CHECK (
        (outcome = 'refused') = (error IS NOT NULL)
        AND (error IS NULL) = (place IS NULL) AND (error IS NULL) = (reason IS NULL)),
    ADD CONSTRAINT inbound_messages_processed_by_someone CHECK ((processed_at IS NULL) = (processed_by IS NULL));
ALTER TABLE inbound_messages ALTER COLUMN id DROP DEFAULT;
CREATE UNIQUE INDEX inbound_messages_id_key ON inbound_messages (id);
CREATE INDEX inbound_messages_by_outcome ON inbound_messages (outcome, id);
COMMENT ON COLUMN inbound_messages.id IS 'Its address at the desk.';
COMMENT ON COLUMN inbound_messages.finess IS 'Establishment it speaks of; none when that could not be told.';
COMMENT ON COLUMN inbound_messages.outcome IS 'What became of it; ignored: it has no use here. refused: answered AE, until it is processed again.';
COMMENT ON COLUMN inbound_messages.error IS 'Table 0357, of a refused one.';
COMMENT ON COLUMN inbound_messages.place IS 'Segment and field at fault: PV1-19.';
COMMENT ON COLUMN inbound_messages.reason IS 'Key of the words that say why; no personal data.';
COMMENT ON COLUMN inbound_messages.processed_at IS 'When a person had it processed again.';
COMMENT ON COLUMN inbound_messages.processed_by IS 'Who did.';

-- What was received and answered stays.
CREATE FUNCTION a_received_message_is_never_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.bytes IS DISTINCT FROM OLD.bytes OR NEW.answer IS DISTINCT FROM OLD.answer
        OR NEW.control_id IS DISTINCT FROM OLD.control_id
        OR (OLD.outcome <> 'refused' AND NEW.outcome IS DISTINCT FROM OLD.outcome) THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'a_received_message_is_never_changed',
            MESSAGE = 'a_received_message_is_never_changed';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER inbound_messages_unchanged BEFORE UPDATE ON inbound_messages
    FOR EACH ROW EXECUTE FUNCTION a_received_message_is_never_changed();

ALTER TABLE unreadable_frames ADD COLUMN finess text CHECK (length(finess) = 9);
COMMENT ON COLUMN unreadable_frames.finess IS 'Establishment of its sender, when that could be told.';

ALTER TABLE outbound_messages
    ADD COLUMN step integer NOT NULL DEFAULT 0 CHECK (step BETWEEN 0 AND 99),
    ADD COLUMN version bigint NOT NULL DEFAULT 0 CHECK (version >= 0),
    ADD COLUMN verdict text CHECK (verdict IN ('settled', 'later', 'refused')),
    DROP CONSTRAINT outbound_messages_pkey,
    ADD PRIMARY KEY (delivery_id, step),
    DROP CONSTRAINT outbound_messages_answered_at_an_instant;
ALTER TABLE outbound_messages ALTER COLUMN step DROP DEFAULT, ALTER COLUMN version DROP DEFAULT;
UPDATE outbound_messages SET verdict = 'later' WHERE answer IS NOT NULL;
ALTER TABLE outbound_messages
    ADD CONSTRAINT outbound_messages_answered_at_an_instant CHECK (
        (answer IS NULL) = (answered_at IS NULL) AND (answer IS NULL) = (verdict IS NULL));
COMMENT ON COLUMN outbound_messages.step IS 'Its place among the messages of one delivery, from 0.';
COMMENT ON COLUMN outbound_messages.version IS 'Version of the pre-admission file it tells; 0 for what has none.';
COMMENT ON COLUMN outbound_messages.verdict IS 'What the acknowledgement meant for this destination.';
COMMENT ON COLUMN outbound_messages.object IS 'What it tells about: an appointment, a pre-admission file, a document; for an identity, the patient.';

CREATE OR REPLACE FUNCTION a_message_is_never_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.delivery_id IS DISTINCT FROM OLD.delivery_id OR NEW.step IS DISTINCT FROM OLD.step
        OR NEW.control_id IS DISTINCT FROM OLD.control_id OR NEW.bytes IS DISTINCT FROM OLD.bytes THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'a_message_is_never_changed',
            MESSAGE = 'a_message_is_never_changed';
    END IF;
    RETURN NEW;
END $$;
