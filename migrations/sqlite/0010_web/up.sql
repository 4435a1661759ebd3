CREATE TABLE sessions (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 32),
    kind TEXT NOT NULL CHECK (kind IN ('patient', 'staff')),
    principal BLOB NOT NULL CHECK (length(principal) = 16),
    visit BLOB NOT NULL CHECK (length(visit) = 16),
    opened_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    details TEXT NOT NULL CHECK (json_valid(details))
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_by_principal ON sessions (kind, principal);
CREATE INDEX sessions_by_end ON sessions (expires_at);
