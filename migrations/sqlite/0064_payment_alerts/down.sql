DROP INDEX refund_tasks_done;
DROP INDEX payment_attempts_by_day;
CREATE INDEX payment_attempts_by_day ON payment_attempts (establishment_id, created_at);
ALTER TABLE invoice_doubts DROP COLUMN reason;
ALTER TABLE invoice_doubts DROP COLUMN cleared_by;
ALTER TABLE invoice_doubts DROP COLUMN cleared_at;
DROP TABLE creditor_alerts;
