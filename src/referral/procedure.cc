#include "referral/procedure.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/text.h"
#include "people/authorize.h"
#include "people/record.h"
#include "referral/internal/data.h"
#include "referral/internal/persons.h"
#include "referral/internal/stored.h"

namespace thb {
namespace {

constexpr std::string_view kPlace = "rules/procedure.json";

Result<ProcedureTransition> ReadTransition(const Json& json, const std::string& place) {
  ProcedureTransition transition;
  transition.event = TRY(TextAt(json, "event", place));
  transition.from = TRY(TextsAt(json, "from", place));
  transition.to = TRY(TextAt(json, "to", place));
  transition.grounds = TRY(TextsAt(json, "grounds", place));
  transition.needs_reason = TRY(FlagAt(json, "needs_reason", place));
  transition.starts = TRY(TextsAt(json, "starts", place));
  transition.meets = TRY(TextsAt(json, "meets", place));
  for (const std::string& ground : transition.grounds) {
    TRY(CheckListed("procedure_ground", ground, place));
  }
  for (const auto* periods : {&transition.starts, &transition.meets}) {
    for (const std::string& period : *periods) TRY(CheckListed("legal_period", period, place));
  }
  return transition;
}

Result<ProcedureTrack> ReadTrack(const Json& json, const std::string& place) {
  ProcedureTrack track;
  track.id = TRY(TextAt(json, "id", place));
  track.en = TRY(TextAt(json, "en", place));
  track.nl = TRY(TextAt(json, "nl", place));
  const std::string group = TRY(TextAt(json, "group", place));
  track.group = TRY(ParseFieldGroup(group, place));
  const std::string right = TRY(TextAt(json, "right", place));
  track.right = TRY(ParseRight(right, place));
  for (const Json& item : TRY(ArrayAt(json, "states", place))) {
    ProcedureTrack::State state;
    state.id = TRY(TextAt(item, "id", place));
    state.en = TRY(TextAt(item, "en", place));
    state.nl = TRY(TextAt(item, "nl", place));
    state.status = TRY(TextAt(item, "status", place));
    if (!state.status.empty()) TRY(ParseVictimStatus(state.status));
    track.states.push_back(std::move(state));
  }
  for (const Json& item : TRY(ArrayAt(json, "transitions", place))) {
    track.transitions.push_back(TRY(ReadTransition(item, place)));
  }
  return track;
}

const ProcedureTrack::State* StateOf(const ProcedureTrack& track, std::string_view id) {
  for (const ProcedureTrack::State& state : track.states) {
    if (state.id == id) return &state;
  }
  return nullptr;
}

// Every state can be reached from the first, every name is one, no event has two ends.
Result<void> CheckTrack(const ProcedureTrack& track, const std::string& place) {
  if (track.states.empty()) return BadData("the track " + track.id + " has no state", place);
  std::set<std::pair<std::string, std::string>> events;
  for (const ProcedureTransition& transition : track.transitions) {
    if (StateOf(track, transition.to) == nullptr || transition.from.empty()) {
      return BadData(track.id + "." + transition.event + " leads nowhere", place);
    }
    for (const std::string& from : transition.from) {
      if (StateOf(track, from) == nullptr || !events.insert({from, transition.event}).second) {
        return BadData(track.id + "." + transition.event + " from " + from + " is not clear",
                       place);
      }
    }
  }
  std::set<std::string> reached = {track.states.front().id};
  for (std::size_t before = 0; before != reached.size();) {
    before = reached.size();
    for (const ProcedureTransition& transition : track.transitions) {
      const bool open = std::any_of(transition.from.begin(), transition.from.end(),
                                    [&](const std::string& s) { return reached.contains(s); });
      if (open) reached.insert(transition.to);
    }
  }
  if (reached.size() != track.states.size()) {
    return BadData("a state of " + track.id + " cannot be reached", place);
  }
  return {};
}

Result<void> CheckStep(const ProcedureTransition& transition, const ProcedureStep& step,
                       Instant now) {
  if (step.on > DayOfInstant(now)) {
    return Fail(ErrorCode::kBadValue, "the day of the event is still to come", "on",
                "enter it when it has happened");
  }
  const bool listed = std::find(transition.grounds.begin(), transition.grounds.end(),
                                step.ground) != transition.grounds.end();
  if (transition.grounds.empty() ? !step.ground.empty() : !listed) {
    return Fail(ErrorCode::kBadValue,
                transition.grounds.empty() ? "this event has no ground"
                                           : "this event needs a ground of its list",
                "ground",
                transition.grounds.empty() ? "leave it out"
                                           : "choose one of " + Join(transition.grounds, ", "));
  }
  if (transition.needs_reason && Trim(step.reason).empty()) {
    return Fail(ErrorCode::kBadValue, "this event needs a reason in words", "reason",
                "write down why");
  }
  return CheckLength(step.reason, kMaxProcedureReason, "reason");
}

Result<ProcedureState> CurrentState(Database& database, const ProcedureTrack& track,
                                    std::string_view person) {
  ProcedureState state{track.id, track.states.front().id, 0, 0};
  const std::vector<SqlValue> values = {std::string(person), track.id};
  TRY(FirstRow(database,
               "SELECT state, since_day, version FROM procedure_track WHERE person_id = $1 AND "
               "track = $2",
               values, [&](const SqlRow& row) -> Result<void> {
                 state.state = row.Text(0);
                 state.since = row.Int(1);
                 state.version = row.Int(2);
                 return {};
               }));
  return state;
}

Result<void> StoreState(const Work& work, const ProcedureStep& step, const std::string& to,
                        std::int64_t version) {
  if (version == 0) {
    const std::vector<SqlValue> values = {
        NewId(work.random), step.record, step.person, step.track, to, step.on, std::int64_t{1}};
    return work.database.Execute(
        "INSERT INTO procedure_track (id, record_id, person_id, track, state, since_day, version) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7)",
        values);
  }
  std::string id;
  const std::vector<SqlValue> key = {step.person, step.track};
  TRY(FirstRow(work.database, "SELECT id FROM procedure_track WHERE person_id = $1 AND track = $2",
               key, [&](const SqlRow& row) -> Result<void> {
                 id = row.Text(0);
                 return {};
               }));
  TRY(RaiseVersion(work.database, "procedure_track", id, version));
  const std::vector<SqlValue> values = {to, step.on, id};
  return work.database.Execute(
      "UPDATE procedure_track SET state = $1, since_day = $2 WHERE id = $3", values);
}

Result<std::string> StoreEvent(const Work& work, const ProcedureStep& step,
                               const ProcedureState& from, const std::string& to,
                               const std::string& key) {
  const std::string id = NewId(work.random);
  const std::string sealed =
      step.reason.empty()
          ? std::string()
          : TRY(work.vault.Seal(key, {"procedure_event", id, "sealed_reason"}, step.reason));
  const std::vector<SqlValue> values = {
      id, step.record, step.person, step.track,         from.version + 1, step.event, from.state,
      to, step.on,     step.ground, work.actor.account, work.now,         sealed};
  TRY(work.database.Execute(
      "INSERT INTO procedure_event (id, record_id, person_id, track, ordinal, event, from_state, "
      "to_state, on_day, ground, account, entered, sealed_reason) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
      values));
  return id;
}

// Of the victim alone: the standing of her children is not hers.
Result<void> SetStanding(const Work& work, const ProcedureTrack& track, const std::string& to,
                         const ProcedureStep& step, const PersonPlace& person) {
  const ProcedureTrack::State* state = StateOf(track, to);
  if (state == nullptr || state->status.empty() || person.role != "victim") return {};
  const VictimStatus status = TRY(ParseVictimStatus(state->status));
  const RecordHead head = TRY(FindHead(work.database, step.record));
  if (head.status == status) return {};
  TRY(SetVictimStatus(work, step.record, head.version, status));
  return {};
}

}  // namespace

const ProcedureTransition* ProcedureTrack::Find(std::string_view state,
                                                std::string_view event) const {
  for (const ProcedureTransition& transition : transitions) {
    const bool open =
        std::find(transition.from.begin(), transition.from.end(), state) != transition.from.end();
    if (open && transition.event == event) return &transition;
  }
  return nullptr;
}

Result<ProcedureRules> ProcedureRules::Load() {
  ProcedureRules rules;
  const std::string place(kPlace);
  const Json file = TRY(LoadDataFile(place));
  for (const Json& item : TRY(ArrayAt(file, "tracks", place))) {
    ProcedureTrack track = TRY(ReadTrack(item, place));
    TRY(CheckTrack(track, place));
    rules.tracks_.push_back(std::move(track));
  }
  return rules;
}

const ProcedureTrack* ProcedureRules::Find(std::string_view track) const {
  for (const ProcedureTrack& one : tracks_) {
    if (one.id == track) return &one;
  }
  return nullptr;
}

Result<void> Procedures::RunClocks(const ProcedureTransition& transition,
                                   const ProcedureStep& step) {
  Clocks clocks(countries_, work_);
  for (const std::string& period : transition.meets) {
    TRY(clocks.Meet(step.record, step.person, period, step.on));
  }
  if (transition.starts.empty()) {
    if (!step.notified_until) return {};
    return clocks.NotifyTrack(step.record, step.person, step.track, *step.notified_until);
  }
  const CountryRules* rules = TRY(countries_.Find(step.country));
  for (const std::string& period : transition.starts) {
    if (!rules->periods.contains(period) && !step.notified_until) continue;
    ClockStart start;
    start.record = step.record;
    start.person = step.person;
    start.track = step.track;
    start.period = period;
    start.country = step.country;
    start.event = step.event;
    start.on = step.on;
    start.notified = step.notified_until;
    TRY(clocks.Start(start));
  }
  return {};
}

Result<void> Procedures::Enter(const ProcedureStep& step, std::int64_t version) {
  const ProcedureTrack* track = rules_.Find(step.track);
  if (track == nullptr) {
    return Fail(ErrorCode::kUnknownCode, "there is no track \"" + step.track + "\"", "track",
                "take one of rules/procedure.json");
  }
  const Admission admitted = TRY(Admit(work_, step.record, track->right, track->group));
  const PersonPlace person = TRY(PersonOfRecord(work_.database, step.record, step.person));
  Transaction transaction = TRY(Transaction::Begin(work_.database));
  const ProcedureState current = TRY(CurrentState(work_.database, *track, step.person));
  TRY(CheckVersion(version, current.version));
  const ProcedureTransition* transition = track->Find(current.state, step.event);
  if (transition == nullptr) {
    return Fail(ErrorCode::kConflict,
                "\"" + step.event + "\" cannot follow the state \"" + current.state + "\"",
                step.track, "look at the events that were entered");
  }
  TRY(CheckStep(*transition, step, work_.now));
  if (step.on < current.since) {
    return Fail(ErrorCode::kBadValue, "the event would be before the one that it follows", "on",
                "give a day from " + FormatDay(current.since) + " on");
  }
  TRY(StoreState(work_, step, transition->to, version));
  const std::string id = TRY(StoreEvent(work_, step, current, transition->to, person.key));
  TRY(RunClocks(*transition, step));
  TRY(SetStanding(work_, *track, transition->to, step, person));
  TRY(LogAct(work_, "procedure.enter", "procedure_event", {id, step.record}, admitted.ground,
             step.track + "." + step.event, person.key));
  return transaction.Commit();
}

std::set<std::string> Procedures::ReadableTracks(const RecordFacts& facts) const {
  const std::set<FieldGroup> groups = work_.roles.Readable(work_.actor, facts, work_.now);
  std::set<std::string> tracks;
  for (const ProcedureTrack& track : rules_.All()) {
    if (groups.contains(track.group)) tracks.insert(track.id);
  }
  return tracks;
}

Result<std::vector<ProcedureState>> Procedures::StatesOf(std::string_view record,
                                                         std::string_view person) {
  const Admission admitted = TRY(Admit(work_, record, Right::kRead, FieldGroup::kReference));
  TRY(PersonOfRecord(work_.database, record, person));
  const std::set<std::string> readable = ReadableTracks(admitted.facts);
  std::vector<ProcedureState> states;
  for (const ProcedureTrack& track : rules_.All()) {
    if (readable.contains(track.id)) {
      states.push_back(TRY(CurrentState(work_.database, track, person)));
    }
  }
  Transaction transaction = TRY(Transaction::Begin(work_.database));
  TRY(LogAct(work_, "procedure.read", "person", {std::string(person), std::string(record)},
             admitted.ground));
  TRY(transaction.Commit());
  return states;
}

Result<std::vector<ProcedureEvent>> Procedures::EventsOf(std::string_view record,
                                                         std::string_view person) {
  const Admission admitted = TRY(Admit(work_, record, Right::kRead, FieldGroup::kReference));
  TRY(PersonOfRecord(work_.database, record, person));
  const std::set<std::string> readable = ReadableTracks(admitted.facts);
  std::vector<std::pair<ProcedureEvent, std::string>> rows;
  const std::vector<SqlValue> values = {std::string(person),
                                        static_cast<std::int64_t>(kMaxProcedureEvents)};
  TRY(work_.database.Query(
      "SELECT id, track, event, from_state, to_state, on_day, ground, account, entered, "
      "sealed_reason FROM procedure_event WHERE person_id = $1 ORDER BY entered, track, ordinal "
      "LIMIT $2",
      values, [&](const SqlRow& row) -> Result<void> {
        if (!readable.contains(std::string(row.Text(1)))) return {};
        ProcedureEvent event;
        event.id = row.Text(0);
        event.track = row.Text(1);
        event.event = row.Text(2);
        event.from = row.Text(3);
        event.to = row.Text(4);
        event.on = row.Int(5);
        event.ground = row.Text(6);
        event.actor = row.Text(7);
        event.entered = row.Int(8);
        rows.emplace_back(std::move(event), row.Text(9));
        return {};
      }));
  std::vector<ProcedureEvent> events;
  for (auto& [event, sealed] : rows) {
    event.reason = TRY(work_.vault.Open({"procedure_event", event.id, "sealed_reason"}, sealed));
    events.push_back(std::move(event));
  }
  Transaction transaction = TRY(Transaction::Begin(work_.database));
  TRY(LogAct(work_, "procedure.read", "person", {std::string(person), std::string(record)},
             admitted.ground));
  TRY(transaction.Commit());
  return events;
}

}  // namespace thb
