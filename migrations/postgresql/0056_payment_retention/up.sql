-- What nobody else sees, who is told of an invoice, whose number of a patient was given up, and what an erased invoice leaves. See crates/payment/README.md.

ALTER TABLE invoices ADD COLUMN confidential boolean NOT NULL DEFAULT false;
ALTER TABLE invoices ADD COLUMN secret boolean NOT NULL DEFAULT false;
CREATE INDEX invoices_by_visit ON invoices (establishment_id, visit_number) WHERE visit_number IS NOT NULL;
CREATE INDEX invoices_by_change ON invoices (changed_at, id);
CREATE TRIGGER invoices_secret_for_ever BEFORE UPDATE OF secret ON invoices
FOR EACH ROW WHEN (OLD.secret AND NOT NEW.secret) EXECUTE FUNCTION refuse_change('invoices_secret_for_ever');
COMMENT ON COLUMN invoices.confidential IS 'The hospital says that only the patient may see it';
COMMENT ON COLUMN invoices.secret IS 'It was confidential once, or its stay is kept from the parents: no proxy sees it, ever';

CREATE TABLE secret_stays (
    establishment_id uuid NOT NULL,
    visit_number text NOT NULL CHECK (length(visit_number) BETWEEN 1 AND 200),
    ipp text NOT NULL CHECK (length(ipp) <= 200),
    noted_at timestamptz NOT NULL,
    PRIMARY KEY (establishment_id, visit_number)
);
CREATE INDEX secret_stays_by_patient ON secret_stays (establishment_id, ipp);
COMMENT ON TABLE secret_stays IS 'Stays that are kept from parents. Purpose: invoices that come once the file of pre-admission is erased stay secret, too. Kept payment.retention.due_days after the stay was last known to be secret.';
COMMENT ON COLUMN secret_stays.ipp IS 'The hospital''s number of the patient; it follows merges.';

CREATE TABLE invoice_letters (
    id uuid PRIMARY KEY,
    invoice_id uuid NOT NULL REFERENCES invoices (id) ON DELETE CASCADE,
    patient_id uuid NOT NULL
);
CREATE UNIQUE INDEX invoice_letters_invoice_id_patient_id_key ON invoice_letters (invoice_id, patient_id);
COMMENT ON TABLE invoice_letters IS 'Who is told of a new invoice: each person once. Kept as long as the invoice.';
COMMENT ON COLUMN invoice_letters.patient_id IS 'Its patient, or who acted for them when it came.';

CREATE TABLE invoice_doubts (
    invoice_id uuid PRIMARY KEY REFERENCES invoices (id) ON DELETE CASCADE,
    ipp text NOT NULL CHECK (length(ipp) BETWEEN 1 AND 200),
    told_at timestamptz NOT NULL
);
COMMENT ON TABLE invoice_doubts IS 'Invoices whose patient the hospital merged with somebody of other traits';

CREATE TABLE past_invoices (
    id uuid PRIMARY KEY,
    establishment_id uuid NOT NULL,
    name_digest bytea NOT NULL CHECK (length(name_digest) = 32),
    creditor text NOT NULL CHECK (length(creditor) BETWEEN 1 AND 40),
    amount_cents bigint NOT NULL CHECK (amount_cents > 0),
    standing text NOT NULL CHECK (standing IN ('payable', 'titled', 'cancelled', 'settled-elsewhere')),
    issued_on date NOT NULL,
    since timestamptz NOT NULL
);
CREATE UNIQUE INDEX past_invoices_name_digest_key ON past_invoices (name_digest);
CREATE INDEX past_invoices_by_issue ON past_invoices (establishment_id, issued_on);
CREATE TRIGGER past_invoices_never_change BEFORE UPDATE ON past_invoices
FOR EACH ROW EXECUTE FUNCTION refuse_change('past_invoices_never_change');
COMMENT ON TABLE past_invoices IS 'What an erased invoice leaves for the figures: nothing of anybody, and an id of its own';
COMMENT ON COLUMN past_invoices.name_digest IS 'SHA-256 of establishment, source and number: what is told of it again opens nothing';

CREATE TABLE past_payments (
    id uuid PRIMARY KEY,
    invoice_id uuid NOT NULL REFERENCES past_invoices (id),
    amount_cents bigint NOT NULL CHECK (amount_cents >= 0),
    is_debit boolean NOT NULL,
    paid_at timestamptz NOT NULL
);
CREATE INDEX past_payments_by_invoice ON past_payments (invoice_id);
CREATE TRIGGER past_payments_never_change BEFORE UPDATE ON past_payments
FOR EACH ROW EXECUTE FUNCTION refuse_change('past_payments_never_change');

CREATE INDEX payment_attempts_without_money ON payment_attempts (changed_at, id)
    WHERE state IN ('refused', 'abandoned', 'expired', 'failed');
CREATE INDEX payment_lookups_by_time ON payment_lookups (asked_at);
CREATE INDEX payment_reports_by_time ON payment_reports (imported_at);
CREATE INDEX preadmissions_secret ON preadmissions (stay_id) WHERE secret IS TRUE;
