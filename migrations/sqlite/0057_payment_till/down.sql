DROP TABLE invoice_list_faults;
DROP TABLE invoice_lists;
DROP TABLE payment_clearings;
DROP INDEX payment_attempts_alerted;
ALTER TABLE payment_attempts DROP COLUMN refusal;
ALTER TABLE payment_attempts DROP COLUMN cleared_at;
ALTER TABLE payment_attempts DROP COLUMN alerted_for;
CREATE INDEX payment_attempts_alerted ON payment_attempts (establishment_id) WHERE alerted_at IS NOT NULL;
