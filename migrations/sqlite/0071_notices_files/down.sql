CREATE TABLE notices_old (
    appointment BLOB NOT NULL CHECK (length(appointment) = 16),
    kind TEXT NOT NULL CHECK (kind IN ('booked', 'cancelled', 'reminder')),
    channel TEXT NOT NULL CHECK (channel IN ('mail', 'sms')),
    establishment BLOB NOT NULL CHECK (length(establishment) = 16),
    patient BLOB NOT NULL CHECK (length(patient) = 16),
    delivery BLOB NOT NULL CHECK (length(delivery) = 16),
    not_after INTEGER NOT NULL,
    tried_at INTEGER NOT NULL,
    sent_at INTEGER,
    PRIMARY KEY (appointment, kind, channel),
    CONSTRAINT notices_never_too_late CHECK (tried_at <= not_after)
) STRICT, WITHOUT ROWID;
INSERT INTO notices_old SELECT object, kind, channel, establishment, person, delivery, not_after, tried_at, sent_at
    FROM notices WHERE kind IN ('booked', 'cancelled', 'reminder');
DROP TABLE notices;
ALTER TABLE notices_old RENAME TO notices;
CREATE INDEX notices_by_patient ON notices (patient, channel, sent_at);
