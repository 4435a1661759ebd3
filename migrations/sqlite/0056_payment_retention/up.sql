-- What nobody else sees, who is told of an invoice, whose number of a patient was given up, and what an erased invoice leaves. See crates/payment/README.md.

ALTER TABLE invoices ADD COLUMN confidential INTEGER NOT NULL DEFAULT 0 CHECK (confidential IN (0, 1));
ALTER TABLE invoices ADD COLUMN secret INTEGER NOT NULL DEFAULT 0 CHECK (secret IN (0, 1));
CREATE INDEX invoices_by_visit ON invoices (establishment_id, visit_number) WHERE visit_number IS NOT NULL;
CREATE INDEX invoices_by_change ON invoices (changed_at, id);
CREATE TRIGGER invoices_secret_for_ever BEFORE UPDATE OF secret ON invoices
WHEN OLD.secret = 1 AND NEW.secret = 0
BEGIN SELECT RAISE(ABORT, 'invoices_secret_for_ever'); END;

CREATE TABLE secret_stays (
    establishment_id BLOB NOT NULL CHECK (length(establishment_id) = 16),
    visit_number TEXT NOT NULL CHECK (length(visit_number) BETWEEN 1 AND 200),
    ipp TEXT NOT NULL CHECK (length(ipp) <= 200),
    noted_at INTEGER NOT NULL,
    PRIMARY KEY (establishment_id, visit_number)
) STRICT, WITHOUT ROWID;
CREATE INDEX secret_stays_by_patient ON secret_stays (establishment_id, ipp);

CREATE TABLE invoice_letters (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    invoice_id BLOB NOT NULL REFERENCES invoices (id) ON DELETE CASCADE CHECK (length(invoice_id) = 16),
    patient_id BLOB NOT NULL CHECK (length(patient_id) = 16)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX invoice_letters_invoice_id_patient_id_key ON invoice_letters (invoice_id, patient_id);

CREATE TABLE invoice_doubts (
    invoice_id BLOB NOT NULL PRIMARY KEY REFERENCES invoices (id) ON DELETE CASCADE CHECK (length(invoice_id) = 16),
    ipp TEXT NOT NULL CHECK (length(ipp) BETWEEN 1 AND 200),
    told_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE past_invoices (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    establishment_id BLOB NOT NULL CHECK (length(establishment_id) = 16),
    name_digest BLOB NOT NULL CHECK (length(name_digest) = 32),
    creditor TEXT NOT NULL CHECK (length(creditor) BETWEEN 1 AND 40),
    amount_cents INTEGER NOT NULL CHECK (amount_cents > 0),
    standing TEXT NOT NULL CHECK (standing IN ('payable', 'titled', 'cancelled', 'settled-elsewhere')),
    issued_on INTEGER NOT NULL,
    since INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX past_invoices_name_digest_key ON past_invoices (name_digest);
CREATE INDEX past_invoices_by_issue ON past_invoices (establishment_id, issued_on);
CREATE TRIGGER past_invoices_never_change BEFORE UPDATE ON past_invoices
BEGIN SELECT RAISE(ABORT, 'past_invoices_never_change'); END;

CREATE TABLE past_payments (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    invoice_id BLOB NOT NULL REFERENCES past_invoices (id) CHECK (length(invoice_id) = 16),
    amount_cents INTEGER NOT NULL CHECK (amount_cents >= 0),
    is_debit INTEGER NOT NULL CHECK (is_debit IN (0, 1)),
    paid_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX past_payments_by_invoice ON past_payments (invoice_id);
CREATE TRIGGER past_payments_never_change BEFORE UPDATE ON past_payments
BEGIN SELECT RAISE(ABORT, 'past_payments_never_change'); END;

CREATE INDEX payment_attempts_without_money ON payment_attempts (changed_at, id)
    WHERE state IN ('refused', 'abandoned', 'expired', 'failed');
CREATE INDEX payment_lookups_by_time ON payment_lookups (asked_at);
CREATE INDEX payment_reports_by_time ON payment_reports (imported_at);
CREATE INDEX preadmissions_secret ON preadmissions (stay_id) WHERE secret IS TRUE;
