// One's own organisation: who is on duty and what is kept there.

#include <algorithm>
#include <array>

#include "access/account.h"
#include "base/text.h"
#include "referral/roster.h"
#include "web/internal/desk/pages.h"
#include "web/internal/desk/records.h"

namespace thb {
namespace {

using Kind = DeskField::Kind;

constexpr Instant kEndOfOffice = 17 * 3'600;  // of a day that nobody changed

constexpr Instant kRosterSeconds = Instant{28} * 86'400;

// What an account keeps for its organisation, each behind the duty that its room asks for.
struct Kept {
  const char* path;
  const char* text;
  const char* duty;
};
constexpr std::array<Kept, 6> kKept{{{"/shelters", "shelters.question", "shelters"},
                                     {"/interpreters", "interpreters.question", "report"},
                                     {"/load", "load.question", "supervise"},
                                     {"/retention", "retention.question", "supervise"},
                                     {"/note-key", "notekey.make", "supervise"},
                                     {"/accounts", "accounts.question", "accounts"}}};

struct Stretch {
  Instant from = 0;
  Instant until = 0;
};

// Where nobody is on duty; the shifts come in order and do not overlap.
std::vector<Stretch> Gaps(const std::vector<DutyShift>& shifts, Instant from, Instant until) {
  std::vector<Stretch> gaps;
  for (const DutyShift& shift : shifts) {
    if (shift.from > from) gaps.push_back({from, shift.from});
    from = std::max(from, shift.until);
  }
  if (from < until) gaps.push_back({from, until});
  return gaps;
}

Html GapNote(const DeskVisit& visit, const std::vector<Stretch>& gaps) {
  if (gaps.empty()) return {};
  Html items;
  for (const Stretch& gap : gaps) {
    items += El("li", visit.T("roster.stretch", {{"from", visit.DateTime(gap.from)},
                                                 {"until", visit.DateTime(gap.until)}}));
  }
  return El("div", {{"class", "thb-note thb-note--warning"}},
            El("p", El("strong", visit.T("roster.gaps"))),
            El("ul", {{"class", "thb-list"}}, items));
}

Html ShiftTable(const DeskVisit& visit, const std::vector<DutyShift>& shifts) {
  const bool keeps = visit.May("roster");
  DataTable table{.id = "shifts",
                  .caption = visit.T("roster.caption"),
                  .columns = {{visit.T("roster.from")},
                              {visit.T("roster.until")},
                              {visit.T("roster.on_duty")},
                              {visit.T("roster.deputy")}},
                  .rows = {},
                  .empty = visit.T("roster.none"),
                  .notes = {}};
  if (keeps) table.columns.push_back({visit.T("column.act")});
  for (const DutyShift& shift : shifts) {
    std::vector<Html> row = {Html(visit.DateTime(shift.from)), Html(visit.DateTime(shift.until)),
                             Html(visit.AccountName(shift.on_duty)),
                             Html(visit.AccountName(shift.deputy))};
    if (keeps) {
      row.push_back(ActionButton(visit, visit.Link("/roster/shifts/" + shift.id),
                                 visit.T("roster.remove"), {}));
    }
    table.rows.push_back(std::move(row));
  }
  return RenderTable(visit, table);
}

Html ContactFacts(const DeskVisit& visit, const DutyContact& contact, const OnCall& call) {
  const auto text = [&](const std::string& value) {
    return Html(value.empty() ? visit.T("roster.not_set") : value);
  };
  return RenderFacts(
      {{visit.T("roster.now"), Html(visit.AccountName(call.on_duty))},
       {visit.T("roster.deputy"), Html(visit.AccountName(call.deputy))},
       {visit.T("roster.out_of_hours"), text(contact.out_of_hours)},
       {visit.T("roster.opening_hours"), text(contact.opening_hours)},
       {visit.T("roster.acknowledge"),
        Html(visit.T("roster.minutes",
                     {{"count", static_cast<double>(contact.acknowledge_minutes)}}))}});
}

DeskForm ContactForm(const DeskVisit& visit, const DutyContact& contact) {
  DeskForm form;
  form.action = visit.Link("/roster/contact");
  form.version = contact.version;
  form.fields = {{.name = "out_of_hours",
                  .label = visit.T("roster.out_of_hours"),
                  .help = visit.T("roster.out_of_hours.help"),
                  .required = true,
                  .max_bytes = 200},
                 {.name = "opening_hours",
                  .label = visit.T("roster.opening_hours"),
                  .required = true,
                  .max_bytes = 200},
                 {.name = "acknowledge_minutes",
                  .label = visit.T("roster.acknowledge"),
                  .help = visit.T("roster.acknowledge.help"),
                  .required = true,
                  .max_bytes = 4}};
  form.button = visit.T("form.save");
  return form;
}

Result<std::vector<FieldChoice>> Colleagues(const DeskVisit& visit, const std::string& none) {
  std::vector<FieldChoice> choices = {{"", none}};
  for (const Account& account : TRY(ListAccounts(visit.work, visit.actor.organisation))) {
    if (account.Live(visit.now)) choices.push_back({account.id, account.name});
  }
  return choices;
}

Result<DeskForm> ShiftForm(const DeskVisit& visit) {
  DeskForm form;
  form.action = visit.Link("/roster/shifts");
  const auto day = [&](const char* name, const char* label) {
    return DeskField{.name = name, .label = visit.T(label), .kind = Kind::kDay, .required = true};
  };
  const auto time = [&](const char* name, const char* label) {
    return DeskField{.name = name,
                     .label = visit.T(label),
                     .help = visit.T("roster.time.help"),
                     .required = true,
                     .max_bytes = 5};
  };
  form.fields = {day("from", "roster.from_day"),
                 time("from_time", "roster.from_time"),
                 day("until", "roster.until_day"),
                 time("until_time", "roster.until_time"),
                 {.name = "on_duty",
                  .label = visit.T("roster.on_duty"),
                  .kind = Kind::kSelect,
                  .choices = TRY(Colleagues(visit, visit.T("choice.choose"))),
                  .required = true},
                 {.name = "deputy",
                  .label = visit.T("roster.deputy"),
                  .kind = Kind::kSelect,
                  .help = visit.T("roster.deputy.help"),
                  .choices = TRY(Colleagues(visit, visit.T("choice.none")))}};
  form.button = visit.T("roster.add");
  return form;
}

// A day and a time as "09:00".
Result<Instant> TypedInstant(const DeskVisit& visit, const std::string& day_field,
                             const std::string& time_field) {
  const Day day = TRY(ParseDay(visit.Typed(day_field)));
  const auto parts = Split(visit.Typed(time_field), ':');
  const auto hour = parts.size() == 2 ? ParseInt(parts[0]) : std::nullopt;
  const auto minute = parts.size() == 2 ? ParseInt(parts[1]) : std::nullopt;
  constexpr std::int64_t kHours = 24;
  constexpr std::int64_t kMinutes = 60;
  if (!hour || !minute || *hour < 0 || *hour >= kHours || *minute < 0 || *minute >= kMinutes) {
    return Fail(ErrorCode::kBadValue, "not a time of the day", time_field, "write 09:00");
  }
  return day * kSecondsOfDay + (*hour * kMinutes + *minute) * kMinutes;
}

Html KeptLinks(const DeskVisit& visit) {
  Html items;
  for (const Kept& one : kKept) {
    if (visit.May(one.duty)) items += El("li", TextLink(visit.Link(one.path), visit.T(one.text)));
  }
  return items.empty() ? Html() : El("ul", {{"class", "thb-list"}}, items);
}

}  // namespace

Result<Response> OrganisationPage(const DeskVisit& visit) {
  const std::string& own = visit.actor.organisation;
  const DutyContact contact = TRY(DutyContactOf(visit.work.database, own));
  const OnCall call = TRY(OnCallAt(visit.work.database, own, visit.now));
  Rosters rosters(visit.work);
  const Instant until = visit.now + kRosterSeconds;
  const std::vector<DutyShift> shifts = TRY(rosters.Shifts(own, visit.now, until));
  Html duty = ContactFacts(visit, contact, call) + GapNote(visit, Gaps(shifts, visit.now, until)) +
              ShiftTable(visit, shifts);
  if (visit.May("roster")) {
    duty += El("p", TextLink(visit.Link("/roster/shifts"), visit.T("roster.add"))) +
            El("p", TextLink(visit.Link("/roster/contact"), visit.T("roster.change_contact")));
  }
  DeskPage page{.title = visit.T("organisation.question"),
                .lead = visit.OrganisationName(own),
                .kind = "list",
                .section = "/organisation"};
  std::vector<PageSection> sections = {{"duty", visit.T("roster.heading"), duty}};
  const Html kept = KeptLinks(visit);
  if (!kept.empty()) sections.push_back({"kept", visit.T("organisation.kept"), kept});
  page.body = RenderSections(sections);
  return RenderDeskPage(visit, page);
}

Result<Response> DutyContactPage(const DeskVisit& visit) {
  const DutyContact contact = TRY(DutyContactOf(visit.work.database, visit.actor.organisation));
  FormPage page;
  page.page = {.title = visit.T("roster.change_contact"),
               .lead = visit.T("roster.contact.lead"),
               .kind = "form",
               .section = "/organisation"};
  page.form = ContactForm(visit, contact);
  Put(page.stored, "out_of_hours", contact.out_of_hours);
  Put(page.stored, "opening_hours", contact.opening_hours);
  Put(page.stored, "acknowledge_minutes", std::to_string(contact.acknowledge_minutes));
  page.save = [&](const DeskVisit& saving, std::int64_t version) -> Result<std::string> {
    DutyContact changed = contact;
    changed.out_of_hours = saving.Typed("out_of_hours");
    changed.opening_hours = saving.Typed("opening_hours");
    // What is no number is refused as one that is out of range.
    changed.acknowledge_minutes =
        static_cast<int>(ParseInt(saving.Typed("acknowledge_minutes")).value_or(0));
    if (changed.country.empty()) changed.country = saving.Country();
    changed.version = version;
    Rosters rosters(saving.work);
    TRY(rosters.SetContact(changed));
    return saving.Link("/organisation");
  };
  return RunFormPage(visit, page);
}

Result<Response> NewShiftPage(const DeskVisit& visit) {
  FormPage page;
  page.page = {.title = visit.T("roster.add"),
               .lead = visit.T("roster.add.lead"),
               .kind = "form",
               .section = "/organisation"};
  page.form = TRY(ShiftForm(visit));
  // Today's office hours, or tomorrow's once today's are over.
  const bool over = visit.now >= InstantOfDay(visit.Today()) + kEndOfOffice;
  const std::string day = FormatDay(over ? visit.Today() + 1 : visit.Today());
  Put(page.stored, "from", day);
  Put(page.stored, "from_time", "09:00");
  Put(page.stored, "until", day);
  Put(page.stored, "until_time", "17:00");
  page.save = [](const DeskVisit& saving, std::int64_t) -> Result<std::string> {
    DutyShift shift;
    shift.organisation = saving.actor.organisation;
    shift.from = TRY(TypedInstant(saving, "from", "from_time"));
    shift.until = TRY(TypedInstant(saving, "until", "until_time"));
    shift.on_duty = saving.Typed("on_duty");
    shift.deputy = saving.Typed("deputy");
    Rosters rosters(saving.work);
    TRY(rosters.AddShift(shift));
    return saving.Link("/organisation");
  };
  return RunFormPage(visit, page);
}

Result<Response> RemoveShiftPage(const DeskVisit& visit) {
  Rosters rosters(visit.work);
  TRY(rosters.RemoveShift(visit.request.Parameter("shift")));
  return Response::Redirect(visit.Link("/organisation"));
}

}  // namespace thb
