#include "referral/task.h"

#include <algorithm>
#include <map>
#include <utility>

#include "base/text.h"
#include "people/authorize.h"
#include "people/notice.h"
#include "people/record.h"
#include "referral/internal/stored.h"

namespace thb {
namespace {

constexpr int kNoticesAtOnce = 200;
constexpr std::string_view kColumns =
    "SELECT id, organisation, account, duty, record_id, kind, source, due, urgent, state, opened, "
    "version, (SELECT reference FROM record WHERE record.id = task.record_id) FROM task ";
constexpr std::string_view kOrder = " ORDER BY urgent DESC, COALESCE(due, opened), id LIMIT $";

std::string_view NameOf(TaskState state) {
  switch (state) {
    case TaskState::kOpen:
      return "open";
    case TaskState::kDone:
      return "done";
    case TaskState::kDropped:
      return "dropped";
  }
  return {};
}

Task ReadRow(const SqlRow& row) {
  Task task;
  task.id = row.Text(0);
  task.organisation = row.Text(1);
  task.account = row.Text(2);
  task.duty = row.Text(3);
  if (!row.IsNull(4)) task.record = row.Text(4);
  task.kind = row.Text(5);
  task.source = row.Text(6);
  task.due = MaybeInt(row, 7);
  task.urgent = row.Int(8) != 0;
  task.state = row.Text(9) == "open"   ? TaskState::kOpen
               : row.Text(9) == "done" ? TaskState::kDone
                                       : TaskState::kDropped;
  task.opened = row.Int(10);
  task.version = row.Int(11);
  if (!row.IsNull(12)) task.reference = row.Text(12);
  return task;
}

Result<std::string> ExistingTask(Database& database, const Task& task, Repeat repeat) {
  std::string id;
  std::string sql = "SELECT id FROM task WHERE source = $1 AND kind = $2 AND organisation = $3";
  std::vector<SqlValue> values = {task.source, task.kind, task.organisation};
  if (repeat == Repeat::kWhileClosed) {
    sql += " AND account = $4 AND state = 'open'";
    values.emplace_back(task.account);
  }
  TRY(FirstRow(database, sql, values, [&](const SqlRow& row) -> Result<void> {
    id = row.Text(0);
    return {};
  }));
  return id;
}

// One mail is enough, however many tasks wait.
Result<void> AddReminder(Database& database, const RandomBytes& random, const std::string& account,
                         Instant now) {
  const std::vector<SqlValue> values = {account};
  const bool waits =
      TRY(FirstRow(database, "SELECT id FROM reminder WHERE account = $1 AND sent IS NULL", values,
                   [](const SqlRow&) -> Result<void> { return {}; }));
  if (waits) return {};
  const std::vector<SqlValue> row = {NewId(random), account, now, std::monostate{}};
  return database.Execute(
      "INSERT INTO reminder (id, account, wanted, sent) VALUES ($1, $2, $3, $4)", row);
}

bool WaitsFor(const Work& work, const Task& task) {
  if (!task.duty.empty()) return work.roles.MayAct(work.actor, task.duty);
  return task.organisation == work.actor.organisation &&
         (task.account.empty() || task.account == work.actor.account ||
          work.actor.stands_for.contains(task.account));
}

// The tasks whose records the actor may see. A task of no record is nobody's secret.
Result<std::vector<Task>> Visible(const Work& work, std::vector<Task> tasks) {
  std::vector<std::string> records;
  for (const Task& task : tasks) {
    if (!task.record.empty()) records.push_back(task.record);
  }
  std::sort(records.begin(), records.end());
  records.erase(std::unique(records.begin(), records.end()), records.end());
  std::map<std::string, bool, std::less<>> seen;
  for (const RecordFacts& facts : TRY(FactsOfMany(work.database, records))) {
    seen[facts.record] =
        work.roles.Decide(work.actor, facts, Right::kList, FieldGroup::kReference, work.now)
            .allowed;
  }
  std::erase_if(tasks,
                [&](const Task& task) { return !task.record.empty() && !seen[task.record]; });
  return tasks;
}

Result<void> LogShown(const Work& work, std::string_view action, const std::vector<Task>& tasks) {
  std::vector<std::string> subjects;
  for (const Task& task : tasks) {
    if (!task.record.empty()) subjects.push_back(task.record);
  }
  if (subjects.empty()) return {};
  std::sort(subjects.begin(), subjects.end());
  subjects.erase(std::unique(subjects.begin(), subjects.end()), subjects.end());
  Transaction transaction = TRY(Transaction::Begin(work.database));
  TRY(LogAct(work, action, "record", std::move(subjects), "task"));
  return transaction.Commit();
}

Result<Task> FetchTask(Database& database, std::string_view id) {
  Task task;
  const std::vector<SqlValue> values = {std::string(id)};
  const bool found = TRY(FirstRow(database, std::string(kColumns) + "WHERE id = $1", values,
                                  [&](const SqlRow& row) -> Result<void> {
                                    task = ReadRow(row);
                                    return {};
                                  }));
  if (!found) return Fail(ErrorCode::kNotFound, "there is no such task", "task", "look again");
  return task;
}

// Whose task it is, or who supervises them. Errors: kNotFound, with the words of FetchTask.
Result<void> MayHandle(const Work& work, const Task& task) {
  const bool supervises = work.roles.MayActFor(work.actor, "supervise", task.organisation);
  if (WaitsFor(work, task) || (!task.organisation.empty() && supervises)) return {};
  return Fail(ErrorCode::kNotFound, "there is no such task", "task", "look again");
}

}  // namespace

Result<std::string> OpenTask(Database& database, const RandomBytes& random, const Task& task,
                             Instant now, Repeat repeat) {
  TRY(CheckListed("task_kind", task.kind, "task"));
  const std::string existing = TRY(ExistingTask(database, task, repeat));
  if (!existing.empty()) return existing;
  const std::string id = NewId(random);
  const std::vector<SqlValue> values = {id,
                                        task.organisation,
                                        task.account,
                                        task.duty,
                                        NullOrText(task.record),
                                        task.kind,
                                        task.source,
                                        NullOr(task.due),
                                        std::int64_t{task.urgent},
                                        std::string("open"),
                                        now,
                                        std::int64_t{1}};
  TRY(database.Execute(
      "INSERT INTO task (id, organisation, account, duty, record_id, kind, source, due, urgent, "
      "state, opened, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
      values));
  if (!task.account.empty()) TRY(AddReminder(database, random, task.account, now));
  return id;
}

Result<void> CloseTasksOf(Database& database, std::string_view source, std::string_view kind,
                          Instant now) {
  std::string sql =
      "UPDATE task SET state = 'done', closed = $1, version = version + 1 WHERE source = $2 AND "
      "state = 'open'";
  std::vector<SqlValue> values = {now, std::string(source)};
  if (!kind.empty()) {
    sql += " AND kind = $3";
    values.emplace_back(std::string(kind));
  }
  return database.Execute(sql, values);
}

// What waits for a record's worker waits for the new one from now on, so that no alarm stays with
// somebody who cannot open the record any more.
Result<void> HandOverTasks(Database& database, const Notice& notice) {
  if (notice.kind != "record.assigned" && notice.kind != "record.transferred") return {};
  const std::vector<SqlValue> values = {notice.organisation, notice.account, notice.record};
  return database.Execute(
      "UPDATE task SET organisation = $1, account = $2, version = version + 1 WHERE record_id = $3 "
      "AND state = 'open' AND kind IN ('child_no_guardian', 'age_found_adult', 'clock_ends', "
      "'clock_ran_out', 'follow_up')",
      values);
}

Result<int> TakeNotices(Database& database, const RandomBytes& random, Instant now) {
  int taken = 0;
  for (const Notice& notice : TRY(UntakenNotices(database, kNoticesAtOnce))) {
    Transaction transaction = TRY(Transaction::Begin(database));
    const bool first = TRY(TakeNotice(database, notice.id, now));
    if (first) {
      Task task;
      task.organisation = notice.organisation;
      task.account = notice.account;
      task.duty = notice.duty;
      task.record = notice.record;
      task.kind = ReplaceAll(notice.kind, ".", "_");
      if (!CheckListed("task_kind", task.kind, "task")) task.kind = "other";
      task.source = notice.subject.empty() ? notice.id : notice.subject;
      task.due = notice.due;
      TRY(OpenTask(database, random, task, now));
      TRY(HandOverTasks(database, notice));
      ++taken;
    }
    TRY(transaction.Commit());
  }
  return taken;
}

Result<std::vector<Task>> Tasks::Mine() {
  std::vector<Task> tasks;
  const std::vector<SqlValue> values = {work_.actor.organisation,
                                        static_cast<std::int64_t>(kMaxTasksShown)};
  TRY(work_.database.Query(std::string(kColumns) +
                               "WHERE state = 'open' AND (organisation = $1 OR duty <> '')" +
                               std::string(kOrder) + "2",
                           values, [&](const SqlRow& row) -> Result<void> {
                             Task task = ReadRow(row);
                             if (WaitsFor(work_, task)) tasks.push_back(std::move(task));
                             return {};
                           }));
  tasks = TRY(Visible(work_, std::move(tasks)));
  TRY(LogShown(work_, "task.list", tasks));
  return tasks;
}

Result<std::vector<Task>> Tasks::OfRecord(std::string_view record) {
  const Admission admitted = TRY(Admit(work_, record, Right::kRead, FieldGroup::kReference));
  std::vector<Task> tasks;
  const std::vector<SqlValue> values = {std::string(record),
                                        static_cast<std::int64_t>(kMaxTasksShown)};
  TRY(work_.database.Query(
      std::string(kColumns) + "WHERE record_id = $1 AND state = 'open'" + std::string(kOrder) + "2",
      values, [&](const SqlRow& row) -> Result<void> {
        Task task = ReadRow(row);
        // What waits for another organisation is that one's own business.
        if (task.organisation == work_.actor.organisation || WaitsFor(work_, task)) {
          tasks.push_back(std::move(task));
        }
        return {};
      }));
  TRY(LogShown(work_, "task.list", tasks));
  return tasks;
}

Result<void> Tasks::Assign(std::string_view id, std::int64_t version, const Actor& receiver) {
  const Task task = TRY(FetchTask(work_.database, id));
  TRY(MayHandle(work_, task));
  bool sees = receiver.organisation == task.organisation;
  if (sees && !task.record.empty()) {
    const RecordFacts facts = TRY(FactsOf(work_.database, task.record));
    sees = work_.roles.Decide(receiver, facts, Right::kRead, FieldGroup::kReference, work_.now)
               .allowed;
  }
  if (!sees) {
    return Fail(ErrorCode::kForbidden, "that colleague cannot open what the task is about",
                "account", "choose somebody of your organisation who can");
  }
  Transaction transaction = TRY(Transaction::Begin(work_.database));
  TRY(RaiseVersion(work_.database, "task", id, version));
  const std::vector<SqlValue> values = {receiver.account, std::string(id)};
  TRY(work_.database.Execute("UPDATE task SET account = $1 WHERE id = $2", values));
  TRY(AddReminder(work_.database, work_.random, receiver.account, work_.now));
  TRY(LogAct(work_, "task.assign", "task", {std::string(id), receiver.account}, "task"));
  return transaction.Commit();
}

Result<void> Tasks::Close(std::string_view id, std::int64_t version, TaskState state) {
  const Task task = TRY(FetchTask(work_.database, id));
  TRY(MayHandle(work_, task));
  if (state == TaskState::kOpen) {
    return Fail(ErrorCode::kBadValue, "closing a task leaves it done or dropped", "state",
                "choose one of the two");
  }
  Transaction transaction = TRY(Transaction::Begin(work_.database));
  TRY(RaiseVersion(work_.database, "task", id, version));
  const std::vector<SqlValue> values = {std::string(NameOf(state)), work_.now, std::string(id)};
  TRY(work_.database.Execute("UPDATE task SET state = $1, closed = $2 WHERE id = $3", values));
  TRY(LogAct(work_, "task.close", "task", {std::string(id)}, "task"));
  return transaction.Commit();
}

Result<std::vector<Tasks::Load>> Tasks::LoadOfOrganisation() {
  if (!work_.roles.MayActFor(work_.actor, "supervise", work_.actor.organisation)) {
    return Fail(ErrorCode::kForbidden, "your account does not supervise", "organisation",
                "ask your supervisor");
  }
  std::map<std::string, Load, std::less<>> loads;
  const std::vector<SqlValue> values = {work_.now, work_.actor.organisation};
  TRY(work_.database.Query(
      "SELECT account, COUNT(*), SUM(CASE WHEN due < $1 THEN 1 ELSE 0 END) FROM task "
      "WHERE organisation = $2 AND state = 'open' GROUP BY account",
      values, [&](const SqlRow& row) -> Result<void> {
        Load& load = loads[std::string(row.Text(0))];
        load.open = static_cast<int>(row.Int(1));
        load.overdue = static_cast<int>(row.Int(2));
        return {};
      }));
  for (const OwnerLoad& owner : TRY(LoadByOwner(work_))) loads[owner.owner].records = owner.open;
  std::vector<Load> list;
  for (auto& [account, load] : loads) {
    load.account = account;
    list.push_back(load);
  }
  Transaction transaction = TRY(Transaction::Begin(work_.database));
  TRY(LogAct(work_, "task.load", "organisation", {work_.actor.organisation}, "supervise"));
  TRY(transaction.Commit());
  return list;
}

Result<std::vector<Reminder>> RemindersToSend(Database& database, Instant now, int limit) {
  std::vector<Reminder> reminders;
  const std::vector<SqlValue> values = {now, std::int64_t{limit}};
  TRY(database.Query(
      "SELECT id, account, wanted FROM reminder WHERE sent IS NULL AND wanted <= $1 "
      "ORDER BY wanted, id LIMIT $2",
      values, [&](const SqlRow& row) -> Result<void> {
        reminders.push_back({std::string(row.Text(0)), std::string(row.Text(1)), row.Int(2)});
        return {};
      }));
  return reminders;
}

Result<void> MarkReminded(Database& database, std::string_view id, Instant now) {
  const std::vector<SqlValue> values = {now, std::string(id)};
  return database.Execute("UPDATE reminder SET sent = $1 WHERE id = $2", values);
}

}  // namespace thb
