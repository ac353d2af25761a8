#include "people/notice.h"

#include "people/internal/rows.h"

namespace thb {

Result<std::string> AddNotice(const Work& work, Notice notice) {
  const std::string id = NewId(work.random);
  const std::vector<SqlValue> values = {id,
                                        std::move(notice.kind),
                                        std::move(notice.record),
                                        std::move(notice.subject),
                                        std::move(notice.organisation),
                                        std::move(notice.account),
                                        std::move(notice.duty),
                                        work.now,
                                        notice.due ? SqlValue(*notice.due) : SqlValue()};
  TRY(work.database.Execute(
      "INSERT INTO notice (id, kind, record_id, subject, organisation, account, duty, made, due) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
      values));
  return id;
}

Result<std::vector<Notice>> UntakenNotices(Database& database, int limit) {
  std::vector<Notice> notices;
  const std::vector<SqlValue> values = {std::int64_t{limit}};
  TRY(database.Query(
      "SELECT id, kind, record_id, subject, organisation, account, duty, made, due FROM notice "
      "WHERE taken IS NULL ORDER BY made, id LIMIT $1",
      values, [&](const SqlRow& row) -> Result<void> {
        Notice notice;
        notice.id = row.Text(0);
        notice.kind = row.Text(1);
        notice.record = row.Text(2);
        notice.subject = row.Text(3);
        notice.organisation = row.Text(4);
        notice.account = row.Text(5);
        notice.duty = row.Text(6);
        notice.made = row.Int(7);
        if (!row.IsNull(8)) notice.due = row.Int(8);
        notices.push_back(std::move(notice));
        return {};
      }));
  return notices;
}

Result<bool> TakeNotice(Database& database, std::string_view notice, Instant now) {
  const std::vector<SqlValue> values = {now, std::string(notice)};
  return QueryOne(database,
                  "UPDATE notice SET taken = $1 WHERE id = $2 AND taken IS NULL RETURNING id",
                  values, [](const SqlRow&) -> Result<void> { return {}; });
}

}  // namespace thb
