-- Vintages of collections, their observations and the findings about them.
-- {INTEGER}, {REAL} and {STRICT} are written in the words of the database by store/.

CREATE TABLE vintage (
  id {INTEGER} PRIMARY KEY,
  collection TEXT NOT NULL,
  sender TEXT NOT NULL,
  effective {INTEGER} NOT NULL,
  file_name TEXT NOT NULL,
  file_sha256 TEXT NOT NULL,
  format TEXT NOT NULL,
  mapping TEXT NOT NULL,
  form_counting TEXT NOT NULL,
  is_foreign {INTEGER} NOT NULL,
  accepted {INTEGER} NOT NULL,
  rows_read {INTEGER} NOT NULL,
  cells {INTEGER} NOT NULL
){STRICT};

CREATE INDEX vintage_by_collection ON vintage (collection, accepted, effective);

-- What a vintage replaces: cells of the scope that it does not hold are not_sent from then on. geo
-- and time are '*' where a foreign table replaces the whole dataset; source_table is the view in whose
-- form it was sent, which replaces only what was sent in that form, or the dataset itself. A message
-- with SDMX actions replaces nothing and has no scope.
CREATE TABLE vintage_scope (
  vintage_id {INTEGER} NOT NULL REFERENCES vintage (id),
  dataset TEXT NOT NULL,
  geo TEXT NOT NULL,
  time TEXT NOT NULL,
  source_table TEXT NOT NULL,
  PRIMARY KEY (vintage_id, dataset, geo, time, source_table)
){STRICT};

-- Never updated. state: 0 value, 1 suppressed, 2 missing, 3 deleted by an SDMX action.
CREATE TABLE observation (
  vintage_id {INTEGER} NOT NULL REFERENCES vintage (id),
  dataset TEXT NOT NULL,
  ordinal {INTEGER} NOT NULL,
  source_table TEXT NOT NULL,
  cell_key TEXT NOT NULL,
  state {INTEGER} NOT NULL,
  value {REAL},
  lower_bound {REAL},
  upper_bound {REAL},
  reason TEXT NOT NULL,
  flags TEXT NOT NULL,
  conf TEXT NOT NULL,
  candidates TEXT NOT NULL,
  place TEXT NOT NULL,
  PRIMARY KEY (vintage_id, dataset, ordinal)
){STRICT};

CREATE TABLE skipped_rows (
  vintage_id {INTEGER} NOT NULL REFERENCES vintage (id),
  ordinal {INTEGER} NOT NULL,
  reason TEXT NOT NULL,
  rows_skipped {INTEGER} NOT NULL,
  first_place TEXT NOT NULL,
  PRIMARY KEY (vintage_id, ordinal)
){STRICT};

CREATE TABLE finding (
  vintage_id {INTEGER} NOT NULL REFERENCES vintage (id),
  ordinal {INTEGER} NOT NULL,
  rule TEXT NOT NULL,
  severity {INTEGER} NOT NULL,
  finding_key TEXT NOT NULL,
  message TEXT NOT NULL,
  PRIMARY KEY (vintage_id, ordinal)
){STRICT};
