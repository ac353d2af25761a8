#pragma once
// Break-glass (rule 8): opening a record out of scope in an emergency. It has a ground, lasts four
// hours, is told to the custodian at once and reviewed within a working day.

#include <string>
#include <string_view>
#include <vector>

#include "access/work.h"
#include "base/result.h"

namespace thb {

inline constexpr Instant kBreakGlassSeconds = 4 * 3'600;
inline constexpr int kMaxOpenBreakGlass = 3;

struct BreakGlassGround {
  std::string code;
  std::string en;
  std::string nl;
};
// Those of rules/break_glass_grounds.json.
Result<std::vector<BreakGlassGround>> BreakGlassGrounds();

struct BreakGlassCase {
  std::string id;
  std::string record;
  std::string organisation;  // of the record
  std::string account;
  std::string ground;  // a code
  std::string reason;  // sealed
  Instant from = 0;
  Instant until = 0;
  Instant review_due = 0;  // the same hour of the next day from Monday to Friday
  bool second_person = false;
  std::string reviewed_by;
  Instant reviewed_at = 0;
  std::string finding;  // "justified", "not_justified"
};

// A record of a protected witness, a staff member or with a custodian.
bool GlassNeedsSecondPerson(const RecordFacts& facts);
// Asks a second person to agree to such an opening, for a day. Errors: as BreakTheGlass.
Result<std::string> AskToBreakTheGlass(const Work& work, const RecordFacts& facts,
                                       std::string_view ground, std::string_view reason,
                                       std::string_view key);

// Opens the record for the actor. The caller has found `facts` by an exact reference and required
// re-authentication. A record of a protected witness, a staff member or with a custodian needs
// `approval` of kind kProtectedGlass, which is done by this. Errors: kForbidden (no such right, an
// excluded or paused account, or a second person is needed), kUnknownCode (ground), kBadValue (no
// reason), kLimit (three are open). The reason is sealed under `key`, the record's case key, so
// that it goes with the record; under the system's where that is "".
Result<BreakGlassCase> BreakTheGlass(const Work& work, const RecordFacts& facts,
                                     std::string_view ground, std::string_view reason,
                                     std::string_view approval = {}, std::string_view key = {});
// Closed before its time, by whoever opened it or may review it.
Result<void> CloseBreakGlass(const Work& work, std::string_view id);
// Those that wait for a review by this actor (duty "review_glass" for the record's organisation),
// oldest first; never his own.
Result<std::vector<BreakGlassCase>> BreakGlassToReview(const Work& work);
// Errors: kNotFound, kForbidden (his own), kConflict (reviewed), kBadValue (finding).
Result<void> ReviewBreakGlass(const Work& work, std::string_view id, std::string_view finding,
                              std::string_view remark);

}  // namespace thb
