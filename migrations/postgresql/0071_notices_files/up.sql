-- Notices about files of pre-admission beside those about appointments. See crates/notices/README.md.

ALTER TABLE notices RENAME COLUMN appointment TO object;
ALTER TABLE notices RENAME COLUMN patient TO person;
ALTER TABLE notices ADD COLUMN turn integer NOT NULL DEFAULT 0 CHECK (turn >= 0);
ALTER TABLE notices ALTER COLUMN turn DROP DEFAULT;
ALTER TABLE notices DROP CONSTRAINT notices_kind_check;
ALTER TABLE notices ADD CONSTRAINT notices_kind_check CHECK (kind IN ('booked', 'cancelled', 'reminder', 'file-created', 'file-reminder', 'file-refused', 'file-completed', 'file-moved', 'file-cancelled', 'file-invited', 'file-answered', 'news', 'payment', 'invoice'));
ALTER TABLE notices DROP CONSTRAINT notices_pkey;
ALTER TABLE notices ADD PRIMARY KEY (object, kind, turn, channel);
ALTER INDEX notices_by_patient RENAME TO notices_by_person;
COMMENT ON COLUMN notices.object IS 'What the notice is about: an appointment, a file, or an invitation to somebody of a file.';
COMMENT ON COLUMN notices.kind IS 'Why it is written.';
COMMENT ON COLUMN notices.turn IS 'Which of its kind: the version of the file, or how often the stay was moved, where each is told; else 0.';
COMMENT ON COLUMN notices.person IS 'To whom, for the daily limit: pseudonym of a person, the file that nobody opened yet, or the invitation.';
