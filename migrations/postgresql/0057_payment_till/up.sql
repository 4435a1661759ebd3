-- What cashiers saw to of a provider's odd answers, and what was wrong in lists of invoices. See crates/payment/README.md.

ALTER TABLE payment_attempts ADD COLUMN alerted_for text CONSTRAINT payment_attempts_alerted_for_something CHECK ((alerted_for IS NULL) = (alerted_at IS NULL));
ALTER TABLE payment_attempts ADD COLUMN cleared_at timestamptz CONSTRAINT payment_attempts_cleared_once_alerted CHECK (cleared_at IS NULL OR alerted_at IS NOT NULL);
ALTER TABLE payment_attempts ADD COLUMN refusal text CONSTRAINT payment_attempts_refused_before_they_left CHECK (refusal IS NULL OR (state = 'failed' AND length(refusal) BETWEEN 1 AND 500));
DROP INDEX payment_attempts_alerted;
CREATE INDEX payment_attempts_alerted ON payment_attempts (establishment_id) WHERE alerted_at IS NOT NULL AND cleared_at IS NULL;
COMMENT ON COLUMN payment_attempts.alerted_for IS 'What a person is to look at: an answer that should not be, or no report in time';
COMMENT ON COLUMN payment_attempts.refusal IS 'Code and words with which the provider refused to begin';
COMMENT ON COLUMN payment_attempts.cleared_at IS 'A cashier saw to it: the same oddity is not told again';

CREATE TABLE payment_clearings (
    id uuid PRIMARY KEY,
    attempt_id uuid NOT NULL REFERENCES payment_attempts (id) ON DELETE CASCADE,
    about text NOT NULL CHECK (about IN ('unknown', 'not-understood', 'no-report', 'untold', 'examined')),
    reason text NOT NULL CHECK (length(reason) BETWEEN 1 AND 500),
    staff_id uuid NOT NULL,
    made_at timestamptz NOT NULL
);
CREATE INDEX payment_clearings_by_attempt ON payment_clearings (attempt_id, made_at);
CREATE TRIGGER payment_clearings_never_change BEFORE UPDATE ON payment_clearings
FOR EACH ROW EXECUTE FUNCTION refuse_change('payment_clearings_never_change');

CREATE TABLE invoice_lists (
    id uuid PRIMARY KEY,
    establishment_id uuid NOT NULL,
    source text NOT NULL CHECK (length(source) BETWEEN 1 AND 40),
    file_name text NOT NULL CHECK (length(file_name) BETWEEN 1 AND 255),
    taken_at timestamptz NOT NULL,
    heard bigint NOT NULL CHECK (heard >= 0),
    faulty bigint NOT NULL CHECK (faulty >= 0)
);
CREATE UNIQUE INDEX invoice_lists_establishment_id_source_file_name_key ON invoice_lists (establishment_id, source, file_name);
CREATE INDEX invoice_lists_by_time ON invoice_lists (taken_at);
COMMENT ON TABLE invoice_lists IS 'Files of invoices that were taken from a folder; nothing in it is of a person';

CREATE TABLE invoice_list_faults (
    list_id uuid NOT NULL REFERENCES invoice_lists (id) ON DELETE CASCADE,
    rank integer NOT NULL CHECK (rank > 0),
    line bigint NOT NULL CHECK (line >= 0),
    what text NOT NULL CHECK (what IN ('fields', 'columns', 'csv', 'older', 'reused', 'refused', 'large', 'charset', 'titles', 'missing')),
    fields text NOT NULL,
    PRIMARY KEY (list_id, rank)
);
COMMENT ON COLUMN invoice_list_faults.fields IS 'Names of fields, never what stands in them';
