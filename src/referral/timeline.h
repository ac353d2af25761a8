#pragma once
// All that happened in a record, of what the actor may see, for the page of the case.

#include <string>
#include <string_view>
#include <vector>

#include "access/work.h"
#include "base/result.h"
#include "referral/calendar.h"
#include "referral/procedure.h"

namespace thb {

inline constexpr std::size_t kMaxTimelineEvents = 2'000;

// Codes and ids only; the page opens what it shows in full by `source`.
struct CaseEvent {
  Day on = 0;           // the day of the event
  Instant entered = 0;  // when it was written down
  std::string kind;     // "record", "screening", "consent", "referral", "override", "notice",
                        // "procedure", "clock", "guardian", "child", "assistance", "follow_up",
                        // "placement", "interpreter", "task"
  std::string code;     // what: a state, an event, a period
  std::string source;   // id of the row from which it comes
  std::string person;   // "" where it concerns the whole record
  std::string actor;    // account, "" not known or not the actor's organisation
  FieldGroup group = FieldGroup::kReference;
  bool upcoming = false;  // a date to come: a deadline, a follow-up
};

// Newest first, upcoming ones first of all in the order of their dates. One log entry for the whole
// view.
Result<std::vector<CaseEvent>> TimelineOf(const Work& work, const ProcedureRules& rules,
                                          std::string_view record);

}  // namespace thb
