ALTER TABLE preadmission_documents DROP COLUMN card_code;
