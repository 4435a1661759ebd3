-- Notices to patients: one row for each that was tried. See crates/notices/README.md.

CREATE TABLE notices (
    appointment uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('booked', 'cancelled', 'reminder')),
    channel text NOT NULL CHECK (channel IN ('mail', 'sms')),
    establishment uuid NOT NULL,
    patient uuid NOT NULL,
    delivery uuid NOT NULL,
    not_after timestamptz NOT NULL,
    tried_at timestamptz NOT NULL,
    sent_at timestamptz,
    PRIMARY KEY (appointment, kind, channel),
    CONSTRAINT notices_never_too_late CHECK (tried_at <= not_after)
);
CREATE INDEX notices_by_patient ON notices (patient, channel, sent_at);
COMMENT ON TABLE notices IS 'Notices to patients that were tried. Purpose: each is sent once, not too many a day, none too late. Ids only: the texts are not kept here.';
COMMENT ON COLUMN notices.appointment IS 'What the notice is about.';
COMMENT ON COLUMN notices.kind IS 'Why it is written; with the appointment and the channel it is there once.';
COMMENT ON COLUMN notices.channel IS 'How it travels: e-mail or SMS.';
COMMENT ON COLUMN notices.establishment IS 'Establishment in whose name it is written.';
COMMENT ON COLUMN notices.patient IS 'To whom, for the daily limit. Pseudonym of a person; kept as long as the appointment.';
COMMENT ON COLUMN notices.delivery IS 'The delivery of the outbox that sends it; no other may.';
COMMENT ON COLUMN notices.not_after IS 'Instant after which it is not sent any more.';
COMMENT ON COLUMN notices.tried_at IS 'Last attempt.';
COMMENT ON COLUMN notices.sent_at IS 'When the relay or the gateway took it; absent until then.';
