-- Payment: what hospitals ask for, the tries to pay it, what providers answered. See crates/payment/README.md.

CREATE TABLE invoices (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    establishment_id BLOB NOT NULL CHECK (length(establishment_id) = 16),
    source TEXT NOT NULL CHECK (length(source) BETWEEN 1 AND 40),
    number TEXT NOT NULL CHECK (length(number) BETWEEN 1 AND 40),
    version INTEGER NOT NULL CHECK (version > 0),
    told_version INTEGER CHECK (told_version IS NULL OR told_version > 0),
    patient_id BLOB CHECK (patient_id IS NULL OR length(patient_id) = 16),
    person TEXT NOT NULL CHECK (json_valid(person)),
    ipp TEXT NOT NULL CHECK (length(ipp) BETWEEN 1 AND 40),
    birth_date TEXT NOT NULL,
    visit_number TEXT CHECK (visit_number IS NULL OR length(visit_number) BETWEEN 1 AND 40),
    kind TEXT NOT NULL CHECK (kind IN ('regie', 'titre')),
    creditor TEXT NOT NULL CHECK (length(creditor) BETWEEN 1 AND 40),
    exercice TEXT NOT NULL CHECK (exercice GLOB '[0-9][0-9][0-9][0-9]'),
    refdet TEXT NOT NULL CHECK (length(refdet) BETWEEN 6 AND 30 AND refdet NOT GLOB '*[^A-Za-z0-9]*'),
    label TEXT NOT NULL CHECK (length(label) <= 200),
    amount_cents INTEGER NOT NULL CHECK (amount_cents > 0),
    received_cents INTEGER NOT NULL CHECK (received_cents >= 0),
    issued_on INTEGER NOT NULL,
    due_on INTEGER,
    document_id BLOB REFERENCES files (id) ON DELETE SET NULL CHECK (document_id IS NULL OR length(document_id) = 16),
    state TEXT NOT NULL CHECK (state IN ('payable', 'paying', 'paid', 'overpaid', 'disputed', 'titled', 'cancelled', 'settled-elsewhere')),
    standing TEXT NOT NULL CHECK (standing IN ('payable', 'titled', 'cancelled', 'settled-elsewhere')),
    held TEXT CHECK (held IS NULL OR json_valid(held)),
    created_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    CONSTRAINT invoices_paid_with_money CHECK (state <> 'paid' OR received_cents = amount_cents),
    CONSTRAINT invoices_overpaid_with_money CHECK (state <> 'overpaid' OR received_cents > 0),
    CONSTRAINT invoices_hold_only_while_paying CHECK (held IS NULL OR state = 'paying')
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX invoices_establishment_id_source_number_key ON invoices (establishment_id, source, number);
CREATE INDEX invoices_by_patient ON invoices (patient_id, issued_on);
CREATE INDEX invoices_by_ipp ON invoices (establishment_id, ipp);
CREATE INDEX invoices_unclaimed ON invoices (birth_date) WHERE patient_id IS NULL;
CREATE INDEX invoices_by_refdet ON invoices (refdet, amount_cents);

CREATE TABLE payment_attempts (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    establishment_id BLOB NOT NULL CHECK (length(establishment_id) = 16),
    creditor TEXT NOT NULL CHECK (length(creditor) BETWEEN 1 AND 40),
    provider TEXT NOT NULL CHECK (length(provider) BETWEEN 1 AND 40),
    creditor_number TEXT NOT NULL CHECK (length(creditor_number) BETWEEN 1 AND 40),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'activation', 'production')),
    amount_cents INTEGER NOT NULL CHECK (amount_cents > 0),
    refdet TEXT NOT NULL,
    exercice TEXT NOT NULL,
    email TEXT NOT NULL,
    patient_id BLOB CHECK (patient_id IS NULL OR length(patient_id) = 16),
    visit_id BLOB NOT NULL CHECK (length(visit_id) = 16),
    state TEXT NOT NULL CHECK (state IN ('created', 'redirected', 'paid', 'debit-accepted', 'refused', 'abandoned', 'expired', 'failed')),
    reference TEXT,
    differences TEXT NOT NULL CHECK (json_valid(differences)),
    authorisation TEXT,
    ended_at INTEGER,
    created_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    day INTEGER NOT NULL,
    rank INTEGER NOT NULL CHECK (rank > 0),
    look_at INTEGER,
    alerted_at INTEGER,
    CONSTRAINT payment_attempts_sent_with_a_reference CHECK (state IN ('created', 'failed') OR reference IS NOT NULL)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX payment_attempts_provider_reference_key ON payment_attempts (provider, reference);
CREATE UNIQUE INDEX payment_attempts_provider_creditor_number_day_rank_key ON payment_attempts (provider, creditor_number, day, rank);
CREATE INDEX payment_attempts_to_look_at ON payment_attempts (look_at) WHERE look_at IS NOT NULL;
CREATE INDEX payment_attempts_alerted ON payment_attempts (establishment_id) WHERE alerted_at IS NOT NULL;
CREATE INDEX payment_attempts_by_day ON payment_attempts (establishment_id, created_at);
CREATE INDEX payment_attempts_by_refdet ON payment_attempts (refdet);
CREATE TRIGGER payment_attempts_money_stays BEFORE UPDATE OF state ON payment_attempts
WHEN OLD.state IN ('paid', 'debit-accepted') AND NEW.state <> OLD.state
BEGIN SELECT RAISE(ABORT, 'payment_attempts_money_stays'); END;
CREATE TRIGGER payment_attempts_keep_what_was_asked BEFORE UPDATE OF amount_cents, creditor_number, mode, refdet ON payment_attempts
WHEN OLD.amount_cents <> NEW.amount_cents OR OLD.creditor_number <> NEW.creditor_number OR OLD.mode <> NEW.mode OR OLD.refdet <> NEW.refdet
BEGIN SELECT RAISE(ABORT, 'payment_attempts_keep_what_was_asked'); END;

CREATE TABLE payment_shares (
    attempt_id BLOB NOT NULL REFERENCES payment_attempts (id) CHECK (length(attempt_id) = 16),
    invoice_id BLOB NOT NULL REFERENCES invoices (id) CHECK (length(invoice_id) = 16),
    amount_cents INTEGER NOT NULL CHECK (amount_cents > 0),
    is_active INTEGER NOT NULL CHECK (is_active IN (0, 1)),
    PRIMARY KEY (attempt_id, invoice_id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX payment_shares_invoice_id_key ON payment_shares (invoice_id) WHERE is_active;
CREATE INDEX payment_shares_by_invoice ON payment_shares (invoice_id);

CREATE TABLE payment_lookups (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    attempt_id BLOB NOT NULL REFERENCES payment_attempts (id) CHECK (length(attempt_id) = 16),
    asked_by TEXT NOT NULL CHECK (asked_by IN ('notification', 'return', 'patient', 'schedule', 'desk', 'report')),
    answer TEXT NOT NULL CHECK (answer IN ('paid', 'debit-accepted', 'refused', 'abandoned', 'pending', 'examined', 'unknown', 'not-understood', 'no-answer')),
    raw TEXT NOT NULL,
    asked_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX payment_lookups_by_attempt ON payment_lookups (attempt_id, asked_at);
CREATE TRIGGER payment_lookups_never_change BEFORE UPDATE ON payment_lookups
BEGIN SELECT RAISE(ABORT, 'payment_lookups_never_change'); END;

CREATE TABLE refund_tasks (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    establishment_id BLOB NOT NULL CHECK (length(establishment_id) = 16),
    invoice_id BLOB NOT NULL REFERENCES invoices (id) CHECK (length(invoice_id) = 16),
    attempt_id BLOB NOT NULL REFERENCES payment_attempts (id) CHECK (length(attempt_id) = 16),
    amount_cents INTEGER NOT NULL CHECK (amount_cents > 0),
    created_at INTEGER NOT NULL,
    done_at INTEGER,
    done_by BLOB CHECK (done_by IS NULL OR length(done_by) = 16),
    counted INTEGER NOT NULL CHECK (counted IN (0, 1)),
    note TEXT NOT NULL CHECK (length(note) <= 500),
    CONSTRAINT refund_tasks_done_by_somebody CHECK ((done_at IS NULL) = (done_by IS NULL))
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX refund_tasks_attempt_id_invoice_id_key ON refund_tasks (attempt_id, invoice_id);
CREATE INDEX refund_tasks_open ON refund_tasks (establishment_id) WHERE done_at IS NULL;
