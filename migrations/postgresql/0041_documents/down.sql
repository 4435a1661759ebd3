DROP TABLE upload_parts;
DROP TABLE uploads;
DROP TABLE document_views;
DROP TABLE document_pages;
DROP INDEX preadmission_documents_preadmission_id_sha256_key;
ALTER TABLE preadmission_documents DROP COLUMN kept_file;
ALTER TABLE preadmission_documents DROP COLUMN received_file;
