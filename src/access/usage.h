#pragma once
// Watching use (rule 9): quotas on searches, a pause for who opens too many persons, and alerts.
// What is counted is kept for a day and serves nothing else: it never measures workers.

#include <string>
#include <string_view>
#include <vector>

#include "access/work.h"
#include "base/result.h"

namespace thb {

inline constexpr Instant kUsageWindowSeconds = 3'600;
inline constexpr Instant kUsageMemorySeconds = 86'400;
inline constexpr int kMaxPersonsPerHour = 50;
inline constexpr int kMaxSearchesPerHour = 60;
// From here on a search is unusual, and so is each without a case from the second number on.
inline constexpr int kUnusualSearchesPerHour = 30;
inline constexpr int kUnusualGroundSearchesPerHour = 10;

// Called before persons of a record are shown in detail, outside a transaction: counts them, and
// pauses the account where it opened more than kMaxPersonsPerHour different ones within an hour.
// Errors: kLimit where it is or was just paused; never for the account's own open urgent record.
Result<void> CountOpened(const Work& work, const RecordFacts& facts,
                         const std::vector<std::string>& persons);
// Called before a search, outside a transaction. `record` is the case it is for, "" where it rests
// on a ground. Errors: kLimit over the quota or where the account is paused.
Result<void> CountSearch(const Work& work, std::string_view record);
// By the account's supervisor or with the duty "supervise" in its organisation; where it has no
// supervisor, with the duty "accounts". Never by itself.
// Errors: kForbidden, kNotFound, kBadValue (no reason).
Result<void> LiftPause(const Work& work, std::string_view account, std::string_view reason);

// Something that an account or the holders of a duty have to know of. Holds ids and codes only.
struct Alert {
  std::string id;
  std::string kind;  // "break_glass.opened", "usage.paused", "usage.searches", "login.guessed", ...
  std::string account;  // to whom, or
  std::string duty;     // to those who hold it, for `organisation` ("" any)
  std::string organisation;
  std::string subject_kind;  // what it is about: "account", "record", "break_glass"
  std::string subject;
  Instant at = 0;
  Instant due = 0;  // 0: no term
};
// Within the caller's transaction.
Result<void> JoinRaiseAlert(const Work& work, const Alert& alert);
// The same where none of this kind about this subject is open for the same account or duty.
Result<void> JoinRaiseAlertOnce(const Work& work, const Alert& alert);
// Closes those of a kind about a subject: what they were about is done.
Result<void> JoinCloseAlerts(const Work& work, std::string_view kind, std::string_view subject);
// Those that nobody has dealt with, oldest first. Includes the warning of the account's own expiry.
Result<std::vector<Alert>> OpenAlerts(const Work& work);
// Errors: kNotFound where there is none for this actor.
Result<void> CloseAlert(const Work& work, std::string_view id);

}  // namespace thb
