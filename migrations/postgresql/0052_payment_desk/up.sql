-- The cashier's desk: what cashiers decide, which creditors are open, what reports of money say. See crates/payment/README.md.

CREATE TABLE payment_resolutions (
    id uuid PRIMARY KEY,
    establishment_id uuid NOT NULL,
    attempt_id uuid REFERENCES payment_attempts (id) ON DELETE CASCADE,
    invoice_id uuid REFERENCES invoices (id) ON DELETE CASCADE,
    decision text NOT NULL CHECK (decision IN ('accepted', 'refused')),
    amount_cents bigint NOT NULL CHECK (amount_cents >= 0),
    reason text NOT NULL CHECK (length(reason) BETWEEN 1 AND 500),
    staff_id uuid NOT NULL,
    made_at timestamptz NOT NULL,
    CONSTRAINT payment_resolutions_of_one_thing CHECK ((attempt_id IS NULL) <> (invoice_id IS NULL))
);
CREATE UNIQUE INDEX payment_resolutions_attempt_id_key ON payment_resolutions (attempt_id);
CREATE INDEX payment_resolutions_by_invoice ON payment_resolutions (invoice_id) WHERE invoice_id IS NOT NULL;
CREATE TRIGGER payment_resolutions_never_change BEFORE UPDATE ON payment_resolutions
FOR EACH ROW EXECUTE FUNCTION refuse_change('payment_resolutions_never_change');
COMMENT ON TABLE payment_resolutions IS 'What a cashier decided of money whose answer differs from what was asked (attempt_id), or of an invoice that payments and books contradict (invoice_id)';
COMMENT ON COLUMN payment_resolutions.amount_cents IS 'What counts for the invoices; 0 when refused';

CREATE TABLE payment_looks (
    id uuid PRIMARY KEY,
    attempt_id uuid NOT NULL REFERENCES payment_attempts (id) ON DELETE CASCADE,
    staff_id uuid NOT NULL,
    looked_at timestamptz NOT NULL
);
CREATE INDEX payment_looks_by_attempt ON payment_looks (attempt_id, looked_at);

CREATE TABLE creditor_switches (
    id uuid PRIMARY KEY,
    establishment_id uuid NOT NULL,
    creditor text NOT NULL CHECK (length(creditor) BETWEEN 1 AND 40),
    turned text NOT NULL CHECK (turned IN ('open', 'closed', 'activation', 'activation-over')),
    until timestamptz,
    reason text NOT NULL CHECK (length(reason) BETWEEN 1 AND 500),
    staff_id uuid NOT NULL,
    turned_at timestamptz NOT NULL,
    CONSTRAINT creditor_switches_activation_ends CHECK ((turned = 'activation') = (until IS NOT NULL)),
    CONSTRAINT creditor_switches_activation_within_a_day CHECK (until > turned_at AND until <= turned_at + interval '24 hours')
);
CREATE INDEX creditor_switches_by_creditor ON creditor_switches (establishment_id, creditor, turned_at);
CREATE TRIGGER creditor_switches_never_change BEFORE UPDATE ON creditor_switches
FOR EACH ROW EXECUTE FUNCTION refuse_change('creditor_switches_never_change');
COMMENT ON COLUMN creditor_switches.until IS 'When the activation mode (saisie X) ends by itself';

CREATE TABLE payment_reports (
    id uuid PRIMARY KEY,
    establishment_id uuid NOT NULL,
    creditor text NOT NULL CHECK (length(creditor) BETWEEN 1 AND 40),
    profile text NOT NULL CHECK (length(profile) BETWEEN 1 AND 40),
    file_name text NOT NULL CHECK (length(file_name) <= 200),
    digest bytea NOT NULL CHECK (length(digest) = 32),
    from_day date NOT NULL,
    until_day date NOT NULL,
    window_days integer NOT NULL CHECK (window_days BETWEEN 0 AND 15),
    staff_id uuid NOT NULL,
    imported_at timestamptz NOT NULL,
    CONSTRAINT payment_reports_days_in_order CHECK (from_day <= until_day)
);
CREATE UNIQUE INDEX payment_reports_establishment_id_creditor_digest_key ON payment_reports (establishment_id, creditor, digest);

CREATE TABLE payment_report_lines (
    report_id uuid NOT NULL REFERENCES payment_reports (id) ON DELETE CASCADE,
    number integer NOT NULL CHECK (number > 0),
    refdet text NOT NULL CHECK (length(refdet) BETWEEN 1 AND 100),
    amount_cents bigint NOT NULL CHECK (amount_cents <> 0),
    day date NOT NULL,
    authorisation text,
    outcome text NOT NULL CHECK (outcome IN ('matched', 'waiting', 'confirmed', 'unknown')),
    attempt_id uuid REFERENCES payment_attempts (id) ON DELETE SET NULL,
    note text CHECK (length(note) BETWEEN 1 AND 500),
    noted_by uuid,
    noted_at timestamptz,
    PRIMARY KEY (report_id, number),
    CONSTRAINT payment_report_lines_unknown_names_nothing CHECK (outcome <> 'unknown' OR attempt_id IS NULL),
    CONSTRAINT payment_report_lines_noted_by_somebody CHECK ((note IS NULL) = (noted_by IS NULL) AND (note IS NULL) = (noted_at IS NULL))
);
CREATE UNIQUE INDEX payment_report_lines_report_id_attempt_id_key ON payment_report_lines (report_id, attempt_id) WHERE attempt_id IS NOT NULL;
CREATE INDEX payment_report_lines_by_attempt ON payment_report_lines (attempt_id) WHERE attempt_id IS NOT NULL;
CREATE INDEX payment_report_lines_by_outcome ON payment_report_lines (report_id, outcome, number);
CREATE INDEX payment_report_lines_to_see_to ON payment_report_lines (report_id) WHERE outcome = 'unknown' AND note IS NULL;

CREATE TABLE payment_report_absences (
    report_id uuid NOT NULL REFERENCES payment_reports (id) ON DELETE CASCADE,
    attempt_id uuid NOT NULL REFERENCES payment_attempts (id) ON DELETE CASCADE,
    PRIMARY KEY (report_id, attempt_id)
);
CREATE INDEX payment_report_absences_by_attempt ON payment_report_absences (attempt_id);
COMMENT ON COLUMN payment_reports.digest IS 'SHA-256 of the file: the same file counts once';
COMMENT ON COLUMN payment_report_lines.note IS 'What a cashier did about money that nobody here knows of';

CREATE INDEX invoices_to_review ON invoices (establishment_id) WHERE state IN ('overpaid', 'disputed');
CREATE INDEX invoices_by_issue ON invoices (establishment_id, issued_on);
CREATE INDEX payment_attempts_unfinished ON payment_attempts (establishment_id, created_at) WHERE state IN ('created', 'redirected');
