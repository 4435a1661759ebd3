-- Alerts of creditors, doubts that a cashier closed, and what makes a desk's day quick. See crates/payment/README.md.

CREATE TABLE creditor_alerts (
    id uuid PRIMARY KEY,
    establishment_id uuid NOT NULL,
    creditor text NOT NULL CHECK (length(creditor) BETWEEN 1 AND 40),
    cause text NOT NULL CHECK (length(cause) BETWEEN 1 AND 500),
    payments bigint NOT NULL CHECK (payments > 0),
    first_at timestamptz NOT NULL,
    last_at timestamptz NOT NULL,
    cleared_at timestamptz,
    cleared_by uuid,
    reason text CHECK (reason IS NULL OR length(reason) BETWEEN 1 AND 500),
    CONSTRAINT creditor_alerts_cleared_with_a_reason CHECK ((cleared_at IS NULL) = (reason IS NULL) AND (cleared_at IS NULL) = (cleared_by IS NULL)),
    CONSTRAINT creditor_alerts_in_order CHECK (first_at <= last_at)
);
CREATE UNIQUE INDEX creditor_alerts_establishment_id_creditor_cause_key ON creditor_alerts (establishment_id, creditor, cause) WHERE cleared_at IS NULL;
CREATE INDEX creditor_alerts_cleared ON creditor_alerts (cleared_at) WHERE cleared_at IS NOT NULL;
CREATE TRIGGER creditor_alerts_stay_cleared BEFORE UPDATE ON creditor_alerts
FOR EACH ROW WHEN (OLD.cleared_at IS NOT NULL) EXECUTE FUNCTION refuse_change('creditor_alerts_stay_cleared');
COMMENT ON TABLE creditor_alerts IS 'Why a provider begins no payment of a creditor: one row for each cause until a cashier saw to it';
COMMENT ON COLUMN creditor_alerts.cause IS 'Code and words of the provider';
COMMENT ON COLUMN creditor_alerts.payments IS 'How many payments it kept from beginning';

ALTER TABLE invoice_doubts ADD COLUMN cleared_at timestamptz;
ALTER TABLE invoice_doubts ADD COLUMN cleared_by uuid;
ALTER TABLE invoice_doubts ADD COLUMN reason text CONSTRAINT invoice_doubts_cleared_with_a_reason
    CHECK ((cleared_at IS NULL) = (reason IS NULL) AND (cleared_at IS NULL) = (cleared_by IS NULL) AND (reason IS NULL OR length(reason) BETWEEN 1 AND 500));

-- A payment belongs to the day on which it was paid; one without money to the day on which it began.
DROP INDEX payment_attempts_by_day;
CREATE INDEX payment_attempts_by_day ON payment_attempts (establishment_id, (COALESCE(ended_at, created_at)));
CREATE INDEX refund_tasks_done ON refund_tasks (establishment_id, done_at) WHERE done_at IS NOT NULL;
COMMENT ON COLUMN invoice_doubts.cleared_at IS 'A cashier saw to it: the same merge is not told again';
