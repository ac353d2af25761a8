-- The referral desk. What docs/data-classes.md calls sealed is text made by the vault and bound to
-- its table, row and column. Days are counted from 1970-01-01; instants are seconds.

CREATE TABLE screening_sheet (
  id TEXT PRIMARY KEY,
  sheet_number TEXT NOT NULL UNIQUE,
  list TEXT NOT NULL,
  list_version {INTEGER} NOT NULL,
  issued_by TEXT NOT NULL,
  issued {INTEGER} NOT NULL
){STRICT};

CREATE TABLE screening (
  id TEXT PRIMARY KEY,
  record_id TEXT NOT NULL REFERENCES record (id),
  person_id TEXT,
  list TEXT NOT NULL,
  list_version {INTEGER} NOT NULL,
  sheet_id TEXT UNIQUE REFERENCES screening_sheet (id),
  state TEXT NOT NULL,
  author TEXT NOT NULL,
  begun {INTEGER} NOT NULL,
  changed {INTEGER} NOT NULL,
  version {INTEGER} NOT NULL,
  sealed_content TEXT NOT NULL
){STRICT};
CREATE INDEX screening_by_record ON screening (record_id, begun);

-- The second person's agreement is looked up by id; what was asked for does not change.
CREATE TABLE consent_override (
  id TEXT PRIMARY KEY,
  record_id TEXT NOT NULL REFERENCES record (id),
  person_id TEXT NOT NULL,
  organisation TEXT NOT NULL,
  country TEXT NOT NULL,
  ground TEXT NOT NULL,
  recipient TEXT NOT NULL,
  field_groups TEXT NOT NULL,
  asked_by TEXT NOT NULL,
  asked {INTEGER} NOT NULL,
  approval TEXT NOT NULL,
  agreed_by TEXT NOT NULL,
  agreed {INTEGER},
  second_person_due {INTEGER},
  told {INTEGER} NOT NULL,
  tell_by {INTEGER},
  version {INTEGER} NOT NULL,
  sealed_reasons TEXT NOT NULL
){STRICT};
CREATE INDEX override_by_record ON consent_override (record_id);

CREATE TABLE referral (
  id TEXT PRIMARY KEY,
  reference TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  state TEXT NOT NULL,
  record_id TEXT NOT NULL REFERENCES record (id),
  person_id TEXT NOT NULL,
  sender TEXT NOT NULL,
  author TEXT NOT NULL,
  receiver TEXT NOT NULL,
  purpose TEXT NOT NULL,
  field_groups TEXT NOT NULL,
  urgent {INTEGER} NOT NULL,
  made {INTEGER} NOT NULL,
  sent {INTEGER},
  due {INTEGER},
  consent_id TEXT NOT NULL,
  override_id TEXT UNIQUE REFERENCES consent_override (id),
  rests_on_age {INTEGER} NOT NULL,
  escalated_to TEXT NOT NULL,
  escalated {INTEGER},
  redirect_to TEXT NOT NULL,
  submission TEXT NOT NULL UNIQUE,
  version {INTEGER} NOT NULL,
  sealed_message TEXT NOT NULL
){STRICT};
CREATE INDEX referral_by_record ON referral (record_id, made);
CREATE INDEX referral_by_receiver ON referral (receiver, state, due);
CREATE INDEX referral_by_sender ON referral (sender, state, due);
CREATE INDEX referral_by_consent ON referral (consent_id);
CREATE INDEX referral_by_urgency ON referral (state, urgent, sent);

CREATE TABLE referral_event (
  id TEXT PRIMARY KEY,
  referral_id TEXT NOT NULL REFERENCES referral (id),
  ordinal {INTEGER} NOT NULL,
  event TEXT NOT NULL,
  state TEXT NOT NULL,
  account TEXT NOT NULL,
  organisation TEXT NOT NULL,
  happened {INTEGER} NOT NULL,
  sealed_reason TEXT NOT NULL
){STRICT};
CREATE INDEX event_by_referral ON referral_event (referral_id, ordinal);

CREATE TABLE statistical_notice (
  id TEXT PRIMARY KEY,
  record_id TEXT NOT NULL REFERENCES record (id),
  person_id TEXT NOT NULL UNIQUE,
  country TEXT NOT NULL,
  sent_by TEXT NOT NULL,
  sent {INTEGER} NOT NULL,
  sealed_fields TEXT NOT NULL
){STRICT};
CREATE INDEX notice_by_record ON statistical_notice (record_id);

CREATE TABLE procedure_track (
  id TEXT PRIMARY KEY,
  record_id TEXT NOT NULL REFERENCES record (id),
  person_id TEXT NOT NULL,
  track TEXT NOT NULL,
  state TEXT NOT NULL,
  since_day {INTEGER} NOT NULL,
  version {INTEGER} NOT NULL,
  UNIQUE (person_id, track)
){STRICT};
CREATE INDEX track_by_record ON procedure_track (record_id);

CREATE TABLE procedure_event (
  id TEXT PRIMARY KEY,
  record_id TEXT NOT NULL REFERENCES record (id),
  person_id TEXT NOT NULL,
  track TEXT NOT NULL,
  ordinal {INTEGER} NOT NULL,
  event TEXT NOT NULL,
  from_state TEXT NOT NULL,
  to_state TEXT NOT NULL,
  on_day {INTEGER} NOT NULL,
  ground TEXT NOT NULL,
  account TEXT NOT NULL,
  entered {INTEGER} NOT NULL,
  sealed_reason TEXT NOT NULL
){STRICT};
CREATE INDEX event_by_person ON procedure_event (person_id, entered);
CREATE INDEX event_by_record ON procedure_event (record_id, entered);

CREATE TABLE procedure_clock (
  id TEXT PRIMARY KEY,
  record_id TEXT NOT NULL REFERENCES record (id),
  person_id TEXT NOT NULL,
  track TEXT NOT NULL,
  period TEXT NOT NULL,
  country TEXT NOT NULL,
  start_event TEXT NOT NULL,
  started {INTEGER} NOT NULL,
  computed {INTEGER},
  notified {INTEGER},
  due {INTEGER},
  met {INTEGER},
  version {INTEGER} NOT NULL
){STRICT};
CREATE INDEX clock_by_record ON procedure_clock (record_id);
CREATE INDEX clock_by_due ON procedure_clock (met, due);

CREATE TABLE clock_stop (
  id TEXT PRIMARY KEY,
  clock_id TEXT NOT NULL REFERENCES procedure_clock (id),
  from_day {INTEGER} NOT NULL,
  to_day {INTEGER},
  ground TEXT NOT NULL,
  account TEXT NOT NULL
){STRICT};
CREATE INDEX stop_by_clock ON clock_stop (clock_id, from_day);

-- Rows are added; the newest of a country and period holds.
CREATE TABLE confirmed_period (
  id TEXT PRIMARY KEY,
  country TEXT NOT NULL,
  period TEXT NOT NULL,
  amount {INTEGER} NOT NULL,
  unit TEXT NOT NULL,
  article TEXT NOT NULL,
  account TEXT NOT NULL,
  confirmed {INTEGER} NOT NULL
){STRICT};
CREATE INDEX confirmed_by_period ON confirmed_period (country, period, confirmed);

CREATE TABLE task (
  id TEXT PRIMARY KEY,
  organisation TEXT NOT NULL,
  account TEXT NOT NULL,
  duty TEXT NOT NULL,
  record_id TEXT,
  kind TEXT NOT NULL,
  source TEXT NOT NULL,
  due {INTEGER},
  urgent {INTEGER} NOT NULL,
  state TEXT NOT NULL,
  opened {INTEGER} NOT NULL,
  closed {INTEGER},
  version {INTEGER} NOT NULL
){STRICT};
CREATE INDEX task_by_organisation ON task (organisation, state, due);
CREATE INDEX task_by_account ON task (account, state, due);
CREATE INDEX task_by_record ON task (record_id, state);
CREATE INDEX task_by_source ON task (source, kind, state);

CREATE TABLE reminder (
  id TEXT PRIMARY KEY,
  account TEXT NOT NULL,
  wanted {INTEGER} NOT NULL,
  sent {INTEGER}
){STRICT};
CREATE INDEX reminder_by_time ON reminder (sent, wanted);

CREATE TABLE duty_contact (
  organisation TEXT PRIMARY KEY,
  out_of_hours TEXT NOT NULL,
  opening_hours TEXT NOT NULL,
  acknowledge_minutes {INTEGER} NOT NULL,
  country TEXT NOT NULL,
  version {INTEGER} NOT NULL
){STRICT};

CREATE TABLE duty_shift (
  id TEXT PRIMARY KEY,
  organisation TEXT NOT NULL,
  starts {INTEGER} NOT NULL,
  ends {INTEGER} NOT NULL,
  on_duty TEXT NOT NULL,
  deputy TEXT NOT NULL
){STRICT};
CREATE INDEX shift_by_time ON duty_shift (organisation, starts);

CREATE TABLE guardianship (
  id TEXT PRIMARY KEY,
  record_id TEXT NOT NULL REFERENCES record (id),
  person_id TEXT NOT NULL,
  account TEXT NOT NULL,
  organisation TEXT NOT NULL,
  kind TEXT NOT NULL,
  relative_id TEXT NOT NULL,
  from_day {INTEGER} NOT NULL,
  until_day {INTEGER},
  end_reason TEXT NOT NULL,
  version {INTEGER} NOT NULL,
  sealed_name TEXT NOT NULL
){STRICT};
CREATE INDEX guardianship_by_person ON guardianship (person_id);

CREATE TABLE child_entry (
  id TEXT PRIMARY KEY,
  record_id TEXT NOT NULL REFERENCES record (id),
  person_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  code TEXT NOT NULL,
  outcome TEXT NOT NULL,
  relative_id TEXT NOT NULL,
  on_day {INTEGER} NOT NULL,
  decided {INTEGER},
  account TEXT NOT NULL,
  version {INTEGER} NOT NULL,
  sealed_content TEXT NOT NULL
){STRICT};
CREATE INDEX child_entry_by_person ON child_entry (person_id, kind, on_day);

CREATE TABLE assistance_entry (
  id TEXT PRIMARY KEY,
  record_id TEXT NOT NULL REFERENCES record (id),
  person_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  state TEXT NOT NULL,
  provider TEXT NOT NULL,
  follow_up {INTEGER},
  author TEXT NOT NULL,
  changed {INTEGER} NOT NULL,
  version {INTEGER} NOT NULL,
  sealed_fields TEXT NOT NULL
){STRICT};
CREATE INDEX assistance_by_record ON assistance_entry (record_id, changed);
CREATE INDEX assistance_by_follow_up ON assistance_entry (follow_up);

-- Which house a person is in is sealed: a placement does not name its shelter.
CREATE TABLE shelter (
  id TEXT PRIMARY KEY,
  organisation TEXT NOT NULL,
  places {INTEGER} NOT NULL,
  taken {INTEGER} NOT NULL,
  is_open {INTEGER} NOT NULL,
  version {INTEGER} NOT NULL,
  sealed_content TEXT NOT NULL
){STRICT};
CREATE INDEX shelter_by_organisation ON shelter (organisation);

CREATE TABLE placement (
  id TEXT PRIMARY KEY,
  record_id TEXT NOT NULL REFERENCES record (id),
  person_id TEXT NOT NULL,
  from_day {INTEGER} NOT NULL,
  until_day {INTEGER},
  end_reason TEXT NOT NULL,
  author TEXT NOT NULL,
  version {INTEGER} NOT NULL,
  sealed_place TEXT NOT NULL
){STRICT};
CREATE INDEX placement_by_record ON placement (record_id, from_day);

CREATE TABLE interpreter (
  id TEXT PRIMARY KEY,
  organisation TEXT NOT NULL,
  sex TEXT NOT NULL,
  languages TEXT NOT NULL,
  bound_to_secrecy {INTEGER} NOT NULL,
  version {INTEGER} NOT NULL,
  sealed_content TEXT NOT NULL
){STRICT};
CREATE INDEX interpreter_by_organisation ON interpreter (organisation);

CREATE TABLE interpreter_booking (
  id TEXT PRIMARY KEY,
  record_id TEXT NOT NULL REFERENCES record (id),
  person_id TEXT NOT NULL,
  language TEXT NOT NULL,
  sex_wanted TEXT NOT NULL,
  on_day {INTEGER} NOT NULL,
  author TEXT NOT NULL,
  version {INTEGER} NOT NULL,
  sealed_interpreter TEXT NOT NULL
){STRICT};
CREATE INDEX booking_by_record ON interpreter_booking (record_id, on_day);
