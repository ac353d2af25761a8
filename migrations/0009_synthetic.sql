-- Whether the records behind a vintage were generated, so that whatever shows them can say so. Until
-- now only the names of the demonstration's files told.

ALTER TABLE vintage ADD COLUMN is_synthetic {INTEGER} NOT NULL DEFAULT 0;

UPDATE vintage SET is_synthetic = 1 WHERE file_name LIKE 'synthetic-%';
