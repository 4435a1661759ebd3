DROP TABLE payment_tokens;
DROP TABLE payment_assertions;
