DROP TABLE preadmission_documents;
DROP TABLE preadmission_answers;
DROP TABLE preadmissions;
DROP TABLE document_rules;
DROP TABLE cancelled_visits;
DROP TABLE stays;
