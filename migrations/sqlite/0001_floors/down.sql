DROP TABLE proof_records;
DROP TABLE proof_batches;
DROP TABLE idempotency_answers;
DROP TABLE schedules;
DROP TABLE lanes;
DROP TABLE deliveries;
DROP TABLE events;
