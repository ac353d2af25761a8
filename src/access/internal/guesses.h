#pragma once
// Slowing those who guess. Each attempt is taken as a wrong one before it is looked at, so that
// many at once gain nothing; a right one is taken back.

#include <string>
#include <string_view>
#include <vector>

#include "access/work.h"
#include "base/result.h"

namespace thb {

// Seconds until the next attempt after so many wrong ones.
Instant WaitAfter(std::int64_t failures);

// A keyed hash of whom the guesses are counted for: an account's login, a source, a device.
std::string GuessKey(const Vault& vault, std::string_view kind, std::string_view value);

// Counts an attempt under each key, and returns the most failures among them. Opens a transaction
// of its own. Errors: kLimit, "wait N seconds", where one of the keys has to wait; nothing is
// counted then, so that attempts in vain do not make it longer.
Result<std::int64_t> ReserveAttempt(const Work& work, const std::vector<std::string>& keys);

// Within the caller's transaction: the attempt was right. `forgive` keys start anew, the others get
// this one attempt back: a source may hold many accounts, one of them the guesser's own.
Result<void> TakeBackAttempt(const Work& work, const std::vector<std::string>& forgive,
                             const std::vector<std::string>& others);

}  // namespace thb
