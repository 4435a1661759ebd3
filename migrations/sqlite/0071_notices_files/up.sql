-- Notices about files of pre-admission beside those about appointments. See crates/notices/README.md.

CREATE TABLE notices_new (
    object BLOB NOT NULL CHECK (length(object) = 16),
    kind TEXT NOT NULL CHECK (kind IN ('booked', 'cancelled', 'reminder', 'file-created', 'file-reminder', 'file-refused', 'file-completed', 'file-moved', 'file-cancelled', 'file-invited', 'file-answered', 'news', 'payment', 'invoice')),
    turn INTEGER NOT NULL CHECK (turn >= 0),
    channel TEXT NOT NULL CHECK (channel IN ('mail', 'sms')),
    establishment BLOB NOT NULL CHECK (length(establishment) = 16),
    person BLOB NOT NULL CHECK (length(person) = 16),
    delivery BLOB NOT NULL CHECK (length(delivery) = 16),
    not_after INTEGER NOT NULL,
    tried_at INTEGER NOT NULL,
    sent_at INTEGER,
    PRIMARY KEY (object, kind, turn, channel),
    CONSTRAINT notices_never_too_late CHECK (tried_at <= not_after)
) STRICT, WITHOUT ROWID;
INSERT INTO notices_new SELECT appointment, kind, 0, channel, establishment, patient, delivery, not_after, tried_at, sent_at
    FROM notices;
DROP TABLE notices;
ALTER TABLE notices_new RENAME TO notices;
CREATE INDEX notices_by_person ON notices (person, channel, sent_at);
