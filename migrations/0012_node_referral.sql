-- What a referral to another state rests on, and what became of one from another state.

-- The checks of rule 17 before a person's data leave: kind "protection" or "risk". What was found
-- (from which states the person seeks protection; whether there is danger in a state) is sealed.
CREATE TABLE node_check (
  id TEXT PRIMARY KEY,
  record_id TEXT NOT NULL REFERENCES record (id),
  person_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  account TEXT NOT NULL,
  made {INTEGER} NOT NULL,
  sealed_content TEXT NOT NULL
){STRICT};
CREATE INDEX node_check_by_person ON node_check (person_id, kind, made);
CREATE INDEX node_check_by_record ON node_check (record_id);

-- Whom a referral is about and on which consent it rests; "" of answers and of what was erased.
ALTER TABLE node_outbox ADD COLUMN person TEXT NOT NULL DEFAULT '';
ALTER TABLE node_outbox ADD COLUMN consent TEXT NOT NULL DEFAULT '';
CREATE INDEX node_outbox_by_consent ON node_outbox (consent);

-- The record that was opened from a referral that came.
ALTER TABLE node_inbox ADD COLUMN record TEXT NOT NULL DEFAULT '';
