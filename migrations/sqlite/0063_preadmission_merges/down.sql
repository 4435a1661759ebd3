DROP TABLE preadmission_merges;
DROP TABLE merged_identities;
