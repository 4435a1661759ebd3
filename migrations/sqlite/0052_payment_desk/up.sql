-- The cashier's desk: what cashiers decide, which creditors are open, what reports of money say. See crates/payment/README.md.

CREATE TABLE payment_resolutions (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    establishment_id BLOB NOT NULL CHECK (length(establishment_id) = 16),
    attempt_id BLOB REFERENCES payment_attempts (id) ON DELETE CASCADE CHECK (attempt_id IS NULL OR length(attempt_id) = 16),
    invoice_id BLOB REFERENCES invoices (id) ON DELETE CASCADE CHECK (invoice_id IS NULL OR length(invoice_id) = 16),
    decision TEXT NOT NULL CHECK (decision IN ('accepted', 'refused')),
    amount_cents INTEGER NOT NULL CHECK (amount_cents >= 0),
    reason TEXT NOT NULL CHECK (length(reason) BETWEEN 1 AND 500),
    staff_id BLOB NOT NULL CHECK (length(staff_id) = 16),
    made_at INTEGER NOT NULL,
    CONSTRAINT payment_resolutions_of_one_thing CHECK ((attempt_id IS NULL) <> (invoice_id IS NULL))
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX payment_resolutions_attempt_id_key ON payment_resolutions (attempt_id);
CREATE INDEX payment_resolutions_by_invoice ON payment_resolutions (invoice_id) WHERE invoice_id IS NOT NULL;
CREATE TRIGGER payment_resolutions_never_change BEFORE UPDATE ON payment_resolutions
BEGIN SELECT RAISE(ABORT, 'payment_resolutions_never_change'); END;

CREATE TABLE payment_looks (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    attempt_id BLOB NOT NULL REFERENCES payment_attempts (id) ON DELETE CASCADE CHECK (length(attempt_id) = 16),
    staff_id BLOB NOT NULL CHECK (length(staff_id) = 16),
    looked_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX payment_looks_by_attempt ON payment_looks (attempt_id, looked_at);

CREATE TABLE creditor_switches (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    establishment_id BLOB NOT NULL CHECK (length(establishment_id) = 16),
    creditor TEXT NOT NULL CHECK (length(creditor) BETWEEN 1 AND 40),
    turned TEXT NOT NULL CHECK (turned IN ('open', 'closed', 'activation', 'activation-over')),
    until INTEGER,
    reason TEXT NOT NULL CHECK (length(reason) BETWEEN 1 AND 500),
    staff_id BLOB NOT NULL CHECK (length(staff_id) = 16),
    turned_at INTEGER NOT NULL,
    CONSTRAINT creditor_switches_activation_ends CHECK ((turned = 'activation') = (until IS NOT NULL)),
    CONSTRAINT creditor_switches_activation_within_a_day CHECK (until IS NULL OR until - turned_at BETWEEN 1 AND 86400000000)
) STRICT, WITHOUT ROWID;
CREATE INDEX creditor_switches_by_creditor ON creditor_switches (establishment_id, creditor, turned_at);
CREATE TRIGGER creditor_switches_never_change BEFORE UPDATE ON creditor_switches
BEGIN SELECT RAISE(ABORT, 'creditor_switches_never_change'); END;

CREATE TABLE payment_reports (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    establishment_id BLOB NOT NULL CHECK (length(establishment_id) = 16),
    creditor TEXT NOT NULL CHECK (length(creditor) BETWEEN 1 AND 40),
    profile TEXT NOT NULL CHECK (length(profile) BETWEEN 1 AND 40),
    file_name TEXT NOT NULL CHECK (length(file_name) <= 200),
    digest BLOB NOT NULL CHECK (length(digest) = 32),
    from_day INTEGER NOT NULL,
    until_day INTEGER NOT NULL,
    window_days INTEGER NOT NULL CHECK (window_days BETWEEN 0 AND 15),
    staff_id BLOB NOT NULL CHECK (length(staff_id) = 16),
    imported_at INTEGER NOT NULL,
    CONSTRAINT payment_reports_days_in_order CHECK (from_day <= until_day)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX payment_reports_establishment_id_creditor_digest_key ON payment_reports (establishment_id, creditor, digest);

CREATE TABLE payment_report_lines (
    report_id BLOB NOT NULL REFERENCES payment_reports (id) ON DELETE CASCADE CHECK (length(report_id) = 16),
    number INTEGER NOT NULL CHECK (number > 0),
    refdet TEXT NOT NULL CHECK (length(refdet) BETWEEN 1 AND 100),
    amount_cents INTEGER NOT NULL CHECK (amount_cents <> 0),
    day INTEGER NOT NULL,
    authorisation TEXT,
    outcome TEXT NOT NULL CHECK (outcome IN ('matched', 'waiting', 'confirmed', 'unknown')),
    attempt_id BLOB REFERENCES payment_attempts (id) ON DELETE SET NULL CHECK (attempt_id IS NULL OR length(attempt_id) = 16),
    note TEXT CHECK (note IS NULL OR length(note) BETWEEN 1 AND 500),
    noted_by BLOB CHECK (noted_by IS NULL OR length(noted_by) = 16),
    noted_at INTEGER,
    PRIMARY KEY (report_id, number),
    CONSTRAINT payment_report_lines_unknown_names_nothing CHECK (outcome <> 'unknown' OR attempt_id IS NULL),
    CONSTRAINT payment_report_lines_noted_by_somebody CHECK ((note IS NULL) = (noted_by IS NULL) AND (note IS NULL) = (noted_at IS NULL))
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX payment_report_lines_report_id_attempt_id_key ON payment_report_lines (report_id, attempt_id) WHERE attempt_id IS NOT NULL;
CREATE INDEX payment_report_lines_by_attempt ON payment_report_lines (attempt_id) WHERE attempt_id IS NOT NULL;
CREATE INDEX payment_report_lines_by_outcome ON payment_report_lines (report_id, outcome, number);
CREATE INDEX payment_report_lines_to_see_to ON payment_report_lines (report_id) WHERE outcome = 'unknown' AND note IS NULL;

CREATE TABLE payment_report_absences (
    report_id BLOB NOT NULL REFERENCES payment_reports (id) ON DELETE CASCADE CHECK (length(report_id) = 16),
    attempt_id BLOB NOT NULL REFERENCES payment_attempts (id) ON DELETE CASCADE CHECK (length(attempt_id) = 16),
    PRIMARY KEY (report_id, attempt_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX payment_report_absences_by_attempt ON payment_report_absences (attempt_id);

CREATE INDEX invoices_to_review ON invoices (establishment_id) WHERE state IN ('overpaid', 'disputed');
CREATE INDEX invoices_by_issue ON invoices (establishment_id, issued_on);
CREATE INDEX payment_attempts_unfinished ON payment_attempts (establishment_id, created_at) WHERE state IN ('created', 'redirected');
