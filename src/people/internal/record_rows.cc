#include "people/internal/record_rows.h"

#include "people/internal/rows.h"

namespace thb {

Result<RecordHead> ReadHead(const SqlRow& row) {
  RecordHead head;
  head.age_band = TRY(ParseAgeBand(row.Text(8)));
  head.status = TRY(ParseVictimStatus(row.Text(9)));
  head.id = row.Text(0);
  head.reference = row.Text(1);
  head.organisation = row.Text(2);
  head.group = row.Text(3);
  head.owner = row.Text(4);
  head.regime = row.Text(5);
  head.entity = row.Text(6);
  head.legal_ground = row.Text(7);
  head.urgent = row.Int(10) != 0;
  head.closed = row.Int(11) != 0;
  head.restricted = row.Int(12) != 0;
  head.opened = row.Int(13);
  head.changed = row.Int(14);
  if (!row.IsNull(15)) head.registered = row.Int(15);
  head.version = row.Int(16);
  return head;
}

Result<RecordHead> FindHead(Database& database, std::string_view record) {
  RecordHead head;
  const std::vector<SqlValue> values = {std::string(record)};
  const std::string sql = "SELECT " + std::string(kHeadColumns) + " FROM record WHERE id = $1";
  const bool found = TRY(QueryOne(database, sql, values, [&](const SqlRow& row) -> Result<void> {
    head = TRY(ReadHead(row));
    return {};
  }));
  if (!found) return NoSuchRecord();
  return head;
}

Result<std::int64_t> BumpRecord(const Work& work, std::string_view record, std::int64_t version) {
  std::int64_t next = 0;
  const std::vector<SqlValue> values = {work.now, std::string(record), version};
  const bool taken = TRY(QueryOne(work.database,
                                  "UPDATE record SET version = version + 1, changed = $1 "
                                  "WHERE id = $2 AND version = $3 RETURNING version",
                                  values, [&](const SqlRow& row) -> Result<void> {
                                    next = row.Int(0);
                                    return {};
                                  }));
  if (taken) return next;
  const RecordHead head = TRY(FindHead(work.database, record));
  TRY(CheckVersion(version, head.version));
  return Fail(ErrorCode::kInternal, "a record could not be changed", "version", "try again");
}

Result<void> TouchRecord(const Work& work, std::string_view record) {
  return SetColumn(work.database, record, "changed", work.now);
}

Result<void> SetColumn(Database& database, std::string_view record, std::string_view column,
                       SqlValue value) {
  const std::vector<SqlValue> values = {std::move(value), std::string(record)};
  return database.Execute("UPDATE record SET " + std::string(column) + " = $1 WHERE id = $2",
                          values);
}

Result<void> SetRecordAgeBand(const Work& work, std::string_view record, AgeBand band) {
  TRY(SetColumn(work.database, record, "age_band", std::string(AgeBandName(band))));
  const std::vector<SqlValue> values = {std::string(record),
                                        std::string(RestrictionName(Restriction::kChild))};
  TRY(work.database.Execute(
      "DELETE FROM record_restriction WHERE record_id = $1 AND restriction = $2", values));
  if (band == AgeBand::kAdult || band == AgeBand::kUnknown) return {};
  return work.database.Execute(
      "INSERT INTO record_restriction (record_id, restriction) VALUES ($1, $2)", values);
}

Result<std::vector<std::string>> EndParticipations(const Work& work, std::string_view condition,
                                                   std::string_view value) {
  std::vector<std::string> ended;
  const std::vector<SqlValue> values = {work.now, work.now, std::string(value)};
  TRY(
      work.database.Query("UPDATE record_participant SET ends = $1 "
                          "WHERE (ends IS NULL OR ends > $2) AND " +
                              std::string(condition) + " = $3 RETURNING id",
                          values, [&](const SqlRow& row) -> Result<void> {
                            ended.emplace_back(row.Text(0));
                            return {};
                          }));
  return ended;
}

}  // namespace thb
