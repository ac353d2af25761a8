#include "access/internal/guesses.h"

#include <algorithm>

#include "access/internal/sql.h"
#include "access/session.h"

namespace thb {
namespace {

constexpr int kKeyBits = 64;

// The failures under a key with this attempt, or how long it has to wait.
struct Counted {
  std::int64_t failures = 0;
  Instant wait = 0;
};

Result<Counted> CountAttempt(Database& database, const std::string& key, Instant now) {
  TRY(database.Execute(
      "INSERT INTO login_guess (guess_key, failures, not_before, last) VALUES ($1, 0, 0, $2) ON "
      "CONFLICT (guess_key) DO NOTHING",
      SqlValues{key, now}));
  Counted counted;
  const bool taken = TRY(
      QueryOne(database,
               "UPDATE login_guess SET failures = failures + 1, last = $1 WHERE guess_key = $2 AND "
               "not_before <= $3 RETURNING failures",
               {now, key, now}, [&](const SqlRow& row) { counted.failures = row.Int(0); }));
  if (!taken) {
    TRY(QueryOne(database, "SELECT not_before FROM login_guess WHERE guess_key = $1", {key},
                 [&](const SqlRow& row) { counted.wait = row.Int(0) - now; }));
    return counted;
  }
  TRY(database.Execute("UPDATE login_guess SET not_before = $1 WHERE guess_key = $2",
                       SqlValues{now + WaitAfter(counted.failures), key}));
  return counted;
}

}  // namespace

Instant WaitAfter(std::int64_t failures) {
  if (failures < kFreeGuesses) return 0;
  const std::int64_t doublings = std::min<std::int64_t>(failures - kFreeGuesses, 30);
  return std::min(kLongestWaitSeconds, Instant{1} << doublings);
}

std::string GuessKey(const Vault& vault, std::string_view kind, std::string_view value) {
  return vault.BlindIndex("login_guess." + std::string(kind), value, kKeyBits);
}

Result<std::int64_t> ReserveAttempt(const Work& work, const std::vector<std::string>& keys) {
  Transaction transaction = TRY(Transaction::Begin(work.database));
  TRY(work.database.Execute("DELETE FROM login_guess WHERE last < $1",
                            SqlValues{work.now - kGuessMemorySeconds}));
  std::int64_t most = 0;
  for (const std::string& key : keys) {
    const Counted counted = TRY(CountAttempt(work.database, key, work.now));
    if (counted.wait > 0) {
      return Fail(ErrorCode::kLimit, "too many attempts to log in", {},
                  "wait " + std::to_string(counted.wait) +
                      " seconds; a browser that you have used before and a recovery code do not "
                      "have to wait");
    }
    most = std::max(most, counted.failures);
  }
  TRY(transaction.Commit());
  return most;
}

Result<void> TakeBackAttempt(const Work& work, const std::vector<std::string>& forgive,
                             const std::vector<std::string>& others) {
  for (const std::string& key : forgive) {
    TRY(work.database.Execute("DELETE FROM login_guess WHERE guess_key = $1", SqlValues{key}));
  }
  for (const std::string& key : others) {
    TRY(work.database.Execute(
        "UPDATE login_guess SET failures = failures - 1, not_before = 0 WHERE guess_key = $1 AND "
        "failures > 0",
        SqlValues{key}));
  }
  return {};
}

}  // namespace thb
