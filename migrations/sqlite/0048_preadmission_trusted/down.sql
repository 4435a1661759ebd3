DROP TABLE trusted_people;
