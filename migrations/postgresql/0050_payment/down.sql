DROP TABLE refund_tasks;
DROP TABLE payment_lookups;
DROP TABLE payment_shares;
DROP TABLE payment_attempts;
DROP TABLE invoices;
