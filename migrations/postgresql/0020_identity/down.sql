DROP TABLE access_traces;
DROP TABLE sites;
DROP TABLE establishments;
DROP TABLE pending_logouts;
DROP TABLE pending_logins;
DROP TABLE staff;
DROP TABLE former_traits;
DROP TABLE patients;
