-- Records and the persons in them. What docs/data-classes.md calls sealed is text made by the vault
-- and bound to its table, row and column. Ids and index rows are random; nothing counts upwards.

CREATE TABLE record (
  id TEXT PRIMARY KEY,
  reference TEXT NOT NULL UNIQUE,
  organisation TEXT NOT NULL,
  team TEXT NOT NULL,
  owner TEXT NOT NULL,
  regime TEXT NOT NULL,
  entity TEXT NOT NULL,
  legal_ground TEXT NOT NULL,
  age_band TEXT NOT NULL,
  status TEXT NOT NULL,
  urgent {INTEGER} NOT NULL,
  closed {INTEGER} NOT NULL,
  restricted {INTEGER} NOT NULL,
  opened {INTEGER} NOT NULL,
  changed {INTEGER} NOT NULL,
  registered {INTEGER},
  closed_at {INTEGER},
  closing_reason TEXT NOT NULL,
  counted_elsewhere {INTEGER} NOT NULL,
  key_id TEXT NOT NULL,
  submission TEXT UNIQUE,
  version {INTEGER} NOT NULL,
  sealed_reach TEXT NOT NULL,
  sealed_narrative TEXT NOT NULL
){STRICT};
CREATE INDEX record_by_organisation ON record (organisation, closed, changed, id);
CREATE INDEX record_by_team ON record (organisation, team, closed, changed, id);
CREATE INDEX record_by_owner ON record (owner, closed, changed, id);
CREATE INDEX record_by_change ON record (closed, changed, id);
CREATE INDEX record_by_registration ON record (registered);
CREATE INDEX record_by_closing ON record (organisation, closed_at);

CREATE TABLE record_restriction (
  record_id TEXT NOT NULL REFERENCES record (id),
  restriction TEXT NOT NULL,
  PRIMARY KEY (record_id, restriction)
){STRICT};

CREATE TABLE record_exclusion (
  record_id TEXT NOT NULL REFERENCES record (id),
  account TEXT NOT NULL,
  PRIMARY KEY (record_id, account)
){STRICT};

CREATE TABLE record_participant (
  id TEXT PRIMARY KEY,
  record_id TEXT NOT NULL REFERENCES record (id),
  kind TEXT NOT NULL,
  account TEXT NOT NULL,
  organisation TEXT NOT NULL,
  field_groups TEXT NOT NULL,
  may_edit {INTEGER} NOT NULL,
  starts {INTEGER} NOT NULL,
  ends {INTEGER},
  source TEXT NOT NULL,
  consent_id TEXT NOT NULL
){STRICT};
CREATE INDEX participant_by_record ON record_participant (record_id);
CREATE INDEX participant_by_organisation ON record_participant (organisation, record_id);
CREATE INDEX participant_by_account ON record_participant (account, record_id);
CREATE INDEX participant_by_source ON record_participant (source);
CREATE INDEX participant_by_consent ON record_participant (consent_id);

-- Two records of one person: she is counted once.
CREATE TABLE record_link (
  record_id TEXT NOT NULL REFERENCES record (id),
  other_id TEXT NOT NULL REFERENCES record (id),
  kind TEXT NOT NULL,
  made {INTEGER} NOT NULL,
  PRIMARY KEY (record_id, other_id)
){STRICT};
CREATE INDEX link_by_other ON record_link (other_id);

CREATE TABLE person (
  id TEXT PRIMARY KEY,
  record_id TEXT NOT NULL REFERENCES record (id),
  role TEXT NOT NULL,
  age_band TEXT NOT NULL,
  age_decision TEXT NOT NULL,
  key_id TEXT NOT NULL,
  version {INTEGER} NOT NULL,
  sealed_identity TEXT NOT NULL,
  sealed_contact TEXT NOT NULL,
  sealed_context TEXT NOT NULL
){STRICT};
CREATE INDEX person_by_record ON person (record_id);

-- What a part said before it was corrected.
CREATE TABLE person_earlier (
  id TEXT PRIMARY KEY,
  person_id TEXT NOT NULL REFERENCES person (id),
  part TEXT NOT NULL,
  version {INTEGER} NOT NULL,
  until {INTEGER} NOT NULL,
  account TEXT NOT NULL,
  sealed_reason TEXT NOT NULL,
  sealed_document TEXT NOT NULL
){STRICT};
CREATE INDEX earlier_by_person ON person_earlier (person_id);

CREATE TABLE name_index (
  id TEXT PRIMARY KEY,
  generation {INTEGER} NOT NULL,
  bucket TEXT NOT NULL,
  person_id TEXT NOT NULL REFERENCES person (id)
){STRICT};
CREATE INDEX name_by_bucket ON name_index (generation, bucket, person_id);
CREATE INDEX name_by_person ON name_index (person_id);

CREATE TABLE identifier_index (
  id TEXT PRIMARY KEY,
  generation {INTEGER} NOT NULL,
  bucket TEXT NOT NULL,
  person_id TEXT NOT NULL REFERENCES person (id)
){STRICT};
CREATE INDEX identifier_by_bucket ON identifier_index (generation, bucket, person_id);
CREATE INDEX identifier_by_person ON identifier_index (person_id);

-- One row per generation of the index: the one in use, and one that is being built. `persons` were
-- there when its bits were chosen, `added` came since.
CREATE TABLE search_index (
  generation {INTEGER} PRIMARY KEY,
  bits {INTEGER} NOT NULL,
  persons {INTEGER} NOT NULL,
  added {INTEGER} NOT NULL,
  in_use {INTEGER} NOT NULL,
  built_to TEXT NOT NULL
){STRICT};

-- Two persons of two organisations who may be one. Seen by the duplicates custodian alone.
CREATE TABLE duplicate_candidate (
  id TEXT PRIMARY KEY,
  left_person TEXT NOT NULL REFERENCES person (id),
  left_record TEXT NOT NULL REFERENCES record (id),
  right_person TEXT NOT NULL REFERENCES person (id),
  right_record TEXT NOT NULL REFERENCES record (id),
  similarity {INTEGER} NOT NULL,
  state TEXT NOT NULL,
  left_answer TEXT NOT NULL,
  right_answer TEXT NOT NULL,
  found {INTEGER} NOT NULL,
  UNIQUE (left_person, right_person)
){STRICT};
CREATE INDEX candidate_by_state ON duplicate_candidate (state, found);
CREATE INDEX candidate_by_right ON duplicate_candidate (right_person);
CREATE INDEX candidate_by_left_record ON duplicate_candidate (left_record);
CREATE INDEX candidate_by_right_record ON duplicate_candidate (right_record);

CREATE TABLE consent (
  id TEXT PRIMARY KEY,
  record_id TEXT NOT NULL REFERENCES record (id),
  person_id TEXT NOT NULL REFERENCES person (id),
  state TEXT NOT NULL,
  purpose TEXT NOT NULL,
  recipient TEXT NOT NULL,
  field_groups TEXT NOT NULL,
  given {INTEGER} NOT NULL,
  expires {INTEGER},
  withdrawn {INTEGER},
  made {INTEGER} NOT NULL,
  ordinal {INTEGER} NOT NULL,
  sealed_circumstances TEXT NOT NULL
){STRICT};
CREATE INDEX consent_by_person ON consent (person_id, purpose, recipient);
CREATE INDEX consent_by_record ON consent (record_id);

CREATE TABLE notice (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  record_id TEXT NOT NULL,
  subject TEXT NOT NULL,
  organisation TEXT NOT NULL,
  account TEXT NOT NULL,
  duty TEXT NOT NULL,
  made {INTEGER} NOT NULL,
  due {INTEGER},
  taken {INTEGER}
){STRICT};
CREATE INDEX notice_untaken ON notice (taken, made);

CREATE TABLE note (
  id TEXT PRIMARY KEY,
  record_id TEXT NOT NULL REFERENCES record (id),
  field_group TEXT NOT NULL,
  account TEXT NOT NULL,
  written {INTEGER} NOT NULL,
  version {INTEGER} NOT NULL,
  redaction_wanted {INTEGER} NOT NULL,
  sealed_text TEXT NOT NULL
){STRICT};
CREATE INDEX note_by_record ON note (record_id);

CREATE TABLE note_person (
  note_id TEXT NOT NULL REFERENCES note (id),
  person_id TEXT NOT NULL REFERENCES person (id),
  PRIMARY KEY (note_id, person_id)
){STRICT};
CREATE INDEX note_by_person ON note_person (person_id);

-- Sealed to the organisation's public key; the server has no key that opens it.
CREATE TABLE protected_note (
  id TEXT PRIMARY KEY,
  record_id TEXT NOT NULL REFERENCES record (id),
  organisation TEXT NOT NULL,
  account TEXT NOT NULL,
  written {INTEGER} NOT NULL,
  sealed_text TEXT NOT NULL
){STRICT};
CREATE INDEX protected_note_by_record ON protected_note (record_id);

CREATE TABLE note_key (
  organisation TEXT PRIMARY KEY,
  public_key TEXT NOT NULL,
  made {INTEGER} NOT NULL
){STRICT};

-- The private key, wrapped under the key that a member's passphrase gives.
CREATE TABLE note_key_share (
  organisation TEXT NOT NULL REFERENCES note_key (organisation),
  account TEXT NOT NULL,
  officer {INTEGER} NOT NULL,
  salt TEXT NOT NULL,
  operations {INTEGER} NOT NULL,
  memory_bytes {INTEGER} NOT NULL,
  wrapped_key TEXT NOT NULL,
  PRIMARY KEY (organisation, account)
){STRICT};

CREATE TABLE attachment (
  id TEXT PRIMARY KEY,
  record_id TEXT NOT NULL REFERENCES record (id),
  field_group TEXT NOT NULL,
  media_type TEXT NOT NULL,
  bytes {INTEGER} NOT NULL,
  account TEXT NOT NULL,
  added {INTEGER} NOT NULL,
  redaction_wanted {INTEGER} NOT NULL,
  sealed_name TEXT NOT NULL
){STRICT};
CREATE INDEX attachment_by_record ON attachment (record_id);

CREATE TABLE attachment_piece (
  id TEXT PRIMARY KEY,
  attachment_id TEXT NOT NULL REFERENCES attachment (id),
  ordinal {INTEGER} NOT NULL,
  sealed_content TEXT NOT NULL,
  UNIQUE (attachment_id, ordinal)
){STRICT};

CREATE TABLE attachment_person (
  attachment_id TEXT NOT NULL REFERENCES attachment (id),
  person_id TEXT NOT NULL REFERENCES person (id),
  PRIMARY KEY (attachment_id, person_id)
){STRICT};
CREATE INDEX attachment_by_person ON attachment_person (person_id);

CREATE TABLE rights_request (
  id TEXT PRIMARY KEY,
  record_id TEXT NOT NULL REFERENCES record (id),
  person_id TEXT NOT NULL REFERENCES person (id),
  kind TEXT NOT NULL,
  received {INTEGER} NOT NULL,
  due {INTEGER} NOT NULL,
  state TEXT NOT NULL,
  ground TEXT NOT NULL,
  sealed_remark TEXT NOT NULL
){STRICT};
CREATE INDEX rights_request_by_record ON rights_request (record_id);

-- What stays of erased persons: one row each, for the counts of a year. No link, no date.
CREATE TABLE remainder (
  id TEXT PRIMARY KEY,
  year {INTEGER} NOT NULL,
  sealed_facts TEXT NOT NULL
){STRICT};
CREATE INDEX remainder_by_year ON remainder (year);
