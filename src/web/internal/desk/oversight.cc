// Who watches: supervisors and auditors. Load is of work that waits; nothing here
// measures how somebody works.

#include <map>

#include "access/account.h"
#include "base/text.h"
#include "referral/task.h"
#include "store/audit.h"
#include "web/internal/desk/account.h"
#include "web/internal/desk/pages.h"
#include "web/internal/desk/records.h"

namespace thb {
namespace {

constexpr int kLogRows = 100;

struct LogRow {
  std::int64_t sequence = 0;
  Instant at = 0;
  std::string actor;
  std::string action;
  std::string subject_kind;
  std::string ground;
  std::string subjects;
};

// Entries before a number, newest first; ids and codes alone.
Result<std::vector<LogRow>> ReadLog(const DeskVisit& visit) {
  const std::int64_t before = ParseInt(visit.Parameter("before")).value_or(INT64_MAX);
  const std::string actor = visit.Parameter("actor");
  const std::string action = visit.Parameter("action");
  const std::string subject = visit.Parameter("subject");
  std::vector<LogRow> rows;
  TRY(visit.work.database.Query(
      "SELECT sequence, at, actor, action, subject_kind, ground FROM audit_entry "
      "WHERE sequence < $1 AND ($2 = '' OR actor = $3) AND ($4 = '' OR action = $5) AND ($6 = '' "
      "OR "
      "sequence IN (SELECT sequence FROM audit_subject WHERE subject = $7)) "
      "ORDER BY sequence DESC LIMIT $8",
      std::vector<SqlValue>{before, actor, actor, action, action, subject, subject,
                            std::int64_t{kLogRows}},
      [&rows](const SqlRow& row) -> Result<void> {
        rows.push_back({row.Int(0), row.Int(1), std::string(row.Text(2)), std::string(row.Text(3)),
                        std::string(row.Text(4)), std::string(row.Text(5)), ""});
        return {};
      }));
  for (LogRow& one : rows) {
    TRY(visit.work.database.Query(
        "SELECT subject FROM audit_subject WHERE sequence = $1 ORDER BY ordinal LIMIT 10",
        std::vector<SqlValue>{one.sequence}, [&one](const SqlRow& row) -> Result<void> {
          one.subjects += (one.subjects.empty() ? "" : ", ") + std::string(row.Text(0));
          return {};
        }));
  }
  return rows;
}

// Who reads the log is in it, too, and before the answer leaves.
Result<void> LogTheReading(const DeskVisit& visit) {
  AuditEvent event;
  event.actor = visit.actor.account;
  event.action = "log.read";
  event.subject_kind = "log";
  event.detail =
      visit.Parameter("actor") + " " + visit.Parameter("action") + " " + visit.Parameter("subject");
  Transaction transaction = TRY(Transaction::Begin(visit.work.database));
  TRY(visit.work.log.Append(visit.work.database, event, visit.now));
  return transaction.Commit();
}

FormView LogFilter(const DeskVisit& visit) {
  const auto text = [&](const char* name, const char* label) {
    FormField field;
    field.name = name;
    field.label = visit.T(label);
    field.kind = FormField::Kind::kText;
    field.value = visit.Parameter(name);
    return field;
  };
  FormView form;
  form.action = visit.Link("/log");
  form.label = visit.T("log.filter");
  form.fields = {text("actor", "log.account"), text("action", "log.action"),
                 text("subject", "log.subject")};
  form.button = visit.T("filter.button");
  return form;
}

}  // namespace

Result<Response> LogPage(const DeskVisit& visit) {
  const std::vector<LogRow> rows = TRY(ReadLog(visit));
  TRY(LogTheReading(visit));
  DataTable table{.id = "log",
                  .caption = visit.T("log.caption"),
                  .columns = {{visit.T("log.sequence"), true},
                              {visit.T("log.when")},
                              {visit.T("log.actor")},
                              {visit.T("log.action")},
                              {visit.T("log.subjects")},
                              {visit.T("log.ground")}},
                  .rows = {},
                  .empty = visit.T("log.none"),
                  .notes = {}};
  for (const LogRow& one : rows) {
    table.rows.push_back({Html(std::to_string(one.sequence)), Html(visit.DateTime(one.at)),
                          El("code", one.actor), El("code", one.action),
                          Fragment(one.subject_kind, " ", El("code", one.subjects)),
                          Html(one.ground)});
  }
  DeskPage page{.title = visit.T("log.question"),
                .lead = visit.T("log.lead"),
                .kind = "list",
                .section = "/log"};
  page.body = RenderForm(visit, LogFilter(visit)) + RenderTable(visit, table);
  if (rows.size() == kLogRows) {
    QueryPairs query = visit.request.query;
    std::erase_if(query, [](const auto& pair) { return pair.first == "before"; });
    query.emplace_back("before", std::to_string(rows.back().sequence));
    page.body += El("p", TextLink(visit.Link("/log", query), visit.T("log.older")));
  }
  return RenderDeskPage(visit, page);
}

Result<Response> LoadPage(const DeskVisit& visit) {
  std::map<std::string, Tasks::Load> loads;
  Tasks tasks(visit.work);
  for (const Tasks::Load& load : TRY(tasks.LoadOfOrganisation())) loads[load.account] = load;
  DataTable table{.id = "load",
                  .caption = visit.T("load.caption"),
                  .columns = {{visit.T("load.account")},
                              {visit.T("load.records"), true},
                              {visit.T("load.open"), true},
                              {visit.T("load.overdue"), true}},
                  .rows = {},
                  .empty = visit.T("load.none"),
                  .notes = {visit.T("load.note")}};
  for (const auto& [account, load] : loads) {
    Html overdue(std::to_string(load.overdue));
    if (load.overdue > 0) overdue += Html(" ") + StatusWord(visit.T("word.overdue"), true);
    table.rows.push_back(
        {Html(account.empty() ? visit.T("name.on_duty") : visit.AccountName(account)),
         Html(std::to_string(load.records)), Html(std::to_string(load.open)), overdue});
  }
  DeskPage page{.title = visit.T("load.question"), .kind = "list", .section = "/load"};
  page.body = RenderTable(visit, table);
  return RenderDeskPage(visit, page);
}

}  // namespace thb
