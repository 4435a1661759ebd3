-- The hospital's programs that call payment: what proved them once, and what they were given for it.

CREATE TABLE payment_assertions (
    digest BLOB NOT NULL PRIMARY KEY CHECK (length(digest) = 32),
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX payment_assertions_by_end ON payment_assertions (expires_at);

CREATE TABLE payment_tokens (
    digest BLOB NOT NULL PRIMARY KEY CHECK (length(digest) = 32),
    system TEXT NOT NULL CHECK (length(system) BETWEEN 1 AND 40),
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX payment_tokens_by_end ON payment_tokens (expires_at);
