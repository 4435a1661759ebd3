-- Alerts of creditors, doubts that a cashier closed, and what makes a desk's day quick. See crates/payment/README.md.

CREATE TABLE creditor_alerts (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    establishment_id BLOB NOT NULL CHECK (length(establishment_id) = 16),
    creditor TEXT NOT NULL CHECK (length(creditor) BETWEEN 1 AND 40),
    cause TEXT NOT NULL CHECK (length(cause) BETWEEN 1 AND 500),
    payments INTEGER NOT NULL CHECK (payments > 0),
    first_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    cleared_at INTEGER,
    cleared_by BLOB CHECK (cleared_by IS NULL OR length(cleared_by) = 16),
    reason TEXT CHECK (reason IS NULL OR length(reason) BETWEEN 1 AND 500),
    CONSTRAINT creditor_alerts_cleared_with_a_reason CHECK ((cleared_at IS NULL) = (reason IS NULL) AND (cleared_at IS NULL) = (cleared_by IS NULL)),
    CONSTRAINT creditor_alerts_in_order CHECK (first_at <= last_at)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX creditor_alerts_establishment_id_creditor_cause_key ON creditor_alerts (establishment_id, creditor, cause) WHERE cleared_at IS NULL;
CREATE INDEX creditor_alerts_cleared ON creditor_alerts (cleared_at) WHERE cleared_at IS NOT NULL;
CREATE TRIGGER creditor_alerts_stay_cleared BEFORE UPDATE ON creditor_alerts
WHEN OLD.cleared_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'creditor_alerts_stay_cleared'); END;

ALTER TABLE invoice_doubts ADD COLUMN cleared_at INTEGER;
ALTER TABLE invoice_doubts ADD COLUMN cleared_by BLOB CHECK (cleared_by IS NULL OR length(cleared_by) = 16);
ALTER TABLE invoice_doubts ADD COLUMN reason TEXT CONSTRAINT invoice_doubts_cleared_with_a_reason
    CHECK ((cleared_at IS NULL) = (reason IS NULL) AND (cleared_at IS NULL) = (cleared_by IS NULL) AND (reason IS NULL OR length(reason) BETWEEN 1 AND 500));

-- A payment belongs to the day on which it was paid; one without money to the day on which it began.
DROP INDEX payment_attempts_by_day;
CREATE INDEX payment_attempts_by_day ON payment_attempts (establishment_id, COALESCE(ended_at, created_at));
CREATE INDEX refund_tasks_done ON refund_tasks (establishment_id, done_at) WHERE done_at IS NOT NULL;
