-- The key store: a file of its own beside a SQLite database, a schema of its own in PostgreSQL, so
-- that a backup of the main database holds no key of a person. It tells no time.

-- kind: person, case or month (of the log; then label is the month, else empty). After a rekey a
-- key has several versions until nothing is sealed under the older ones.
CREATE TABLE wrapped_key (
  key_id TEXT NOT NULL,
  version {INTEGER} NOT NULL,
  kind TEXT NOT NULL,
  label TEXT NOT NULL,
  wrapped TEXT NOT NULL,
  PRIMARY KEY (key_id, version)
){STRICT};

CREATE INDEX wrapped_key_by_label ON wrapped_key (kind, label);

CREATE TABLE destroyed_key (
  key_id TEXT PRIMARY KEY
){STRICT};

-- Goes up with each change that other processes have to follow.
CREATE TABLE key_change (
  id {INTEGER} PRIMARY KEY,
  number {INTEGER} NOT NULL
){STRICT};

INSERT INTO key_change (id, number) VALUES (1, 1);
