// Needs, plan, services and places. Forms are made from rules/assistance.json, so that a new
// service is a change of data. Nothing here asks or shows what the person does in the criminal
// case.

#include "referral/assistance.h"

#include <algorithm>

#include "web/internal/desk/pages.h"
#include "web/internal/desk/records.h"

namespace thb {
namespace {

using Kind = DeskField::Kind;

Assistance AssistanceOf(const DeskVisit& visit) {
  return {visit.site.assistance_kinds(), visit.work};
}

std::string KindName(const DeskVisit& visit, const AssistanceKind& kind) {
  return visit.dutch() ? kind.nl : kind.en;
}

const AssistanceKind::State* FindState(const AssistanceKind& kind, std::string_view id) {
  for (const AssistanceKind::State& state : kind.states) {
    if (state.id == id) return &state;
  }
  return nullptr;
}

std::string StateName(const DeskVisit& visit, const AssistanceKind& kind, const std::string& id) {
  const AssistanceKind::State* state = FindState(kind, id);
  return state == nullptr ? id : visit.dutch() ? state->nl : state->en;
}

DeskField FieldOf(const DeskVisit& visit, const AssistanceField& field) {
  DeskField one{.name = "field." + field.id,
                .label = visit.dutch() ? field.nl : field.en,
                .required = field.required,
                .max_bytes = kMaxAssistanceText};
  switch (field.type) {
    case AssistanceFieldType::kText:
      one.kind = Kind::kArea;
      break;
    case AssistanceFieldType::kCode:
      one.kind = Kind::kSelect;
      one.choices = CodeChoices(visit, field.list, visit.T("choice.choose"));
      break;
    case AssistanceFieldType::kDay:
      one.kind = Kind::kDay;
      break;
    case AssistanceFieldType::kAmount:
      one.help = visit.T("assist.amount.help");
      break;
    case AssistanceFieldType::kYesNoUnknown:
      one.kind = Kind::kRadio;
      one.choices = YesNoUnknown(visit);
      break;
  }
  return one;
}

std::vector<DeskField> FieldsOf(const DeskVisit& visit, const AssistanceKind& kind) {
  std::vector<DeskField> fields;
  for (const AssistanceField& field : kind.fields) fields.push_back(FieldOf(visit, field));
  fields.push_back({.name = "provider",
                    .label = visit.T("assist.provider"),
                    .kind = Kind::kSelect,
                    .choices = OtherOrganisations(visit, visit.T("choice.none"))});
  fields.push_back({.name = "follow_up",
                    .label = visit.T("assist.follow_up"),
                    .kind = Kind::kDay,
                    .help = visit.T("assist.follow_up.help")});
  return fields;
}

Result<AssistanceEntry> EntryTyped(const DeskVisit& visit, const AssistanceKind& kind,
                                   AssistanceEntry entry) {
  entry.fields.clear();
  for (const AssistanceField& field : kind.fields) {
    const std::string value = visit.Typed("field." + field.id);
    if (!value.empty()) entry.fields.emplace(field.id, value);
  }
  entry.provider = visit.Typed("provider");
  entry.follow_up = TRY(TypedDay(visit, "follow_up"));
  return entry;
}

FormValues ValuesOf(const AssistanceEntry& entry) {
  FormValues values;
  for (const auto& [id, value] : entry.fields) Put(values, "field." + id, value);
  Put(values, "provider", entry.provider);
  Put(values, "state", entry.state);
  if (entry.follow_up) Put(values, "follow_up", FormatDay(*entry.follow_up));
  return values;
}

std::string SpokenField(const DeskVisit& visit, const AssistanceField& field,
                        const std::string& value) {
  switch (field.type) {
    case AssistanceFieldType::kCode:
      return visit.LabelOf(field.list, value);
    case AssistanceFieldType::kYesNoUnknown:
      return visit.T("choice." + value);
    case AssistanceFieldType::kDay:
      if (const auto day = ParseDay(value)) return visit.DayText(*day);
      break;
    default:
      break;
  }
  return value;
}

Html EntryArticle(const DeskVisit& visit, const AssistanceEntry& entry) {
  const AssistanceKind* kind = visit.site.assistance_kinds().Find(entry.kind);
  if (kind == nullptr) return {};
  Facts facts;
  for (const AssistanceField& field : kind->fields) {
    const auto found = entry.fields.find(field.id);
    if (found == entry.fields.end()) continue;
    facts.emplace_back(visit.dutch() ? field.nl : field.en,
                       TypedText(SpokenField(visit, field, found->second)));
  }
  if (!entry.provider.empty()) {
    facts.emplace_back(visit.T("assist.provider"), Html(visit.OrganisationName(entry.provider)));
  }
  if (entry.follow_up)
    facts.emplace_back(visit.T("assist.follow_up"), Html(visit.DayText(*entry.follow_up)));
  return El("article", {{"class", "desk-note"}},
            El("h3", TextLink(visit.Link("/assistance/" + entry.id), KindName(visit, *kind)), " ",
               StatusWord(StateName(visit, *kind, entry.state))),
            RenderFacts(facts));
}

// Where somebody is placed is shown to those with the field group alone; to others only that.
Html PlacementSection(const DeskVisit& visit, const std::vector<Placement>& placements,
                      bool assists) {
  Html items;
  for (const Placement& one : placements) {
    Html text(visit.T("place.placed", {{"day", visit.DayText(one.from)}}));
    if (!one.label.empty()) text += Html(": " + one.label);
    if (one.until) {
      text += Html(", " + visit.T("child.until", {{"day", visit.DayText(*one.until)}}));
    } else if (assists) {
      text += Html(" ") + TextLink(visit.Link(RecordPath(one.record, "/placements/" + one.id)),
                                   visit.T("place.end"));
    }
    items += El("li", text);
  }
  if (items.empty()) return El("p", {{"class", "thb-empty"}}, visit.T("place.none"));
  return El("ul", {{"class", "thb-list"}}, items);
}

PlaceWanted WantedTyped(const DeskVisit& visit, const OpenedRecord& record) {
  PlaceWanted wanted;
  wanted.sex = visit.Typed("sex");
  wanted.age_band = std::string(AgeBandName(record.file.head.age_band));
  wanted.children = visit.Typed("children") == "yes" ? 1 : 0;
  wanted.step_free = visit.Typed("step_free") == "yes";
  wanted.day_and_night = visit.Typed("day_and_night") == "yes";
  return wanted;
}

std::string AvailabilityText(const DeskVisit& visit, const ShelterAvailability& one) {
  std::string text =
      one.label + " (" + visit.T("place.free", {{"count", static_cast<double>(one.free)}}) + ")";
  for (const std::string& why : one.why_not) text += ", " + visit.T("place.not." + why);
  return text;
}

}  // namespace

Result<Response> AssistancePage(const DeskVisit& visit) {
  const OpenedRecord record = TRY(OpenRecord(visit, visit.request.Parameter("record")));
  const std::string& id = record.file.head.id;
  DeskPage page{.title = visit.T("assist.question"),
                .lead = visit.T("assist.lead"),
                .kind = "record",
                .section = "/cases",
                .crumbs = RecordCrumbs(visit, record.file.head)};
  Assistance assistance = AssistanceOf(visit);
  Html entries;
  for (const AssistanceEntry& entry : TRY(assistance.OfRecord(id)))
    entries += EntryArticle(visit, entry);
  if (entries.empty()) entries = El("p", {{"class", "thb-empty"}}, visit.T("assist.none"));
  const auto placements = TRY(assistance.PlacementsOf(id));
  Html add;
  for (const AssistanceKind& kind : visit.site.assistance_kinds().All()) {
    if (!Can(visit, record.facts, Right::kEdit, kind.group)) continue;
    add += El("li", TextLink(visit.Link(RecordPath(id, "/assistance/new/" + kind.id)),
                             KindName(visit, kind)));
  }
  Html place;
  if (Can(visit, record.facts, Right::kEdit, FieldGroup::kShelter)) {
    place = El("p", TextLink(visit.Link(RecordPath(id, "/placement")), visit.T("place.find")));
  }
  const bool assists = Can(visit, record.facts, Right::kAssist, FieldGroup::kAssistance);
  Html booked = BookingSection(visit, TRY(assistance.BookingsOf(id)));
  if (Can(visit, record.facts, Right::kEdit, FieldGroup::kInterpreter) && visit.May("report")) {
    booked += El(
        "p", TextLink(visit.Link(RecordPath(id, "/interpreter")), visit.T("interpreter.question")));
  }
  page.body =
      RenderSections({{"add", visit.T("assist.add"), El("ul", {{"class", "thb-inline"}}, add)},
                      {"entries", visit.T("assist.entries"), entries},
                      {"placements", visit.T("place.heading"),
                       PlacementSection(visit, placements, assists) + place},
                      {"interpreters", visit.T("interpreter.heading"), booked}});
  return RenderDeskPage(visit, page);
}

Result<Response> NewAssistancePage(const DeskVisit& visit) {
  const OpenedRecord record = TRY(OpenRecord(visit, visit.request.Parameter("record")));
  const std::string& id = record.file.head.id;
  const AssistanceKind* kind = visit.site.assistance_kinds().Find(visit.request.Parameter("kind"));
  if (kind == nullptr) return Fail(ErrorCode::kNotFound, "no such kind");
  FormPage page;
  page.page = {.title = KindName(visit, *kind),
               .lead = visit.T("assist.new.lead"),
               .kind = "form",
               .section = "/cases",
               .crumbs = RecordCrumbs(visit, record.file.head)};
  page.page.crumbs.push_back({visit.T("do.assist"), visit.Link(RecordPath(id, "/assistance"))});
  page.form.action = visit.Link(RecordPath(id, "/assistance/new/" + kind->id));
  page.form.fields = FieldsOf(visit, *kind);
  page.form.button = visit.T("form.save");
  page.save = [&](const DeskVisit& saving, std::int64_t) -> Result<std::string> {
    AssistanceEntry entry;
    entry.record = id;
    entry.person = VictimOf(record);
    entry.kind = kind->id;
    if (!kind->states.empty()) entry.state = kind->states.front().id;
    const AssistanceEntry typed = TRY(EntryTyped(saving, *kind, entry));
    Assistance assistance = AssistanceOf(saving);
    TRY(assistance.Add(typed));
    return saving.Link(RecordPath(id, "/assistance"));
  };
  return RunFormPage(visit, page);
}

Result<Response> AssistanceEntryPage(const DeskVisit& visit) {
  Assistance assistance = AssistanceOf(visit);
  const AssistanceEntry entry = TRY(assistance.Load(visit.request.Parameter("entry")));
  const OpenedRecord record = TRY(OpenRecord(visit, entry.record));
  const AssistanceKind* kind = visit.site.assistance_kinds().Find(entry.kind);
  if (kind == nullptr) return Fail(ErrorCode::kInternal, "no such kind", entry.kind);
  std::vector<FieldChoice> states{{entry.state, StateName(visit, *kind, entry.state)}};
  if (const AssistanceKind::State* state = FindState(*kind, entry.state)) {
    for (const std::string& next : state->next) {
      states.push_back({next, StateName(visit, *kind, next)});
    }
  }
  FormPage page;
  page.page = {.title = KindName(visit, *kind),
               .kind = "form",
               .section = "/cases",
               .crumbs = RecordCrumbs(visit, record.file.head)};
  page.page.crumbs.push_back(
      {visit.T("do.assist"), visit.Link(RecordPath(entry.record, "/assistance"))});
  page.form.action = visit.Link("/assistance/" + entry.id);
  page.form.version = entry.version;
  page.form.fields = FieldsOf(visit, *kind);
  page.form.fields.insert(page.form.fields.begin(), {.name = "state",
                                                     .label = visit.T("fact.state"),
                                                     .kind = Kind::kSelect,
                                                     .choices = states,
                                                     .required = true});
  page.form.button = visit.T("form.save");
  page.stored = ValuesOf(entry);
  page.save = [&](const DeskVisit& saving, std::int64_t version) -> Result<std::string> {
    AssistanceEntry changed = TRY(EntryTyped(saving, *kind, entry));
    changed.state = saving.Typed("state");
    changed.version = version;
    Assistance saved = AssistanceOf(saving);
    TRY(saved.Change(changed));
    return saving.Link(RecordPath(entry.record, "/assistance"));
  };
  return RunFormPage(visit, page);
}

// Places that fit are asked for first; the one that is chosen is taken at once.
Result<Response> PlacementPage(const DeskVisit& visit) {
  const OpenedRecord record = TRY(OpenRecord(visit, visit.request.Parameter("record")));
  const std::string& id = record.file.head.id;
  Assistance assistance = AssistanceOf(visit);
  std::vector<FieldChoice> shelters{{"", visit.T("choice.choose")}};
  for (const ShelterAvailability& one : TRY(assistance.FindPlaces(WantedTyped(visit, record)))) {
    shelters.push_back({one.shelter, AvailabilityText(visit, one)});
  }
  FormPage page;
  page.page = {.title = visit.T("place.question"),
               .lead = visit.T("place.lead"),
               .kind = "form",
               .section = "/cases",
               .crumbs = RecordCrumbs(visit, record.file.head)};
  page.form.action = visit.Link(RecordPath(id, "/placement"));
  page.form.fields = {
      {.name = "shelter",
       .label = visit.T("place.shelter"),
       .kind = Kind::kSelect,
       .choices = shelters,
       .required = true},
      {.name = "sex",
       .label = visit.T("person.sex"),
       .kind = Kind::kSelect,
       .choices = {{"UNK", visit.T("given.unknown")},
                   {"F", visit.LabelOf("sex", "F")},
                   {"M", visit.LabelOf("sex", "M")}}},
      {.name = "children",
       .label = visit.T("place.children"),
       .kind = Kind::kChecks,
       .choices = {{"yes", visit.T("place.children.yes")}}},
      {.name = "step_free",
       .label = visit.T("place.step_free"),
       .kind = Kind::kChecks,
       .choices = {{"yes", visit.T("place.step_free.yes")}}},
      {.name = "from", .label = visit.T("child.from"), .kind = Kind::kDay, .required = true}};
  page.form.button = visit.T("place.button");
  Put(page.stored, "from", FormatDay(visit.Today()));
  page.save = [&](const DeskVisit& saving, std::int64_t) -> Result<std::string> {
    const Day from = TRY(ParseDay(saving.Typed("from")));
    Assistance saved = AssistanceOf(saving);
    TRY(saved.Place(id, VictimOf(record), saving.Typed("shelter"), WantedTyped(saving, record),
                    from));
    return saving.Link(RecordPath(id, "/assistance"));
  };
  return RunFormPage(visit, page);
}

Result<Response> EndPlacementPage(const DeskVisit& visit) {
  const OpenedRecord record = TRY(OpenRecord(visit, visit.request.Parameter("record")));
  const std::string& id = record.file.head.id;
  Assistance assistance = AssistanceOf(visit);
  const std::vector<Placement> placements = TRY(assistance.PlacementsOf(id));
  const auto found = std::find_if(placements.begin(), placements.end(), [&](const Placement& one) {
    return one.id == visit.request.Parameter("placement") && !one.until;
  });
  if (found == placements.end()) return Fail(ErrorCode::kNotFound, "there is no such placement");
  FormPage page;
  page.page = {.title = visit.T("place.end"),
               .lead = visit.T("place.end.lead"),
               .kind = "form",
               .section = "/cases",
               .crumbs = RecordCrumbs(visit, record.file.head)};
  page.page.crumbs.push_back({visit.T("do.assist"), visit.Link(RecordPath(id, "/assistance"))});
  page.form.action = visit.Link(RecordPath(id, "/placements/" + found->id));
  page.form.version = found->version;
  page.form.fields = {
      {.name = "on", .label = visit.T("place.end.on"), .kind = Kind::kDay, .required = true},
      {.name = "reason",
       .label = visit.T("place.end.reason"),
       .kind = Kind::kSelect,
       .choices = CodeChoices(visit, "placement_end", visit.T("choice.choose")),
       .required = true}};
  page.form.button = visit.T("place.end");
  Put(page.stored, "on", FormatDay(visit.Today()));
  page.save = [&](const DeskVisit& saving, std::int64_t version) -> Result<std::string> {
    const Day on = TRY(ParseDay(saving.Typed("on")));
    Assistance saved = AssistanceOf(saving);
    TRY(saved.EndPlacement(found->id, version, on, saving.Typed("reason")));
    return saving.Link(RecordPath(id, "/assistance"));
  };
  return RunFormPage(visit, page);
}

}  // namespace thb
