// Decisions of one person: tracks that run beside one another, and clocks that only remind.

#include "base/text.h"
#include "referral/clock.h"
#include "web/internal/desk/pages.h"
#include "web/internal/desk/records.h"

namespace thb {
namespace {

using Kind = DeskField::Kind;

// Long enough for the form of an event; the room has the limit that counts.
constexpr std::size_t kMaxReason = 20'000;

Procedures ProceduresOf(const DeskVisit& visit) {
  return {visit.site.procedure_rules(), visit.site.countries(), visit.work};
}

std::string TrackName(const DeskVisit& visit, const ProcedureTrack& track) {
  return visit.dutch() ? track.nl : track.en;
}

std::string StateName(const DeskVisit& visit, const ProcedureTrack& track,
                      const std::string& state) {
  for (const ProcedureTrack::State& one : track.states) {
    if (one.id == state) return visit.dutch() ? one.nl : one.en;
  }
  return state;
}

std::string EventName(const DeskVisit& visit, const ProcedureTrack& track,
                      const std::string& event) {
  const std::string key = "procedure." + track.id + "." + event;
  return visit.texts().Has(key) ? visit.T(key) : visit.T("procedure." + event);
}

std::string PeriodName(const DeskVisit& visit, const std::string& period) {
  return visit.LabelOf("legal_period", period);
}

Html ClockWords(const DeskVisit& visit, const ProcedureClock& clock) {
  if (clock.met) return StatusWord(visit.T("clock.met"));
  if (clock.Overdue(visit.Today())) return StatusWord(visit.T("word.overdue"), true);
  if (!clock.Due()) return StatusWord(visit.T("clock.waits"));
  return StatusWord(visit.T("clock.runs"));
}

Html ClockTable(const DeskVisit& visit, const std::vector<ProcedureClock>& clocks) {
  DataTable table{.id = "clocks",
                  .caption = visit.T("clock.caption"),
                  .columns = {{visit.T("clock.period")},
                              {visit.T("clock.started")},
                              {visit.T("clock.computed")},
                              {visit.T("clock.notified")},
                              {visit.T("column.state")},
                              {visit.T("column.act")}},
                  .rows = {},
                  .empty = visit.T("clock.none"),
                  .notes = {visit.T("clock.note")}};
  const auto day = [&](const std::optional<Day>& one) {
    return Html(one ? visit.DayText(*one) : visit.T("due.none"));
  };
  for (const ProcedureClock& clock : clocks) {
    table.rows.push_back(
        {Html(PeriodName(visit, clock.period)), Html(visit.DayText(clock.started)),
         day(clock.computed), day(clock.notified), ClockWords(visit, clock),
         clock.met ? Html()
                   : TextLink(visit.Link(RecordPath(clock.record, "/clocks/" + clock.id)),
                              visit.T("clock.notify"))});
  }
  return RenderTable(visit, table);
}

std::string EnterLink(const DeskVisit& visit, const std::string& record, const std::string& person,
                      const std::string& track, const std::string& event) {
  return visit.Link(RecordPath(record, "/decisions/" + person + "/" + track + "/" + event));
}

Html TrackSection(const DeskVisit& visit, const OpenedRecord& record, const std::string& person,
                  const ProcedureTrack& track, const ProcedureState& state) {
  Html html = El(
      "p", StatusWord(StateName(visit, track, state.state)),
      state.version > 0 ? " " + visit.T("track.since", {{"day", visit.DayText(state.since)}}) : "");
  if (!Can(visit, record.facts, track.right, track.group)) return html;
  Html links;
  for (const ProcedureTransition& one : track.transitions) {
    if (track.Find(state.state, one.event) != &one) continue;
    links += El("li", TextLink(EnterLink(visit, record.file.head.id, person, track.id, one.event),
                               EventName(visit, track, one.event)));
  }
  return html + El("ul", {{"class", "thb-inline"}}, links);
}

Html EventTable(const DeskVisit& visit, const std::vector<ProcedureEvent>& events) {
  DataTable table{.id = "events",
                  .caption = visit.T("track.events"),
                  .columns = {{visit.T("column.date")},
                              {visit.T("track.track")},
                              {visit.T("track.event")},
                              {visit.T("track.ground")},
                              {visit.T("track.reason")}},
                  .rows = {},
                  .empty = visit.T("track.none"),
                  .notes = {}};
  for (const ProcedureEvent& event : events) {
    const ProcedureTrack* track = visit.site.procedure_rules().Find(event.track);
    table.rows.push_back(
        {Html(visit.DayText(event.on)),
         Html(track == nullptr ? event.track : TrackName(visit, *track)),
         Html(track == nullptr ? event.event : EventName(visit, *track, event.event)),
         Html(event.ground.empty() ? "" : visit.LabelOf("procedure_ground", event.ground)),
         TypedText(event.reason)});
  }
  return RenderTable(visit, table);
}

std::vector<DeskField> EventFields(const DeskVisit& visit, const ProcedureTransition& transition) {
  std::vector<DeskField> fields = {{.name = "on",
                                    .label = visit.T("track.on"),
                                    .kind = Kind::kDay,
                                    .help = visit.T("track.on.help"),
                                    .required = true}};
  if (!transition.grounds.empty()) {
    DeskField ground{.name = "ground",
                     .label = visit.T("track.ground"),
                     .kind = Kind::kSelect,
                     .choices = {{"", visit.T("choice.choose")}},
                     .required = true};
    for (const std::string& code : transition.grounds) {
      ground.choices.push_back({code, visit.LabelOf("procedure_ground", code)});
    }
    fields.push_back(std::move(ground));
  }
  fields.push_back({.name = "reason",
                    .label = visit.T("track.reason"),
                    .kind = Kind::kArea,
                    .required = transition.needs_reason,
                    .max_bytes = kMaxReason});
  if (!transition.starts.empty()) {
    std::string periods;
    for (const std::string& period : transition.starts) {
      periods += (periods.empty() ? "" : ", ") + PeriodName(visit, period);
    }
    fields.push_back({.name = "notified",
                      .label = visit.T("track.notified"),
                      .kind = Kind::kDay,
                      .help = visit.T("track.notified.help", {{"periods", periods}})});
  }
  return fields;
}

// The track's version as the reader saw it; 0 before its first event.
Result<ProcedureState> StateOf(const DeskVisit& visit, const std::string& record,
                               const std::string& person, const std::string& track) {
  for (ProcedureState& state : TRY(ProceduresOf(visit).StatesOf(record, person))) {
    if (state.track == track) return std::move(state);
  }
  return Fail(ErrorCode::kNotFound, "no such record");
}

std::vector<FieldChoice> UnitChoices(const DeskVisit& visit) {
  return {{"days", visit.T("unit.days")},
          {"working_days", visit.T("unit.working_days")},
          {"months", visit.T("unit.months")},
          {"years", visit.T("unit.years")}};
}

PeriodUnit UnitOf(const std::string& word) {
  if (word == "working_days") return PeriodUnit::kWorkingDays;
  if (word == "months") return PeriodUnit::kMonths;
  return word == "years" ? PeriodUnit::kYears : PeriodUnit::kDays;
}

Html PeriodTable(const DeskVisit& visit) {
  DataTable table{.id = "periods",
                  .caption = visit.T("period.caption"),
                  .columns = {{visit.T("clock.period")},
                              {visit.T("period.amount")},
                              {visit.T("period.article")},
                              {visit.T("column.state")}},
                  .rows = {},
                  .empty = "",
                  .notes = {}};
  const auto country = visit.site.countries().Find(visit.Country());
  if (!country) return El("p", {{"class", "thb-empty"}}, visit.T("period.no_country"));
  for (const auto& [id, period] : (*country)->periods) {
    const std::string unit = UnitChoices(visit)[static_cast<std::size_t>(period.unit)].label;
    table.rows.push_back(
        {Html(PeriodName(visit, id)),
         Html(period.amount == 0 ? visit.T("period.unknown")
                                 : std::to_string(period.amount) + " " + unit),
         Html(period.article),
         StatusWord(visit.T(period.verified ? "period.verified" : "period.unverified"))});
  }
  return RenderTable(visit, table);
}

}  // namespace

Result<Response> DecisionsPage(const DeskVisit& visit) {
  const OpenedRecord record = TRY(OpenRecord(visit, visit.request.Parameter("record")));
  const RecordHead& head = record.file.head;
  DeskPage page{.title = visit.T("decisions.question"),
                .lead = visit.T("decisions.lead"),
                .kind = "record",
                .section = "/cases",
                .crumbs = RecordCrumbs(visit, head)};
  Clocks clocks(visit.site.countries(), visit.work);
  const auto running = TRY(clocks.OfRecord(head.id));
  page.body = ClockTable(visit, running);
  const std::string person = VictimOf(record);
  if (person.empty()) {
    page.body += El("p", {{"class", "thb-empty"}}, visit.T("person.none"));
    return RenderDeskPage(visit, page);
  }
  Procedures procedures = ProceduresOf(visit);
  std::vector<PageSection> sections;
  for (const ProcedureState& state : TRY(procedures.StatesOf(head.id, person))) {
    const ProcedureTrack* track = visit.site.procedure_rules().Find(state.track);
    if (track == nullptr) continue;
    sections.push_back({"track-" + track->id, TrackName(visit, *track),
                        TrackSection(visit, record, person, *track, state)});
  }
  page.body +=
      RenderSections(sections) + EventTable(visit, TRY(procedures.EventsOf(head.id, person)));
  return RenderDeskPage(visit, page);
}

Result<Response> EnterDecisionPage(const DeskVisit& visit) {
  const OpenedRecord record = TRY(OpenRecord(visit, visit.request.Parameter("record")));
  const RecordHead& head = record.file.head;
  const std::string& person = visit.request.Parameter("person");
  const ProcedureTrack* track = visit.site.procedure_rules().Find(visit.request.Parameter("track"));
  if (track == nullptr) return Fail(ErrorCode::kNotFound, "no such track");
  const std::string& event = visit.request.Parameter("event");
  const ProcedureState state = TRY(StateOf(visit, head.id, person, track->id));
  const ProcedureTransition* transition = track->Find(state.state, event);
  if (transition == nullptr) {
    return Fail(ErrorCode::kConflict, "the track is not in a state for this", event,
                "open it again");
  }
  FormPage page;
  page.page = {.title = EventName(visit, *track, event),
               .lead = TrackName(visit, *track),
               .kind = "form",
               .section = "/cases",
               .crumbs = RecordCrumbs(visit, head)};
  page.page.crumbs.push_back({visit.T("do.decide"), visit.Link(RecordPath(head.id, "/decisions"))});
  page.form.action = EnterLink(visit, head.id, person, track->id, event);
  page.form.version = state.version;
  page.form.fields = EventFields(visit, *transition);
  page.form.button = visit.T("track.button");
  Put(page.stored, "on", FormatDay(visit.Today()));
  page.save = [&](const DeskVisit& saving, std::int64_t version) -> Result<std::string> {
    ProcedureStep step;
    step.record = head.id;
    step.person = person;
    step.track = track->id;
    step.event = event;
    step.on = TRY(ParseDay(saving.Typed("on")));
    step.ground = saving.Typed("ground");
    step.reason = saving.Typed("reason");
    step.country = saving.Country();
    step.notified_until = TRY(TypedDay(saving, "notified"));
    TRY(ProceduresOf(saving).Enter(step, version));
    return saving.Link(RecordPath(head.id, "/decisions"));
  };
  return RunFormPage(visit, page);
}

Result<Response> NotifyClockPage(const DeskVisit& visit) {
  const OpenedRecord record = TRY(OpenRecord(visit, visit.request.Parameter("record")));
  const RecordHead& head = record.file.head;
  Clocks clocks(visit.site.countries(), visit.work);
  std::optional<ProcedureClock> clock;
  for (ProcedureClock& one : TRY(clocks.OfRecord(head.id))) {
    if (one.id == visit.request.Parameter("clock")) clock = std::move(one);
  }
  if (!clock) return Fail(ErrorCode::kNotFound, "no such record");
  FormPage page;
  page.page = {.title = visit.T("clock.question", {{"period", PeriodName(visit, clock->period)}}),
               .lead = visit.T("clock.lead"),
               .kind = "form",
               .section = "/cases",
               .crumbs = RecordCrumbs(visit, head)};
  page.form.action = visit.Link(RecordPath(head.id, "/clocks/" + clock->id));
  page.form.version = clock->version;
  page.form.fields = {{.name = "notified",
                       .label = visit.T("clock.notified"),
                       .kind = Kind::kDay,
                       .required = true}};
  page.form.button = visit.T("form.save");
  if (clock->notified) Put(page.stored, "notified", FormatDay(*clock->notified));
  page.save = [&](const DeskVisit& saving, std::int64_t version) -> Result<std::string> {
    const Day notified = TRY(ParseDay(saving.Typed("notified")));
    Clocks saved(saving.site.countries(), saving.work);
    TRY(saved.Notify(clock->id, version, notified));
    return saving.Link(RecordPath(head.id, "/decisions"));
  };
  return RunFormPage(visit, page);
}

// A named officer confirms what the table says, or states what it does not know.
Result<Response> PeriodsPage(const DeskVisit& visit) {
  FormPage page;
  page.page = {.title = visit.T("period.question"), .lead = visit.T("period.lead"), .kind = "form"};
  page.page.body = PeriodTable(visit);
  page.form.action = visit.Link("/periods");
  page.form.fields = {
      {.name = "period",
       .label = visit.T("clock.period"),
       .kind = Kind::kSelect,
       .choices = CodeChoices(visit, "legal_period", visit.T("choice.choose")),
       .required = true},
      {.name = "amount", .label = visit.T("period.amount"), .required = true, .max_bytes = 4},
      {.name = "unit",
       .label = visit.T("period.unit"),
       .kind = Kind::kRadio,
       .choices = UnitChoices(visit),
       .required = true},
      {.name = "article",
       .label = visit.T("period.article"),
       .help = visit.T("period.article.help"),
       .required = true,
       .max_bytes = 500}};
  page.form.button = visit.T("period.button");
  page.save = [](const DeskVisit& saving, std::int64_t) -> Result<std::string> {
    const auto amount = ParseInt(saving.Typed("amount"));
    constexpr std::int64_t kLongest = 10'000;
    if (!amount || *amount < 1 || *amount > kLongest) {
      return Fail(ErrorCode::kBadValue, "the length is no number", "amount", "write 30");
    }
    ConfirmedPeriod period;
    period.country = saving.Country();
    period.period = saving.Typed("period");
    period.amount = static_cast<int>(*amount);
    period.unit = UnitOf(saving.Typed("unit"));
    period.article = saving.Typed("article");
    Clocks clocks(saving.site.countries(), saving.work);
    TRY(clocks.ConfirmPeriod(period));
    return saving.Link("/periods");
  };
  return RunFormPage(visit, page);
}

}  // namespace thb
