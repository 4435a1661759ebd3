-- The bytes of documents: what came, what was made of it, and files that come in parts.

ALTER TABLE preadmission_documents ADD COLUMN received_file BLOB CHECK (received_file IS NULL OR length(received_file) = 16);
ALTER TABLE preadmission_documents ADD COLUMN kept_file BLOB CHECK (kept_file IS NULL OR length(kept_file) = 16);
-- One file is sent once: of two at the same moment the second is told so.
CREATE UNIQUE INDEX preadmission_documents_preadmission_id_sha256_key ON preadmission_documents (preadmission_id, sha256)
    WHERE state IN ('received', 'checking', 'undecided', 'to-review', 'accepted');

CREATE TABLE document_pages (
    document_id BLOB NOT NULL REFERENCES preadmission_documents (id) CHECK (length(document_id) = 16),
    page INTEGER NOT NULL CHECK (page BETWEEN 1 AND 500),
    file_id BLOB NOT NULL CHECK (length(file_id) = 16),
    width INTEGER NOT NULL CHECK (width > 0),
    height INTEGER NOT NULL CHECK (height > 0),
    nearly_blank INTEGER NOT NULL CHECK (nearly_blank IN (0, 1)),
    PRIMARY KEY (document_id, page)
) STRICT, WITHOUT ROWID;

CREATE TABLE document_views (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    document_id BLOB NOT NULL REFERENCES preadmission_documents (id) CHECK (length(document_id) = 16),
    page INTEGER NOT NULL CHECK (page BETWEEN 1 AND 500),
    staff_id BLOB NOT NULL CHECK (length(staff_id) = 16),
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX document_views_by_document ON document_views (document_id, id);
CREATE TRIGGER document_views_unchanged BEFORE UPDATE ON document_views
BEGIN SELECT RAISE(ABORT, 'a_view_is_never_changed'); END;

CREATE TABLE uploads (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    preadmission_id BLOB NOT NULL REFERENCES preadmissions (id) CHECK (length(preadmission_id) = 16),
    patient_id BLOB NOT NULL CHECK (length(patient_id) = 16),
    kind TEXT NOT NULL CHECK (length(kind) BETWEEN 1 AND 40),
    label TEXT NOT NULL CHECK (length(label) <= 255),
    size INTEGER NOT NULL CHECK (size > 0),
    received INTEGER NOT NULL CHECK (received BETWEEN 0 AND size),
    document_id BLOB CHECK (document_id IS NULL OR length(document_id) = 16),
    sent_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    CONSTRAINT uploads_done_are_whole CHECK (document_id IS NULL OR received = size)
) STRICT, WITHOUT ROWID;
CREATE INDEX uploads_by_end ON uploads (expires_at);
CREATE INDEX uploads_by_patient ON uploads (patient_id);

CREATE TABLE upload_parts (
    upload_id BLOB NOT NULL REFERENCES uploads (id) CHECK (length(upload_id) = 16),
    start INTEGER NOT NULL CHECK (start >= 0),
    file_id BLOB NOT NULL CHECK (length(file_id) = 16),
    PRIMARY KEY (upload_id, start)
) STRICT, WITHOUT ROWID;
