DELETE FROM notices WHERE kind NOT IN ('booked', 'cancelled', 'reminder');
ALTER TABLE notices DROP CONSTRAINT notices_pkey;
ALTER TABLE notices DROP CONSTRAINT notices_kind_check;
ALTER TABLE notices DROP COLUMN turn;
ALTER TABLE notices RENAME COLUMN object TO appointment;
ALTER TABLE notices RENAME COLUMN person TO patient;
ALTER TABLE notices ADD CONSTRAINT notices_kind_check CHECK (kind IN ('booked', 'cancelled', 'reminder'));
ALTER TABLE notices ADD PRIMARY KEY (appointment, kind, channel);
ALTER INDEX notices_by_person RENAME TO notices_by_patient;
