-- The organisation of the record that the person is in, so that a search in one organisation touches
-- its own rows alone. Said by person and record too: it tells nobody anything new. The rows of a
-- person in one generation are found by both, or SQLite goes through the whole generation.

ALTER TABLE name_index ADD COLUMN organisation TEXT NOT NULL DEFAULT '';
UPDATE name_index SET organisation = (
  SELECT r.organisation FROM person p JOIN record r ON r.id = p.record_id
  WHERE p.id = name_index.person_id);
DROP INDEX name_by_bucket;
CREATE INDEX name_by_bucket ON name_index (generation, bucket, organisation, person_id);
DROP INDEX name_by_person;
CREATE INDEX name_by_person ON name_index (person_id, generation);
DROP INDEX identifier_by_person;
CREATE INDEX identifier_by_person ON identifier_index (person_id, generation);
