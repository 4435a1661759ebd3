DROP TABLE payment_papers;
DROP TABLE payment_guesses;
