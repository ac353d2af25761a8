#include "access/internal/sql.h"

namespace thb {

Result<bool> QueryOne(Database& database, std::string_view sql, const SqlValues& values,
                      const std::function<void(const SqlRow&)>& read) {
  bool found = false;
  TRY(database.Query(sql, values, [&](const SqlRow& row) -> Result<void> {
    if (!found) read(row);
    found = true;
    return {};
  }));
  return found;
}

Result<bool> Exists(Database& database, std::string_view sql, const SqlValues& values) {
  return QueryOne(database, sql, values, [](const SqlRow&) {});
}

Result<std::int64_t> Count(Database& database, std::string_view sql, const SqlValues& values) {
  std::int64_t count = 0;
  TRY(QueryOne(database, sql, values, [&](const SqlRow& row) { count = row.Int(0); }));
  return count;
}

Result<void> Log(const Work& work, const Deed& deed) {
  return LogAs(work, work.actor.account, deed);
}

Result<void> LogAs(const Work& work, std::string_view actor, const Deed& deed) {
  AuditEvent event;
  event.actor = actor;
  event.action = deed.action;
  event.subject_kind = deed.subject_kind;
  event.subjects = deed.subjects;
  event.ground = deed.ground;
  event.detail = deed.detail;
  event.detail_key = deed.detail_key;
  TRY(work.log.Append(work.database, event, work.now));
  return {};
}

Result<void> RequireDuty(const Work& work, std::string_view duty, std::string_view organisation) {
  if (work.roles.MayActFor(work.actor, duty, organisation)) return {};
  return Fail(ErrorCode::kForbidden, "this account has not the duty \"" + std::string(duty) + "\"",
              "organisation " + std::string(organisation),
              "ask somebody who has it; docs/access-matrix.md says which roles do");
}

}  // namespace thb
