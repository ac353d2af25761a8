-- National estimates of all victims, those not seen included. Files are kept for ever: the newest that
-- has a state, period, population and method is the one that counts. No upper bound is a NULL.

CREATE TABLE national_estimate_file (
  id {INTEGER} PRIMARY KEY,
  file_name TEXT NOT NULL,
  file_hash TEXT NOT NULL,
  received {INTEGER} NOT NULL
){STRICT};

CREATE TABLE national_estimate (
  file_id {INTEGER} NOT NULL REFERENCES national_estimate_file (id),
  ordinal {INTEGER} NOT NULL,
  geo TEXT NOT NULL,
  period_first {INTEGER} NOT NULL,
  period_last {INTEGER} NOT NULL,
  population TEXT NOT NULL,
  method TEXT NOT NULL,
  observed {REAL} NOT NULL,
  point {REAL} NOT NULL,
  lower_bound {REAL} NOT NULL,
  upper_bound {REAL},
  level {REAL} NOT NULL,
  model TEXT NOT NULL,
  verdict TEXT NOT NULL,
  source TEXT NOT NULL,
  synthetic {INTEGER} NOT NULL,
  PRIMARY KEY (file_id, ordinal)
){STRICT};
