-- Data keys and the log. Keys of persons and cases lie in the key store (migrations_keys/), never
-- here. Columns of this and every later migration have a class in docs/data-classes.md.

-- One row for each generation of each purpose: fields (wraps the key store's keys), system, index,
-- log. state: active (makes and opens), old (opens only).
CREATE TABLE data_key (
  id TEXT PRIMARY KEY,
  purpose TEXT NOT NULL,
  generation {INTEGER} NOT NULL,
  state TEXT NOT NULL,
  wrapped TEXT NOT NULL,
  recovery_key TEXT NOT NULL,
  recovery_copy TEXT NOT NULL,
  public_part TEXT NOT NULL,
  made {INTEGER} NOT NULL,
  UNIQUE (purpose, generation)
){STRICT};

-- The newest row counts. Commitments let an officer check his share without the others.
CREATE TABLE recovery_key (
  id TEXT PRIMARY KEY,
  public_part TEXT NOT NULL,
  commitments TEXT NOT NULL,
  made {INTEGER} NOT NULL
){STRICT};

-- Keys that an erasure gave up in its transaction and that are still to be destroyed after it.
CREATE TABLE doomed_key (
  key_id TEXT PRIMARY KEY
){STRICT};

-- At most one row: how far a rekey has come, so that it can go on after a stop.
CREATE TABLE rekey (
  id {INTEGER} PRIMARY KEY,
  step TEXT NOT NULL,
  position TEXT NOT NULL,
  sealed_at {INTEGER} NOT NULL
){STRICT};

-- Rows are added and never changed; each hash covers the one before it.
CREATE TABLE audit_entry (
  sequence {INTEGER} PRIMARY KEY,
  at {INTEGER} NOT NULL,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  subject_kind TEXT NOT NULL,
  ground TEXT NOT NULL,
  commitment TEXT NOT NULL,
  detail_key TEXT NOT NULL,
  detail TEXT NOT NULL,
  hash TEXT NOT NULL
){STRICT};

CREATE INDEX audit_entry_by_actor ON audit_entry (actor, sequence);

CREATE TABLE audit_subject (
  sequence {INTEGER} NOT NULL REFERENCES audit_entry (sequence),
  ordinal {INTEGER} NOT NULL,
  subject TEXT NOT NULL,
  PRIMARY KEY (sequence, ordinal)
){STRICT};

CREATE INDEX audit_subject_by_subject ON audit_subject (subject, sequence);

-- One row, signed anew with each entry, so that who lacks the log's key cannot set it back.
CREATE TABLE audit_head (
  id {INTEGER} PRIMARY KEY,
  sequence {INTEGER} NOT NULL,
  hash TEXT NOT NULL,
  signed_at {INTEGER} NOT NULL,
  signature TEXT NOT NULL
){STRICT};

INSERT INTO audit_head (id, sequence, hash, signed_at, signature) VALUES (1, 0, '', 0, '');

-- Restores: from the old head the log went back to the new one. Signed with the log's key.
CREATE TABLE audit_restore (
  id TEXT PRIMARY KEY,
  old_sequence {INTEGER} NOT NULL,
  old_hash TEXT NOT NULL,
  new_sequence {INTEGER} NOT NULL,
  new_hash TEXT NOT NULL,
  at {INTEGER} NOT NULL,
  signature TEXT NOT NULL
){STRICT};
