-- The hospital's programs that call payment: what proved them once, and what they were given for it.

CREATE TABLE payment_assertions (
    digest bytea PRIMARY KEY CHECK (length(digest) = 32),
    expires_at timestamptz NOT NULL
);
CREATE INDEX payment_assertions_by_end ON payment_assertions (expires_at);
COMMENT ON COLUMN payment_assertions.digest IS 'SHA-256 of a system and the jti of an assertion it used: never accepted again while it would still hold';

CREATE TABLE payment_tokens (
    digest bytea PRIMARY KEY CHECK (length(digest) = 32),
    system text NOT NULL CHECK (length(system) BETWEEN 1 AND 40),
    expires_at timestamptz NOT NULL
);
CREATE INDEX payment_tokens_by_end ON payment_tokens (expires_at);
COMMENT ON COLUMN payment_tokens.digest IS 'SHA-256 of an access token: whoever reads the table cannot use it';
