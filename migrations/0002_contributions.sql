-- What Member States contributed beside their figures: one row per state of a list. list_ordinal is
-- the place of the list among those of its file, ordinal that of the state within its list.

CREATE TABLE contribution (
  theme TEXT NOT NULL,
  period_first {INTEGER} NOT NULL,
  period_last {INTEGER} NOT NULL,
  ordinal {INTEGER} NOT NULL,
  list_ordinal {INTEGER} NOT NULL,
  state TEXT NOT NULL,
  kind TEXT NOT NULL,
  statement_en TEXT NOT NULL,
  statement_nl TEXT NOT NULL,
  source TEXT NOT NULL,
  PRIMARY KEY (theme, period_first, period_last, ordinal)
){STRICT};
