-- Paying with the two secrets of the paper: wrong tries, and who showed a right one. See crates/payment/README.md.

CREATE TABLE payment_guesses (
    about bytea PRIMARY KEY CHECK (length(about) = 32),
    failures integer NOT NULL CHECK (failures >= 0),
    last_at timestamptz NOT NULL
);
CREATE INDEX payment_guesses_by_last_at ON payment_guesses (last_at);

CREATE TABLE payment_papers (
    visit_id uuid NOT NULL,
    invoice_id uuid NOT NULL REFERENCES invoices (id) ON DELETE CASCADE,
    shown_at timestamptz NOT NULL,
    PRIMARY KEY (visit_id, invoice_id)
);
CREATE INDEX payment_papers_by_invoice ON payment_papers (invoice_id);
CREATE INDEX payment_papers_by_shown_at ON payment_papers (shown_at);
