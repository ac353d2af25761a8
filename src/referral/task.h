#pragma once
// Tasks, and reminders that say nothing (casework rules 15 and 16).
//
// A task waits for an account or for an organisation; it names a record by id and what to do by a
// code, so that it holds nothing sealed. Reminders are rows of an outbox with an account and a
// time, nothing else: a mail says that something waits, never whom, what or where. All functions
// run in the caller's transaction.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/work.h"
#include "base/result.h"

namespace thb {

inline constexpr std::size_t kMaxTasksShown = 500;

enum class TaskState { kOpen, kDone, kDropped };

struct Task {
  std::string id;
  std::string organisation;
  std::string account;    // "" for whoever of the organisation is on duty
  std::string duty;       // where the organisation is "": whoever holds this duty, see access
  std::string record;     // "" where it concerns none
  std::string reference;  // of the record, for readers; not written
  std::string kind;       // a code of codelists/task_kind.csv
  std::string source;     // id of the referral, clock, guardianship, ... from which it comes
  std::optional<Instant> due;
  bool urgent = false;
  TaskState state = TaskState::kOpen;
  Instant opened = 0;
  std::int64_t version = 0;
};

enum class Repeat {
  kWhileClosed,  // again where the earlier one was closed
  kNever,        // once for each source, whatever became of it
};
// Opens a task unless an open one of the same kind, source and place is there, whose id it then
// returns. A reminder goes into the outbox where the task is somebody's own. Within the caller's
// transaction.
Result<std::string> OpenTask(Database& database, const RandomBytes& random, const Task& task,
                             Instant now, Repeat repeat = Repeat::kWhileClosed);
// Closes every open task of a source and kind (all kinds where it is empty), because what it waited
// for happened. Within the caller's transaction.
Result<void> CloseTasksOf(Database& database, std::string_view source, std::string_view kind,
                          Instant now);
// Turns the notices of people into tasks; where a record has a new worker, what waits for its
// worker goes along. Returns how many.
Result<int> TakeNotices(Database& database, const RandomBytes& random, Instant now);

class Tasks {
 public:
  explicit Tasks(const Work& work) : work_(work) {}

  // Mine, those of my organisation without an account and those of duties that I hold; of records
  // only that I may see. Urgent first, then by due date.
  Result<std::vector<Task>> Mine();
  Result<std::vector<Task>> OfRecord(std::string_view record);
  // To a colleague who may see the record himself (check 2). Errors: kForbidden.
  Result<void> Assign(std::string_view id, std::int64_t version, const Actor& receiver);
  // By whom it waits for, or a supervisor of the organisation.
  Result<void> Close(std::string_view id, std::int64_t version, TaskState state);

  // With the duty "supervise": open and overdue tasks and live referrals of each account of the own
  // organisation. Numbers of work waiting; nothing about how somebody works.
  struct Load {
    std::string account;
    int open = 0;
    int overdue = 0;
    int records = 0;  // open ones that the account owns
  };
  Result<std::vector<Load>> LoadOfOrganisation();

 private:
  const Work& work_;
};

// A mail to be sent: all that is known of it. The text is one and the same for everybody, the
// messages "reminder.subject" and "reminder.body" of locales/referral.*.json.
struct Reminder {
  std::string id;
  std::string account;
  Instant wanted = 0;
};
Result<std::vector<Reminder>> RemindersToSend(Database& database, Instant now, int limit);
Result<void> MarkReminded(Database& database, std::string_view id, Instant now);

}  // namespace thb
