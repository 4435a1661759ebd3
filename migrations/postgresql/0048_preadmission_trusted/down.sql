DROP TABLE trusted_people;
DROP FUNCTION guard_trusted_person();
