DROP TABLE relatives;
DROP FUNCTION guard_relative();
DROP TABLE invitations;
DROP FUNCTION guard_invitation();
