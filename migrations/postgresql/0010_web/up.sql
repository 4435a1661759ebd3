CREATE TABLE sessions (
    id bytea PRIMARY KEY CHECK (length(id) = 32),
    kind text NOT NULL CHECK (kind IN ('patient', 'staff')),
    principal uuid NOT NULL,
    visit uuid NOT NULL,
    opened_at timestamptz NOT NULL,
    seen_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    details jsonb NOT NULL
);
CREATE INDEX sessions_by_principal ON sessions (kind, principal);
CREATE INDEX sessions_by_end ON sessions (expires_at);
COMMENT ON TABLE sessions IS 'Who is logged in. Kept until the session ends, a few hours at most.';
COMMENT ON COLUMN sessions.id IS 'SHA-256 of the cookie: who reads this table cannot become anybody.';
COMMENT ON COLUMN sessions.principal IS 'The patient''s or the staff member''s id.';
COMMENT ON COLUMN sessions.visit IS 'The browser''s visit, which goes on through the login.';
COMMENT ON COLUMN sessions.details IS 'Name for the greeting, provider, level of assurance, roles, establishments, ID token for logout. Personal; gone with the session.';
