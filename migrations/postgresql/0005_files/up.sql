-- The archive's place for encrypted files; see crates/storage/README.md.

CREATE TABLE file_keys (
    version integer PRIMARY KEY CHECK (version BETWEEN 1 AND 9999),
    fingerprint bytea NOT NULL CHECK (length(fingerprint) = 32),
    first_used_at timestamptz NOT NULL
);
COMMENT ON TABLE file_keys IS 'Key-encryption keys in use; the keys themselves are kept outside the database. A row goes when its key is destroyed.';
COMMENT ON COLUMN file_keys.fingerprint IS 'Keyed digest by which another key under the same number is noticed.';

CREATE TABLE files (
    id uuid PRIMARY KEY,
    owner text NOT NULL CHECK (length(owner) BETWEEN 3 AND 64),
    object text NOT NULL CHECK (length(object) = 47),
    state text NOT NULL CHECK (state IN ('writing', 'stored', 'doomed')),
    size bigint CHECK (size >= 0),
    sha256 bytea CHECK (length(sha256) = 32),
    content_type text NOT NULL CHECK (length(content_type) BETWEEN 3 AND 100),
    wrapped_key bytea CHECK (length(wrapped_key) = 48),
    kek_version integer REFERENCES file_keys (version),
    created_at timestamptz NOT NULL,
    CONSTRAINT files_stored_are_whole CHECK (state <> 'stored' OR (size IS NOT NULL AND sha256 IS NOT NULL)),
    CONSTRAINT files_doomed_have_no_key CHECK ((state = 'doomed') = (wrapped_key IS NULL) AND (state = 'doomed') = (kek_version IS NULL))
);
CREATE UNIQUE INDEX files_object_key ON files (object);
CREATE INDEX files_unfinished ON files (state, created_at) WHERE state <> 'stored';
CREATE INDEX files_by_day ON files (created_at);
CREATE INDEX files_by_kek ON files (kek_version, id);
COMMENT ON TABLE files IS 'Encrypted files: documents of patients, page images, invoices. Kept until their room dooms them.';
COMMENT ON COLUMN files.owner IS 'Room and kind, such as preadmission/document; never a person.';
COMMENT ON COLUMN files.object IS 'Where the encrypted bytes lie: a day and a random name.';
COMMENT ON COLUMN files.size IS 'Bytes before encryption.';
COMMENT ON COLUMN files.sha256 IS 'Of the bytes before encryption. Personal data by way of its content; goes with the row.';
COMMENT ON COLUMN files.wrapped_key IS 'The file''s own key under the key-encryption key; its destruction erases the file.';

CREATE FUNCTION guard_file() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- A stored file only changes the key it is wrapped under, until it is doomed; a doomed one never comes back.
    IF (NEW.id, NEW.owner, NEW.object, NEW.created_at, NEW.content_type)
        IS DISTINCT FROM (OLD.id, OLD.owner, OLD.object, OLD.created_at, OLD.content_type)
        OR OLD.state = 'doomed' OR (OLD.state = 'stored' AND NEW.state = 'writing')
        OR (OLD.state = 'stored' AND (NEW.size, NEW.sha256) IS DISTINCT FROM (OLD.size, OLD.sha256))
    THEN
        RAISE EXCEPTION 'a_file_is_never_changed' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'a_file_is_never_changed';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER files_unchanged BEFORE UPDATE ON files FOR EACH ROW EXECUTE FUNCTION guard_file();
CREATE TRIGGER files_doomed_first BEFORE DELETE ON files FOR EACH ROW WHEN (OLD.state <> 'doomed') EXECUTE FUNCTION refuse_change('a_file_is_doomed_first');
