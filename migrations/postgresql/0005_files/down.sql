DROP TABLE files;
DROP TABLE file_keys;
DROP FUNCTION guard_file;
