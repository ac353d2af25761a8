#pragma once
// The procedure of one person: tracks that run beside each other, each a table of events
// (rules/procedure.json). Identification, reflection, appeal and residence know nothing of one
// another, and assistance is on none of them: nothing here opens or closes support (Directive
// 2011/36/EU, Article 11(3)).
//
// The tracks: "identification" (reasonable grounds, then the final decision), "reflection",
// "reconsideration", "appeal", "residence", "proceedings" and "cooperation".
// Each act and its log entry are one transaction, which is part of the caller's where there is one.

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "access/work.h"
#include "base/result.h"
#include "referral/calendar.h"
#include "referral/clock.h"

namespace thb {

inline constexpr std::size_t kMaxProcedureReason = 20'000;
inline constexpr std::size_t kMaxProcedureEvents = 1'000;

struct ProcedureTransition {
  std::string event;
  std::vector<std::string> from;
  std::string to;
  std::vector<std::string> grounds;  // the closed list; empty: none is asked for
  bool needs_reason = false;         // sealed text
  std::vector<std::string> starts;   // legal periods that begin
  std::vector<std::string> meets;    // legal periods that have been met
};

struct ProcedureTrack {
  std::string id;
  std::string en;
  std::string nl;
  FieldGroup group = FieldGroup::kDecision;
  Right right = Right::kDecide;  // what entering an event needs, in that group
  struct State {
    std::string id;
    std::string en;
    std::string nl;
    std::string status;  // standing of the victim from then on (people/record.h), "" as before
  };
  std::vector<State> states;  // the first is the one before any event
  std::vector<ProcedureTransition> transitions;

  // The transition of an event out of a state, null where the table has none.
  const ProcedureTransition* Find(std::string_view state, std::string_view event) const;
};

// rules/procedure.json. Immutable after loading.
class ProcedureRules {
 public:
  // Errors: kInternal where a state cannot be reached, or a transition names none.
  static Result<ProcedureRules> Load();
  const ProcedureTrack* Find(std::string_view track) const;
  const std::vector<ProcedureTrack>& All() const { return tracks_; }

 private:
  std::vector<ProcedureTrack> tracks_;
};

// What is entered of one event.
struct ProcedureStep {
  std::string record;
  std::string person;
  std::string track;
  std::string event;
  Day on = 0;                         // the day of the event, not of its entry; never in the future
  std::string ground;                 // where the table asks for one
  std::string reason;                 // sealed
  std::string country;                // whose periods apply, where one starts
  std::optional<Day> notified_until;  // the end of it that the authority notified
};

struct ProcedureState {
  std::string track;
  std::string state;
  Day since = 0;
  std::int64_t version = 0;
};

struct ProcedureEvent {
  std::string id;
  std::string track;
  std::string event;
  std::string from;
  std::string to;
  Day on = 0;
  std::string ground;
  std::string actor;
  Instant entered = 0;
  std::string reason;
};

class Procedures {
 public:
  Procedures(const ProcedureRules& rules, const Countries& countries, const Work& work)
      : rules_(rules), countries_(countries), work_(work) {}

  // `version` is the track's, 0 where it has no event yet. Starts and meets clocks, and sets the
  // victim's status, in the same transaction. A period that the country's table does not name is
  // started only where an authority notified its end. Errors: kConflict where the table has no such
  // event in this state; kBadValue without a ground or reason where one is needed, or on a day to
  // come; kUnknownCode; kStale.
  Result<void> Enter(const ProcedureStep& step, std::int64_t version);
  // Every track of a person that the actor may read, in its first state where nothing was entered.
  Result<std::vector<ProcedureState>> StatesOf(std::string_view record, std::string_view person);
  // Of the tracks that the actor may read, in the order of their entry.
  Result<std::vector<ProcedureEvent>> EventsOf(std::string_view record, std::string_view person);

 private:
  Result<void> RunClocks(const ProcedureTransition& transition, const ProcedureStep& step);
  std::set<std::string> ReadableTracks(const RecordFacts& facts) const;

  const ProcedureRules& rules_;
  const Countries& countries_;
  const Work& work_;
};

}  // namespace thb
