#pragma once
// Short forms for the statements of this room.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "access/work.h"
#include "base/result.h"
#include "store/database.h"

namespace thb {

using SqlValues = std::vector<SqlValue>;

inline SqlValue SqlText(std::string_view text) {
  return std::string(text);
}

// Calls `read` for the first row; false where there is none.
Result<bool> QueryOne(Database& database, std::string_view sql, const SqlValues& values,
                      const std::function<void(const SqlRow&)>& read);
Result<bool> Exists(Database& database, std::string_view sql, const SqlValues& values);
Result<std::int64_t> Count(Database& database, std::string_view sql, const SqlValues& values);

// Writes what was done into the log, last in its transaction.
struct Deed {
  std::string action;
  std::string subject_kind;
  std::vector<std::string> subjects;
  std::string ground = {};
  std::string detail = {};
  std::string detail_key = {};
};
Result<void> Log(const Work& work, const Deed& deed);
// The same for another actor than that of `work`: who has just logged in.
Result<void> LogAs(const Work& work, std::string_view actor, const Deed& deed);

// Errors: kForbidden where the actor lacks the duty for the organisation.
Result<void> RequireDuty(const Work& work, std::string_view duty, std::string_view organisation);

}  // namespace thb
