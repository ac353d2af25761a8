-- Organisations, accounts, sessions, approvals, break-glass, deputies, the watch on use. Names of
-- workers, password hashes, second factors, session data and reasons are sealed; each column has
-- its class in docs/data-classes.md.

CREATE TABLE organisation (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  name TEXT NOT NULL UNIQUE,
  country TEXT NOT NULL,
  controller TEXT NOT NULL,
  regime TEXT NOT NULL,
  active {INTEGER} NOT NULL,
  version {INTEGER} NOT NULL
){STRICT};

CREATE TABLE organisation_group (
  id TEXT PRIMARY KEY,
  organisation TEXT NOT NULL REFERENCES organisation (id),
  name TEXT NOT NULL,
  active {INTEGER} NOT NULL,
  version {INTEGER} NOT NULL,
  UNIQUE (organisation, name)
){STRICT};

-- state: active, disabled, left. profile: login and display name. secrets: password hash, second
-- factor, and those that wait for confirmation. totp_step: the last code that was used.
-- renew_by: 0, or until when first credentials must be replaced. paused: 0, or since when.
CREATE TABLE account (
  id TEXT PRIMARY KEY,
  organisation TEXT NOT NULL REFERENCES organisation (id),
  login_index TEXT NOT NULL UNIQUE,
  profile TEXT NOT NULL,
  secrets TEXT NOT NULL,
  totp_step {INTEGER} NOT NULL,
  supervisor TEXT NOT NULL,
  state TEXT NOT NULL,
  paused {INTEGER} NOT NULL,
  renew_by {INTEGER} NOT NULL,
  made_by TEXT NOT NULL,
  made {INTEGER} NOT NULL,
  expires {INTEGER} NOT NULL,
  version {INTEGER} NOT NULL
){STRICT};
CREATE INDEX account_by_organisation ON account (organisation);

CREATE TABLE account_role (
  account TEXT NOT NULL REFERENCES account (id),
  role TEXT NOT NULL,
  scope TEXT NOT NULL,
  granted_by TEXT NOT NULL,
  granted {INTEGER} NOT NULL,
  PRIMARY KEY (account, role, scope)
){STRICT};

CREATE TABLE account_group (
  account TEXT NOT NULL REFERENCES account (id),
  group_id TEXT NOT NULL REFERENCES organisation_group (id),
  PRIMARY KEY (account, group_id)
){STRICT};

-- A code's row goes when it is used.
CREATE TABLE recovery_code (
  account TEXT NOT NULL REFERENCES account (id),
  code_hash TEXT NOT NULL,
  PRIMARY KEY (account, code_hash)
){STRICT};

CREATE TABLE known_device (
  id TEXT PRIMARY KEY,
  account TEXT NOT NULL REFERENCES account (id),
  token_hash TEXT NOT NULL,
  seen {INTEGER} NOT NULL
){STRICT};
CREATE INDEX known_device_by_account ON known_device (account, token_hash);

-- Guesses per account, source or device, under keyed hashes. Rows go after a day.
CREATE TABLE login_guess (
  guess_key TEXT PRIMARY KEY,
  failures {INTEGER} NOT NULL,
  not_before {INTEGER} NOT NULL,
  last {INTEGER} NOT NULL
){STRICT};
CREATE INDEX login_guess_by_time ON login_guess (last);

-- A row goes when its session ends.
CREATE TABLE session (
  id TEXT PRIMARY KEY,
  account TEXT NOT NULL REFERENCES account (id),
  token_hash TEXT NOT NULL UNIQUE,
  label TEXT NOT NULL,
  data TEXT NOT NULL,
  created {INTEGER} NOT NULL,
  seen {INTEGER} NOT NULL,
  ends {INTEGER} NOT NULL,
  reauthenticated {INTEGER} NOT NULL
){STRICT};
CREATE INDEX session_by_account ON session (account);
CREATE INDEX session_by_end ON session (ends);

-- state: open, agreed, refused, withdrawn, done. What is past `expires` counts as expired.
CREATE TABLE approval (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  organisation TEXT NOT NULL,
  detail TEXT NOT NULL,
  reason TEXT NOT NULL,
  reason_key TEXT NOT NULL,
  state TEXT NOT NULL,
  asked_by TEXT NOT NULL,
  asked_at {INTEGER} NOT NULL,
  expires {INTEGER} NOT NULL,
  answered_by TEXT NOT NULL,
  answered_at {INTEGER} NOT NULL,
  answer TEXT NOT NULL,
  done_at {INTEGER} NOT NULL
){STRICT};
CREATE INDEX approval_by_state ON approval (state, asked_at);

CREATE TABLE approval_subject (
  approval TEXT NOT NULL REFERENCES approval (id),
  subject TEXT NOT NULL,
  PRIMARY KEY (approval, subject)
){STRICT};

-- finding: '' until it is reviewed, then justified or not_justified.
CREATE TABLE break_glass (
  id TEXT PRIMARY KEY,
  record TEXT NOT NULL,
  organisation TEXT NOT NULL,
  account TEXT NOT NULL REFERENCES account (id),
  ground TEXT NOT NULL,
  reason TEXT NOT NULL,
  opened {INTEGER} NOT NULL,
  until {INTEGER} NOT NULL,
  review_due {INTEGER} NOT NULL,
  second_person {INTEGER} NOT NULL,
  reviewed_by TEXT NOT NULL,
  reviewed_at {INTEGER} NOT NULL,
  finding TEXT NOT NULL,
  remark TEXT NOT NULL
){STRICT};
CREATE INDEX break_glass_by_account ON break_glass (account, until);
CREATE INDEX break_glass_by_finding ON break_glass (finding, opened);

CREATE TABLE deputy (
  id TEXT PRIMARY KEY,
  account TEXT NOT NULL REFERENCES account (id),
  deputy TEXT NOT NULL REFERENCES account (id),
  begins {INTEGER} NOT NULL,
  until {INTEGER} NOT NULL,
  made_by TEXT NOT NULL
){STRICT};
CREATE INDEX deputy_by_deputy ON deputy (deputy, until);
CREATE INDEX deputy_by_account ON deputy (account, until);

-- What a leaver still holds after a hand-over, and why: codes of errors.
CREATE TABLE hand_over_left (
  account TEXT NOT NULL REFERENCES account (id),
  kind TEXT NOT NULL,
  item TEXT NOT NULL,
  error TEXT NOT NULL,
  at {INTEGER} NOT NULL,
  PRIMARY KEY (account, kind, item)
){STRICT};

-- kind: person (subject: its id) or search (subject: the record, with a number). Rows go after a day.
CREATE TABLE usage_event (
  account TEXT NOT NULL REFERENCES account (id),
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  on_ground {INTEGER} NOT NULL,
  at {INTEGER} NOT NULL,
  PRIMARY KEY (account, kind, subject)
){STRICT};
CREATE INDEX usage_event_by_time ON usage_event (at);

CREATE TABLE access_alert (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  account TEXT NOT NULL,
  duty TEXT NOT NULL,
  organisation TEXT NOT NULL,
  subject_kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  at {INTEGER} NOT NULL,
  due {INTEGER} NOT NULL,
  closed {INTEGER} NOT NULL,
  closed_by TEXT NOT NULL
){STRICT};
CREATE INDEX access_alert_by_closed ON access_alert (closed, at);
CREATE INDEX access_alert_by_subject ON access_alert (subject, kind);
