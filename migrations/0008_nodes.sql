-- Exchange of referrals between the nodes of states (casework rule 17). What is said of a person is
-- sealed in the columns body and bytes; the rest is clear: names of nodes, public keys, ids, kinds,
-- numbers, times, states.

-- Key sets of this node (own = 1) and of partners. state: offered (its fingerprint is not confirmed
-- by two people), active, retired (replaced), revoked. origin: made here, file, key_change. The
-- secrets are sealed, and "" for a partner's.
CREATE TABLE node_key_set (
  id TEXT PRIMARY KEY,
  node TEXT NOT NULL,
  own {INTEGER} NOT NULL,
  signing_public TEXT NOT NULL,
  sealing_public TEXT NOT NULL,
  signing_secret TEXT NOT NULL,
  sealing_secret TEXT NOT NULL,
  state TEXT NOT NULL,
  origin TEXT NOT NULL,
  replaces TEXT NOT NULL,
  added {INTEGER} NOT NULL,
  changed {INTEGER} NOT NULL
){STRICT};

CREATE INDEX node_key_set_by_node ON node_key_set (node, state);

CREATE TABLE node_key_confirmation (
  key_set TEXT NOT NULL REFERENCES node_key_set (id),
  person TEXT NOT NULL,
  confirmed {INTEGER} NOT NULL,
  PRIMARY KEY (key_set, person)
){STRICT};

-- own_key_set: which of our key sets this partner is known to trust. last_sent and last_taken are
-- the sequence numbers of the two directions.
CREATE TABLE node_partner (
  node TEXT PRIMARY KEY,
  address TEXT NOT NULL,
  own_key_set TEXT NOT NULL,
  last_sent {INTEGER} NOT NULL,
  last_taken {INTEGER} NOT NULL,
  added {INTEGER} NOT NULL
){STRICT};

-- state: waiting, sent, acknowledged, replaced (said again by another package), withdrawn, stopped
-- (never left, or sealed to a key that was revoked since), expired. answer: what came back last: accepted, declined, done,
-- erased, kept. bytes: the file, while it may have to be sent again.
CREATE TABLE node_outbox (
  id TEXT PRIMARY KEY,
  partner TEXT NOT NULL REFERENCES node_partner (node),
  kind TEXT NOT NULL,
  sequence {INTEGER} NOT NULL,
  record TEXT NOT NULL,
  answers TEXT NOT NULL,
  replaces TEXT NOT NULL,
  hash TEXT NOT NULL,
  own_key_set TEXT NOT NULL,
  partner_key_set TEXT NOT NULL,
  body_key TEXT NOT NULL,
  body TEXT NOT NULL,
  bytes TEXT NOT NULL,
  issued {INTEGER} NOT NULL,
  expires {INTEGER} NOT NULL,
  answer_due {INTEGER} NOT NULL,
  state TEXT NOT NULL,
  answer TEXT NOT NULL,
  withdrawn {INTEGER} NOT NULL,
  attempts {INTEGER} NOT NULL,
  last_attempt {INTEGER} NOT NULL,
  UNIQUE (partner, sequence)
){STRICT};

CREATE INDEX node_outbox_by_state ON node_outbox (state, partner, sequence);
CREATE INDEX node_outbox_by_record ON node_outbox (record);
CREATE INDEX node_outbox_by_answers ON node_outbox (answers);
CREATE INDEX node_outbox_by_replaces ON node_outbox (replaces);

-- Rows are never removed: they are the ids that were seen. state: taken, accepted, declined, done,
-- withdrawn, erasing, erased, kept, same (as the package that it replaces).
CREATE TABLE node_inbox (
  id TEXT NOT NULL,
  partner TEXT NOT NULL REFERENCES node_partner (node),
  kind TEXT NOT NULL,
  sequence {INTEGER} NOT NULL,
  answers TEXT NOT NULL,
  replaces TEXT NOT NULL,
  hash TEXT NOT NULL,
  own_key_set TEXT NOT NULL,
  partner_key_set TEXT NOT NULL,
  body_key TEXT NOT NULL,
  body TEXT NOT NULL,
  issued {INTEGER} NOT NULL,
  expires {INTEGER} NOT NULL,
  taken {INTEGER} NOT NULL,
  state TEXT NOT NULL,
  PRIMARY KEY (partner, id)
){STRICT};

CREATE INDEX node_inbox_by_kind ON node_inbox (kind, state, taken);
CREATE INDEX node_inbox_by_answers ON node_inbox (partner, answers);

-- What a person has to look at. subject: id of a package or key set. closed is 0 while it is open.
CREATE TABLE node_notice (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  partner TEXT NOT NULL,
  subject TEXT NOT NULL,
  opened {INTEGER} NOT NULL,
  closed {INTEGER} NOT NULL,
  closed_by TEXT NOT NULL,
  UNIQUE (kind, subject)
){STRICT};

CREATE INDEX node_notice_by_closed ON node_notice (closed, opened);

-- How many packages were refused in each hour, and why: a flood of them adds to a row here and
-- does not fill the log.
CREATE TABLE node_refusal (
  hour {INTEGER} NOT NULL,
  refusal TEXT NOT NULL,
  packages {INTEGER} NOT NULL,
  PRIMARY KEY (hour, refusal)
){STRICT};
