#pragma once
// Notices: what happened here that somebody has to act on. A notice has no content, only ids, a
// kind and a due time; the referral room turns each into a task.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/work.h"
#include "base/result.h"

namespace thb {

// Kinds: "consent.withdrawn", "duplicate.possible", "duplicate.asked", "redaction.wanted",
// "retention.due", "rights.request", "age.found_adult", "search.unusual", "record.assigned",
// "record.transferred".
struct Notice {
  std::string id;
  std::string kind;
  std::string record;        // or empty
  std::string subject;       // id of the consent, candidate, request ... it is about
  std::string organisation;  // who has to act; empty where a duty of the whole register has to
  std::string account;       // one worker of it, or empty
  std::string duty;          // a duty of Roles::MayAct, or empty: "duplicates", "log", ...
  Instant made = 0;
  std::optional<Instant> due;
};

// Within the caller's transaction. Returns its id.
Result<std::string> AddNotice(const Work& work, Notice notice);
// Those that nobody has taken yet, oldest first. At most `limit`.
Result<std::vector<Notice>> UntakenNotices(Database& database, int limit);
// Marks it as taken; false where somebody else was first. Within the caller's transaction.
Result<bool> TakeNotice(Database& database, std::string_view notice, Instant now);

}  // namespace thb
