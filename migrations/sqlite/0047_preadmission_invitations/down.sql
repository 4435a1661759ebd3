DROP TABLE relatives;
DROP TABLE invitations;
