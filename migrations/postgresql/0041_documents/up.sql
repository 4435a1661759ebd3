-- The bytes of documents: what came, what was made of it, and files that come in parts.

ALTER TABLE preadmission_documents ADD COLUMN received_file uuid;
ALTER TABLE preadmission_documents ADD COLUMN kept_file uuid;
-- One file is sent once: of two at the same moment the second is told so.
CREATE UNIQUE INDEX preadmission_documents_preadmission_id_sha256_key ON preadmission_documents (preadmission_id, sha256)
    WHERE state IN ('received', 'checking', 'undecided', 'to-review', 'accepted');

CREATE TABLE document_pages (
    document_id uuid NOT NULL REFERENCES preadmission_documents (id),
    page integer NOT NULL CHECK (page BETWEEN 1 AND 500),
    file_id uuid NOT NULL,
    width integer NOT NULL CHECK (width > 0),
    height integer NOT NULL CHECK (height > 0),
    nearly_blank boolean NOT NULL,
    PRIMARY KEY (document_id, page)
);

CREATE TABLE document_views (
    id uuid PRIMARY KEY,
    document_id uuid NOT NULL REFERENCES preadmission_documents (id),
    page integer NOT NULL CHECK (page BETWEEN 1 AND 500),
    staff_id uuid NOT NULL,
    at timestamptz NOT NULL
);
CREATE INDEX document_views_by_document ON document_views (document_id, id);
CREATE TRIGGER document_views_unchanged BEFORE UPDATE ON document_views
FOR EACH ROW EXECUTE FUNCTION refuse_change('a_view_is_never_changed');

CREATE TABLE uploads (
    id uuid PRIMARY KEY,
    preadmission_id uuid NOT NULL REFERENCES preadmissions (id),
    patient_id uuid NOT NULL,
    kind text NOT NULL CHECK (length(kind) BETWEEN 1 AND 40),
    label text NOT NULL CHECK (length(label) <= 255),
    size bigint NOT NULL CHECK (size > 0),
    received bigint NOT NULL CHECK (received BETWEEN 0 AND size),
    document_id uuid,
    sent_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    CONSTRAINT uploads_done_are_whole CHECK (document_id IS NULL OR received = size)
);
CREATE INDEX uploads_by_end ON uploads (expires_at);
CREATE INDEX uploads_by_patient ON uploads (patient_id);

CREATE TABLE upload_parts (
    upload_id uuid NOT NULL REFERENCES uploads (id),
    start bigint NOT NULL CHECK (start >= 0),
    file_id uuid NOT NULL,
    PRIMARY KEY (upload_id, start)
);

COMMENT ON COLUMN preadmission_documents.received_file IS 'The bytes as sent; erased once it is decided what they are.';
COMMENT ON COLUMN preadmission_documents.kept_file IS 'The rebuilt PDF; null until the document is clean, and again when it is purged.';
COMMENT ON TABLE document_pages IS 'Personal data. Purpose: the pictures of a clean document''s pages. Kept as long as the document.';
COMMENT ON TABLE document_views IS 'Which page image a member of staff opened, and when. Kept as long as the document''s row.';
COMMENT ON TABLE uploads IS 'Personal data. Purpose: a file that comes in parts. Kept a day at most.';
COMMENT ON COLUMN uploads.received IS 'Bytes that are here: where the next part starts.';
COMMENT ON COLUMN uploads.sent_at IS 'When its sender chose it: only a document refused before gives way to it.';
COMMENT ON COLUMN uploads.document_id IS 'What the whole file became; null while parts are missing.';
COMMENT ON TABLE upload_parts IS 'Where the bytes of each part stand, encrypted like every file.';
