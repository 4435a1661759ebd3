-- Payment: what hospitals ask for, the tries to pay it, what providers answered. See crates/payment/README.md.

CREATE TABLE invoices (
    id uuid PRIMARY KEY,
    establishment_id uuid NOT NULL,
    source text NOT NULL CHECK (length(source) BETWEEN 1 AND 40),
    number text NOT NULL CHECK (length(number) BETWEEN 1 AND 40),
    version bigint NOT NULL CHECK (version > 0),
    told_version bigint CHECK (told_version > 0),
    patient_id uuid,
    person jsonb NOT NULL,
    ipp text NOT NULL CHECK (length(ipp) BETWEEN 1 AND 40),
    birth_date text NOT NULL,
    visit_number text CHECK (length(visit_number) BETWEEN 1 AND 40),
    kind text NOT NULL CHECK (kind IN ('regie', 'titre')),
    creditor text NOT NULL CHECK (length(creditor) BETWEEN 1 AND 40),
    exercice text NOT NULL CHECK (exercice ~ '^[0-9]{4}$'),
    refdet text NOT NULL CHECK (refdet ~ '^[A-Za-z0-9]{6,30}$'),
    label text NOT NULL CHECK (length(label) <= 200),
    amount_cents bigint NOT NULL CHECK (amount_cents > 0),
    received_cents bigint NOT NULL CHECK (received_cents >= 0),
    issued_on date NOT NULL,
    due_on date,
    document_id uuid REFERENCES files (id) ON DELETE SET NULL,
    state text NOT NULL CHECK (state IN ('payable', 'paying', 'paid', 'overpaid', 'disputed', 'titled', 'cancelled', 'settled-elsewhere')),
    standing text NOT NULL CHECK (standing IN ('payable', 'titled', 'cancelled', 'settled-elsewhere')),
    held jsonb,
    created_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    CONSTRAINT invoices_paid_with_money CHECK (state <> 'paid' OR received_cents = amount_cents),
    CONSTRAINT invoices_overpaid_with_money CHECK (state <> 'overpaid' OR received_cents > 0),
    CONSTRAINT invoices_hold_only_while_paying CHECK (held IS NULL OR state = 'paying')
);
CREATE UNIQUE INDEX invoices_establishment_id_source_number_key ON invoices (establishment_id, source, number);
CREATE INDEX invoices_by_patient ON invoices (patient_id, issued_on);
CREATE INDEX invoices_by_ipp ON invoices (establishment_id, ipp);
CREATE INDEX invoices_unclaimed ON invoices (birth_date) WHERE patient_id IS NULL;
CREATE INDEX invoices_by_refdet ON invoices (refdet, amount_cents);
COMMENT ON COLUMN invoices.person IS 'The patient as the hospital names them (IPP, birth name, first name, birth date, sex), so that who logs in finds their invoices; emptied with the invoice''s purge';
COMMENT ON COLUMN invoices.told_version IS 'The version of the announcement last heard, as its source counts them';
COMMENT ON COLUMN invoices.birth_date IS 'Of the person, to find who logs in; emptied with the invoice''s purge';
COMMENT ON COLUMN invoices.held IS 'What the hospital said while a payer was at it; applied at the end of the attempt';

CREATE TABLE payment_attempts (
    id uuid PRIMARY KEY,
    establishment_id uuid NOT NULL,
    creditor text NOT NULL CHECK (length(creditor) BETWEEN 1 AND 40),
    provider text NOT NULL CHECK (length(provider) BETWEEN 1 AND 40),
    creditor_number text NOT NULL CHECK (length(creditor_number) BETWEEN 1 AND 40),
    mode text NOT NULL CHECK (mode IN ('test', 'activation', 'production')),
    amount_cents bigint NOT NULL CHECK (amount_cents > 0),
    refdet text NOT NULL,
    exercice text NOT NULL,
    email text NOT NULL,
    patient_id uuid,
    visit_id uuid NOT NULL,
    state text NOT NULL CHECK (state IN ('created', 'redirected', 'paid', 'debit-accepted', 'refused', 'abandoned', 'expired', 'failed')),
    reference text,
    differences jsonb NOT NULL,
    authorisation text,
    ended_at timestamptz,
    created_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    day date NOT NULL,
    rank integer NOT NULL CHECK (rank > 0),
    look_at timestamptz,
    alerted_at timestamptz,
    CONSTRAINT payment_attempts_sent_with_a_reference CHECK (state IN ('created', 'failed') OR reference IS NOT NULL)
);
CREATE UNIQUE INDEX payment_attempts_provider_reference_key ON payment_attempts (provider, reference);
CREATE UNIQUE INDEX payment_attempts_provider_creditor_number_day_rank_key ON payment_attempts (provider, creditor_number, day, rank);
CREATE INDEX payment_attempts_to_look_at ON payment_attempts (look_at) WHERE look_at IS NOT NULL;
CREATE INDEX payment_attempts_alerted ON payment_attempts (establishment_id) WHERE alerted_at IS NOT NULL;
CREATE INDEX payment_attempts_by_day ON payment_attempts (establishment_id, created_at);
CREATE INDEX payment_attempts_by_refdet ON payment_attempts (refdet);
CREATE TRIGGER payment_attempts_money_stays BEFORE UPDATE OF state ON payment_attempts
FOR EACH ROW WHEN (OLD.state IN ('paid', 'debit-accepted') AND NEW.state <> OLD.state) EXECUTE FUNCTION refuse_change('payment_attempts_money_stays');
CREATE TRIGGER payment_attempts_keep_what_was_asked BEFORE UPDATE OF amount_cents, creditor_number, mode, refdet ON payment_attempts
FOR EACH ROW WHEN (OLD.amount_cents <> NEW.amount_cents OR OLD.creditor_number <> NEW.creditor_number OR OLD.mode <> NEW.mode OR OLD.refdet <> NEW.refdet)
EXECUTE FUNCTION refuse_change('payment_attempts_keep_what_was_asked');
COMMENT ON COLUMN payment_attempts.reference IS 'The provider''s; with PayFiP whoever holds it can read the payment: never logged';
COMMENT ON COLUMN payment_attempts.email IS 'Where the provider sends its ticket; kept as long as the attempt';
COMMENT ON COLUMN payment_attempts.visit_id IS 'The browser that started it: who pays without a login sees the outcome there only';

CREATE TABLE payment_shares (
    attempt_id uuid NOT NULL REFERENCES payment_attempts (id),
    invoice_id uuid NOT NULL REFERENCES invoices (id),
    amount_cents bigint NOT NULL CHECK (amount_cents > 0),
    is_active boolean NOT NULL,
    PRIMARY KEY (attempt_id, invoice_id)
);
CREATE UNIQUE INDEX payment_shares_invoice_id_key ON payment_shares (invoice_id) WHERE is_active;
CREATE INDEX payment_shares_by_invoice ON payment_shares (invoice_id);

CREATE TABLE payment_lookups (
    id uuid PRIMARY KEY,
    attempt_id uuid NOT NULL REFERENCES payment_attempts (id),
    asked_by text NOT NULL CHECK (asked_by IN ('notification', 'return', 'patient', 'schedule', 'desk', 'report')),
    answer text NOT NULL CHECK (answer IN ('paid', 'debit-accepted', 'refused', 'abandoned', 'pending', 'examined', 'unknown', 'not-understood', 'no-answer')),
    raw text NOT NULL,
    asked_at timestamptz NOT NULL
);
CREATE INDEX payment_lookups_by_attempt ON payment_lookups (attempt_id, asked_at);
CREATE TRIGGER payment_lookups_never_change BEFORE UPDATE ON payment_lookups
FOR EACH ROW EXECUTE FUNCTION refuse_change('payment_lookups_never_change');

CREATE TABLE refund_tasks (
    id uuid PRIMARY KEY,
    establishment_id uuid NOT NULL,
    invoice_id uuid NOT NULL REFERENCES invoices (id),
    attempt_id uuid NOT NULL REFERENCES payment_attempts (id),
    amount_cents bigint NOT NULL CHECK (amount_cents > 0),
    created_at timestamptz NOT NULL,
    done_at timestamptz,
    done_by uuid,
    counted boolean NOT NULL,
    note text NOT NULL CHECK (length(note) <= 500),
    CONSTRAINT refund_tasks_done_by_somebody CHECK ((done_at IS NULL) = (done_by IS NULL))
);
CREATE UNIQUE INDEX refund_tasks_attempt_id_invoice_id_key ON refund_tasks (attempt_id, invoice_id);
CREATE INDEX refund_tasks_open ON refund_tasks (establishment_id) WHERE done_at IS NULL;
COMMENT ON COLUMN refund_tasks.counted IS 'Whether the money stands in the invoice''s account; not so when a cashier refused it for the invoice';
