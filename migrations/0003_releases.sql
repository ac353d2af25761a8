-- Releases: frozen, named sets of vintages with a publication time, embargoed until then. Rows are
-- added and never changed. Reference vintages of other collections are in the set too. A name is
-- unique within its collection among the releases that are not withdrawn.

CREATE TABLE statistical_release (
  id {INTEGER} PRIMARY KEY,
  collection TEXT NOT NULL,
  name TEXT NOT NULL,
  published {INTEGER} NOT NULL,
  made {INTEGER} NOT NULL,
  note_en TEXT NOT NULL,
  note_nl TEXT NOT NULL
){STRICT};

CREATE TABLE release_vintage (
  release_id {INTEGER} NOT NULL REFERENCES statistical_release (id),
  vintage_id {INTEGER} NOT NULL REFERENCES vintage (id),
  PRIMARY KEY (release_id, vintage_id)
){STRICT};

-- Releases taken back while they were under embargo. No reader sees them.
CREATE TABLE release_withdrawal (
  release_id {INTEGER} PRIMARY KEY REFERENCES statistical_release (id),
  withdrawn {INTEGER} NOT NULL
){STRICT};
