-- Paying with the two secrets of the paper: wrong tries, and who showed a right one. See crates/payment/README.md.

CREATE TABLE payment_guesses (
    about BLOB NOT NULL PRIMARY KEY CHECK (length(about) = 32),
    failures INTEGER NOT NULL CHECK (failures >= 0),
    last_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX payment_guesses_by_last_at ON payment_guesses (last_at);

CREATE TABLE payment_papers (
    visit_id BLOB NOT NULL CHECK (length(visit_id) = 16),
    invoice_id BLOB NOT NULL REFERENCES invoices (id) ON DELETE CASCADE CHECK (length(invoice_id) = 16),
    shown_at INTEGER NOT NULL,
    PRIMARY KEY (visit_id, invoice_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX payment_papers_by_invoice ON payment_papers (invoice_id);
CREATE INDEX payment_papers_by_shown_at ON payment_papers (shown_at);
