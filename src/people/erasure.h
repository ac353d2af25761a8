#pragma once
// Erasing a person and what stays (rules 5 and 19), retention, and the rights of persons.
//
// Erasure destroys the person's key, so that no copy of a sealed field opens again, and takes the
// rows away. One row stays for the statistics, with a new random id, no link and no dates: totals
// are equal before and after.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/work.h"
#include "base/result.h"

namespace thb {

// What erasing a person would do, and what stands in the way.
struct ErasurePlan {
  std::string record;
  std::string person;
  bool whole_record = false;            // she is the victim: the record goes with her
  bool legal_hold = false;              // refuses
  std::vector<std::string> notes;       // shared notes and files that name others too: to be
  std::vector<std::string> files;       // redacted first
  std::vector<std::string> recipients;  // who is told
};
// For who may read the identity.
Result<ErasurePlan> PlanErasure(const Work& work, std::string_view person);

struct Erased {
  bool done = false;                 // false: notes or files wait for redaction
  std::vector<std::string> waiting;  // their ids
  std::vector<std::string> recipients;
};
// Takes away what other rooms keep of a record or a person, in the transaction of the erasure. The
// whole record where `person` is empty.
using EraseElsewhere =
    std::function<Result<void>(std::string_view record, std::string_view person)>;
// kErase; `approval` of kind kErase over the person is done by this. Errors: kForbidden under legal
// hold; kConflict where the approval or the record changed meanwhile. Where shared notes or files
// name others too, they are put up for redaction and nothing is erased yet; asking again after that
// erases. Not within a transaction of the caller's: keys are destroyed after the commit.
Result<Erased> ErasePerson(const Work& work, std::string_view person, std::string_view approval,
                           const EraseElsewhere& elsewhere);

// Takes away the rows of persons whose keys were destroyed: after a restore, those who were erased
// since the backup was made. What she is still counted by has codes only where her record says them
// unsealed; the rest is unknown. For the operator, in a transaction for each person. Returns how
// many were removed.
Result<std::int64_t> RemoveErased(const Work& work, const EraseElsewhere& elsewhere);

// --- retention -------------------------------------------------------------------------------

// A row of rules/retention.csv: how long a closed record is kept.
struct RetentionRule {
  std::string country;   // or "*"
  std::string regime;    // GDPR or LED
  std::string age_band;  // "child", "adult"
  int months = 0;        // after closing; for a child from the 18th birthday where that is later
  std::string source;
  bool verified = false;
};
Result<std::vector<RetentionRule>> LoadRetentionRules();
// The rule that fits best: the country's own before "*". Nothing where none does: then it is asked
// for, never guessed.
std::optional<RetentionRule> RetentionFor(const std::vector<RetentionRule>& rules,
                                          std::string_view country, std::string_view regime,
                                          bool child);
struct RetentionDue {
  std::string record;
  std::string organisation;
  Instant due = 0;
  bool legal_hold = false;
  bool verified = false;  // an unverified period is confirmed by a person first
};
// Closed records whose time has come, oldest first. A person decides; nothing is erased by itself.
Result<std::vector<RetentionDue>> DueForErasure(const Work& work, std::string_view country,
                                                int limit);

// --- rights of the person --------------------------------------------------------------------

// Access, rectification, erasure, restriction, objection, portability:
// codelists/rights_request.csv.
struct RightsRequest {
  std::string id;
  std::string record;
  std::string person;
  std::string kind;
  Instant received = 0;
  Instant due = 0;     // one month, by the calendar
  std::string state;   // "open", "granted", "refused"
  std::string ground;  // codelists/rights_ground.csv, of a refusal
  std::string remark;  // sealed
};
Result<std::string> OpenRightsRequest(const Work& work, std::string_view person,
                                      std::string_view kind, Instant received,
                                      std::string_view remark);
Result<std::vector<RightsRequest>> RightsRequestsOf(const Work& work, std::string_view record);
// A refusal needs a ground. Granting a restriction restricts the record; granting an erasure does
// not erase: that is an act of two persons.
Result<void> DecideRightsRequest(const Work& work, std::string_view request, bool granted,
                                 std::string_view ground, std::string_view remark);
// The restriction of processing ends (kRestrict).
Result<void> LiftProcessingRestriction(const Work& work, std::string_view record);

// The month after an instant, by the calendar: 31 January gives 28 or 29 February.
Instant OneMonthAfter(Instant instant);

}  // namespace thb
