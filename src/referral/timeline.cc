#include "referral/timeline.h"

#include <algorithm>
#include <set>
#include <utility>

#include "people/authorize.h"
#include "people/consent.h"
#include "people/record.h"
#include "referral/internal/stored.h"

namespace thb {
namespace {

constexpr std::size_t kMaxOfOneSource = 500;

// Each gives: day, entered, code, id, person, account; $1 is the record, $2 the limit. A day that
// is still to come is a deadline or a date to look again.
struct Source {
  const char* kind;
  FieldGroup group;
  bool owners_only;  // what the owning organisation alone may see, whatever the group
  const char* sql;
};

constexpr Source kSources[] = {
    {"screening", FieldGroup::kScreening, false,
     "SELECT begun / 86400, begun, list, id, COALESCE(person_id, ''), author FROM screening WHERE "
     "record_id = $1 ORDER BY begun DESC, id LIMIT $2"},
    {"override", FieldGroup::kReferral, true,
     "SELECT asked / 86400, asked, ground, id, person_id, asked_by FROM consent_override WHERE "
     "record_id = $1 ORDER BY asked DESC, id LIMIT $2"},
    {"notice", FieldGroup::kReferral, true,
     "SELECT sent / 86400, sent, country, id, person_id, sent_by FROM statistical_notice WHERE "
     "record_id = $1 ORDER BY sent DESC, id LIMIT $2"},
    {"clock", FieldGroup::kReference, false,
     "SELECT due, 0, period, id, person_id, '' FROM procedure_clock WHERE record_id = $1 AND due "
     "IS "
     "NOT NULL AND met IS NULL ORDER BY due DESC, id LIMIT $2"},
    {"guardian", FieldGroup::kChild, false,
     "SELECT from_day, 0, kind, id, person_id, '' FROM guardianship WHERE record_id = $1 ORDER BY "
     "from_day DESC, id LIMIT $2"},
    {"guardian", FieldGroup::kChild, false,
     "SELECT until_day, 0, end_reason, id, person_id, '' FROM guardianship WHERE record_id = $1 "
     "AND "
     "until_day IS NOT NULL ORDER BY until_day DESC, id LIMIT $2"},
    {"child", FieldGroup::kChild, false,
     "SELECT on_day, 0, kind, id, person_id, account FROM child_entry WHERE record_id = $1 ORDER "
     "BY "
     "on_day DESC, id LIMIT $2"},
    {"assistance", FieldGroup::kAssistance, false,
     "SELECT changed / 86400, changed, kind, id, person_id, author FROM assistance_entry WHERE "
     "record_id = $1 ORDER BY changed DESC, id LIMIT $2"},
    {"follow_up", FieldGroup::kAssistance, false,
     "SELECT follow_up, 0, kind, id, person_id, author FROM assistance_entry WHERE record_id = $1 "
     "AND follow_up IS NOT NULL ORDER BY follow_up DESC, id LIMIT $2"},
    {"placement", FieldGroup::kAssistance, false,
     "SELECT from_day, 0, 'placed', id, person_id, author FROM placement WHERE record_id = $1 "
     "ORDER "
     "BY from_day DESC, id LIMIT $2"},
    {"placement", FieldGroup::kAssistance, false,
     "SELECT until_day, 0, end_reason, id, person_id, author FROM placement WHERE record_id = $1 "
     "AND until_day IS NOT NULL ORDER BY until_day DESC, id LIMIT $2"},
    {"interpreter", FieldGroup::kAssistance, false,
     "SELECT on_day, 0, language, id, person_id, author FROM interpreter_booking WHERE record_id = "
     "$1 ORDER BY on_day DESC, id LIMIT $2"},
};

// Who looks, and what follows from it.
struct View {
  const Work& work;
  const RecordFacts& facts;
  std::set<FieldGroup> groups;
  Day today = 0;

  bool IsOwner() const { return work.actor.organisation == facts.organisation; }
  // Who did something is shown within the owning organisation; elsewhere only one's own acts.
  std::string ShownActor(std::string_view account) const {
    return IsOwner() || account == work.actor.account ? std::string(account) : std::string();
  }
};

CaseEvent ReadEvent(const SqlRow& row, const View& view) {
  CaseEvent event;
  event.on = row.Int(0);
  event.entered = row.Int(1);
  event.code = row.Text(2);
  event.source = row.Text(3);
  event.person = row.Text(4);
  event.actor = view.ShownActor(row.Text(5));
  event.upcoming = event.on > view.today;
  return event;
}

std::vector<SqlValue> Bound(std::string_view record) {
  return {std::string(record), static_cast<std::int64_t>(kMaxOfOneSource)};
}

Result<void> AddSources(const View& view, std::vector<CaseEvent>& events) {
  for (const Source& source : kSources) {
    if (!view.groups.contains(source.group) || (source.owners_only && !view.IsOwner())) continue;
    TRY(view.work.database.Query(source.sql, Bound(view.facts.record),
                                 [&](const SqlRow& row) -> Result<void> {
                                   CaseEvent event = ReadEvent(row, view);
                                   event.kind = source.kind;
                                   event.group = source.group;
                                   events.push_back(std::move(event));
                                   return {};
                                 }));
  }
  return {};
}

// A receiver sees the events of the referrals that it is party to.
Result<void> AddReferrals(const View& view, std::vector<CaseEvent>& events) {
  if (!view.groups.contains(FieldGroup::kReferral)) return {};
  return view.work.database.Query(
      "SELECT e.happened / 86400, e.happened, e.event, r.id, r.person_id, e.account, r.sender, "
      "r.receiver FROM referral_event e JOIN referral r ON r.id = e.referral_id WHERE r.record_id "
      "= $1 ORDER BY e.happened DESC, e.ordinal DESC LIMIT $2",
      Bound(view.facts.record), [&](const SqlRow& row) -> Result<void> {
        const std::string& mine = view.work.actor.organisation;
        if (!view.IsOwner() && row.Text(6) != mine && row.Text(7) != mine) return {};
        CaseEvent event = ReadEvent(row, view);
        event.kind = "referral";
        event.group = FieldGroup::kReferral;
        events.push_back(std::move(event));
        return {};
      });
}

Result<void> AddProcedure(const View& view, const ProcedureRules& rules,
                          std::vector<CaseEvent>& events) {
  return view.work.database.Query(
      "SELECT on_day, entered, event, id, person_id, account, track FROM procedure_event WHERE "
      "record_id = $1 ORDER BY entered DESC, ordinal DESC LIMIT $2",
      Bound(view.facts.record), [&](const SqlRow& row) -> Result<void> {
        const ProcedureTrack* track = rules.Find(row.Text(6));
        if (track == nullptr || !view.groups.contains(track->group)) return {};
        CaseEvent event = ReadEvent(row, view);
        event.kind = "procedure";
        event.code = track->id + "." + event.code;
        event.group = track->group;
        events.push_back(std::move(event));
        return {};
      });
}

// What waits for the actor's own organisation.
Result<void> AddTasks(const View& view, std::vector<CaseEvent>& events) {
  const std::vector<SqlValue> values = {view.facts.record, view.work.actor.organisation,
                                        static_cast<std::int64_t>(kMaxOfOneSource)};
  return view.work.database.Query(
      "SELECT COALESCE(due, opened) / 86400, opened, kind, id, '', account FROM task WHERE "
      "record_id = $1 AND organisation = $2 AND state = 'open' ORDER BY opened DESC, id LIMIT $3",
      values, [&](const SqlRow& row) -> Result<void> {
        CaseEvent event = ReadEvent(row, view);
        event.kind = "task";
        events.push_back(std::move(event));
        return {};
      });
}

Result<void> AddConsents(const View& view, const std::vector<std::string>& persons,
                         std::vector<CaseEvent>& events) {
  if (!view.groups.contains(FieldGroup::kReferral)) return {};
  for (const std::string& person : persons) {
    for (const Consent& consent : TRY(ConsentsOf(view.work, person))) {
      if (!view.IsOwner() && consent.recipient != view.work.actor.organisation) continue;
      CaseEvent event;
      event.on = DayOfInstant(consent.withdrawn.value_or(consent.date));
      event.entered = consent.withdrawn.value_or(consent.date);
      event.kind = "consent";
      event.code = ConsentStateName(consent.state);
      event.source = consent.id;
      event.person = person;
      event.group = FieldGroup::kReferral;
      events.push_back(std::move(event));
    }
  }
  return {};
}

// What is to come first, the nearest first; then what was, the latest first.
void Order(std::vector<CaseEvent>& events) {
  std::stable_sort(events.begin(), events.end(), [](const CaseEvent& a, const CaseEvent& b) {
    if (a.upcoming != b.upcoming) return a.upcoming;
    if (a.on != b.on) return a.upcoming ? a.on < b.on : a.on > b.on;
    return a.entered > b.entered;
  });
  if (events.size() > kMaxTimelineEvents) events.resize(kMaxTimelineEvents);
}

}  // namespace

Result<std::vector<CaseEvent>> TimelineOf(const Work& work, const ProcedureRules& rules,
                                          std::string_view record) {
  const Admission admitted = TRY(Admit(work, record, Right::kRead, FieldGroup::kReference));
  const CaseFile file = TRY(ReadRecord(work, record));
  const View view{work, admitted.facts, work.roles.Readable(work.actor, admitted.facts, work.now),
                  DayOfInstant(work.now)};
  std::vector<CaseEvent> events;
  CaseEvent opened;
  opened.on = DayOfInstant(file.head.opened);
  opened.entered = file.head.opened;
  opened.kind = "record";
  opened.code = "opened";
  opened.source = file.head.id;
  events.push_back(std::move(opened));
  TRY(AddSources(view, events));
  TRY(AddReferrals(view, events));
  TRY(AddProcedure(view, rules, events));
  TRY(AddTasks(view, events));
  TRY(AddConsents(view, file.persons, events));
  Order(events);
  Transaction transaction = TRY(Transaction::Begin(work.database));
  TRY(LogAct(work, "timeline.read", "record", {std::string(record)}, admitted.ground));
  TRY(transaction.Commit());
  return events;
}

}  // namespace thb
