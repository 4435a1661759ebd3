-- The archive's place for encrypted files; see crates/storage/README.md.

CREATE TABLE file_keys (
    version INTEGER NOT NULL PRIMARY KEY CHECK (version BETWEEN 1 AND 9999),
    fingerprint BLOB NOT NULL CHECK (length(fingerprint) = 32),
    first_used_at INTEGER NOT NULL
) STRICT;

CREATE TABLE files (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    owner TEXT NOT NULL CHECK (length(owner) BETWEEN 3 AND 64),
    object TEXT NOT NULL CHECK (length(object) = 47),
    state TEXT NOT NULL CHECK (state IN ('writing', 'stored', 'doomed')),
    size INTEGER CHECK (size >= 0),
    sha256 BLOB CHECK (length(sha256) = 32),
    content_type TEXT NOT NULL CHECK (length(content_type) BETWEEN 3 AND 100),
    wrapped_key BLOB CHECK (length(wrapped_key) = 48),
    kek_version INTEGER REFERENCES file_keys (version),
    created_at INTEGER NOT NULL,
    CONSTRAINT files_stored_are_whole CHECK (state <> 'stored' OR (size IS NOT NULL AND sha256 IS NOT NULL)),
    CONSTRAINT files_doomed_have_no_key CHECK ((state = 'doomed') = (wrapped_key IS NULL) AND (state = 'doomed') = (kek_version IS NULL))
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX files_object_key ON files (object);
CREATE INDEX files_unfinished ON files (state, created_at) WHERE state <> 'stored';
CREATE INDEX files_by_day ON files (created_at);
CREATE INDEX files_by_kek ON files (kek_version, id);

-- A stored file only changes the key it is wrapped under, until it is doomed; a doomed one never comes back.
CREATE TRIGGER files_unchanged BEFORE UPDATE ON files
WHEN NEW.id IS NOT OLD.id OR NEW.owner IS NOT OLD.owner OR NEW.object IS NOT OLD.object OR NEW.created_at IS NOT OLD.created_at
    OR NEW.content_type IS NOT OLD.content_type OR OLD.state = 'doomed' OR (OLD.state = 'stored' AND NEW.state = 'writing')
    OR (OLD.state = 'stored' AND (NEW.size IS NOT OLD.size OR NEW.sha256 IS NOT OLD.sha256))
BEGIN SELECT RAISE(ABORT, 'a_file_is_never_changed'); END;
CREATE TRIGGER files_doomed_first BEFORE DELETE ON files WHEN OLD.state <> 'doomed'
BEGIN SELECT RAISE(ABORT, 'a_file_is_doomed_first'); END;
