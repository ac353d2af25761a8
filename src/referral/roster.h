#pragma once
// The duty roster of an organisation and what happens to an urgent referral that nobody
// acknowledges (casework rule 15): to the deputy, then by the out-of-hours number, then to the
// focal point; the referrer sees which. All functions run in the caller's transaction.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/work.h"
#include "base/result.h"

namespace thb {

inline constexpr int kAcknowledgeMinutes = 60;

// One stretch of duty, from inclusive to exclusive.
struct DutyShift {
  std::string id;
  std::string organisation;
  Instant from = 0;
  Instant until = 0;
  std::string on_duty;  // account
  std::string deputy;   // account, another one
};

struct DutyContact {
  std::string organisation;
  std::string out_of_hours;  // telephone number, shown to a referrer at once
  std::string opening_hours;
  int acknowledge_minutes = kAcknowledgeMinutes;  // an urgent referral not acknowledged goes on
  std::string country;                            // whose working days count
  std::int64_t version = 0;
};

// Who is on duty at a moment.
struct OnCall {
  std::string on_duty;  // "" where no shift covers the moment
  std::string deputy;
  std::string out_of_hours;
};

class Rosters {
 public:
  explicit Rosters(const Work& work) : work_(work) {}

  // With the duty "roster", for the own organisation. Errors: kForbidden; kBadValue (an empty
  // stretch, the deputy the same person, an account of another organisation); kConflict where two
  // overlap.
  Result<std::string> AddShift(const DutyShift& shift);
  Result<void> RemoveShift(std::string_view id);
  Result<std::vector<DutyShift>> Shifts(std::string_view organisation, Instant from, Instant until);
  // `version` is 0 where none was set before.
  Result<void> SetContact(const DutyContact& contact);

 private:
  const Work& work_;
};

// What everyone who refers may know. Defaults where the organisation has set nothing.
Result<DutyContact> DutyContactOf(Database& database, std::string_view organisation);

Result<OnCall> OnCallAt(Database& database, std::string_view organisation, Instant at);

// For the worker that runs each minute: moves each urgent referral that is not acknowledged in time
// one step on, opens the task there and notes the step on the referral. `focal_point` is the
// organisation at the end of the line; it gets a task and no further sight of the record. Returns
// how many moved.
Result<int> EscalateUrgent(Database& database, AuditLog& log, const RandomBytes& random,
                           std::string_view focal_point, Instant now);

}  // namespace thb
