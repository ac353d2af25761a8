// The shelters of one's organisation and their places. Where a shelter is stands on the page of
// that one alone, for those who keep it (casework rule 14).

#include <array>
#include <map>

#include "base/text.h"
#include "referral/assistance.h"
#include "web/internal/desk/pages.h"
#include "web/internal/desk/records.h"

namespace thb {
namespace {

using Kind = DeskField::Kind;

Assistance AssistanceOf(const DeskVisit& visit) {
  return {visit.site.assistance_kinds(), visit.work};
}

constexpr std::array<const char*, 4> kTraits = {"takes_children", "takes_unknown_age", "step_free",
                                                "day_and_night"};

bool& TraitOf(Shelter& shelter, std::string_view trait) {
  if (trait == "takes_children") return shelter.takes_children;
  if (trait == "takes_unknown_age") return shelter.takes_unknown_age;
  if (trait == "step_free") return shelter.step_free;
  return shelter.day_and_night;
}

std::string TraitWords(const DeskVisit& visit, Shelter shelter) {
  std::string words;
  for (const char* trait : kTraits) {
    if (!TraitOf(shelter, trait)) continue;
    words += (words.empty() ? "" : ", ") + visit.T("shelter." + std::string(trait));
  }
  return words;
}

std::vector<FieldChoice> SexChoices(const DeskVisit& visit) {
  return {{"T", visit.T("shelter.for_all")},
          {"F", visit.LabelOf("sex", "F")},
          {"M", visit.LabelOf("sex", "M")}};
}

std::string SexWord(const DeskVisit& visit, const std::string& sex) {
  return sex == "T" ? visit.T("shelter.for_all") : visit.LabelOf("sex", sex);
}

std::vector<DeskField> ShelterFields(const DeskVisit& visit) {
  std::vector<FieldChoice> traits;
  for (const char* trait : kTraits) {
    traits.push_back({trait, visit.T("shelter." + std::string(trait))});
  }
  return {{.name = "label",
           .label = visit.T("shelter.label"),
           .help = visit.T("shelter.label.help"),
           .required = true,
           .max_bytes = 100},
          {.name = "places", .label = visit.T("shelter.places"), .required = true, .max_bytes = 5},
          {.name = "open",
           .label = visit.T("shelter.open"),
           .kind = Kind::kRadio,
           .choices = {{"yes", visit.T("choice.yes")}, {"no", visit.T("choice.no")}},
           .required = true},
          {.name = "for_sex",
           .label = visit.T("shelter.for_sex"),
           .kind = Kind::kSelect,
           .choices = SexChoices(visit),
           .required = true},
          {.name = "traits",
           .label = visit.T("shelter.traits"),
           .kind = Kind::kChecks,
           .choices = traits},
          {.name = "restrictions",
           .label = visit.T("shelter.restrictions"),
           .kind = Kind::kArea,
           .help = visit.T("shelter.restrictions.help"),
           .max_bytes = kMaxAssistanceText},
          {.name = "location",
           .label = visit.T("shelter.location"),
           .kind = Kind::kArea,
           .help = visit.T("shelter.location.help"),
           .max_bytes = kMaxAssistanceText}};
}

FormValues ValuesOf(Shelter shelter) {
  FormValues values;
  Put(values, "label", shelter.label);
  Put(values, "places", std::to_string(shelter.places));
  Put(values, "open", shelter.open ? "yes" : "no");
  Put(values, "for_sex", shelter.for_sex);
  for (const char* trait : kTraits) {
    if (TraitOf(shelter, trait)) values["traits"].emplace_back(trait);
  }
  Put(values, "restrictions", shelter.restrictions);
  Put(values, "location", shelter.location);
  return values;
}

Result<Shelter> ShelterTyped(const DeskVisit& visit, Shelter shelter, std::int64_t version) {
  const auto places = ParseInt(visit.Typed("places"));
  constexpr std::int64_t kMost = 10'000;
  if (!places || *places < 0 || *places > kMost) {
    return Fail(ErrorCode::kBadValue, "not a number of places", "places", "write 4");
  }
  shelter.label = visit.Typed("label");
  shelter.places = static_cast<int>(*places);
  shelter.open = visit.Typed("open") == "yes";
  shelter.for_sex = visit.Typed("for_sex");
  for (const char* trait : kTraits) TraitOf(shelter, trait) = false;
  if (const auto typed = visit.typed.find("traits"); typed != visit.typed.end()) {
    for (const std::string& trait : typed->second) TraitOf(shelter, trait) = true;
  }
  shelter.restrictions = visit.Typed("restrictions");
  shelter.location = visit.Typed("location");
  shelter.version = version;
  return shelter;
}

FormPage ShelterForm(const DeskVisit& visit, const Shelter& shelter, const std::string& path) {
  FormPage page;
  page.page = {.title = shelter.label.empty() ? visit.T("shelter.new") : shelter.label,
               .lead = visit.T("shelter.lead"),
               .kind = "form",
               .section = "/organisation",
               .crumbs = {{visit.T("shelters.question"), visit.Link("/shelters")}}};
  page.form.action = visit.Link(path);
  page.form.fields = ShelterFields(visit);
  page.form.button = visit.T("form.save");
  if (!shelter.id.empty()) page.form.version = shelter.version;
  page.stored = ValuesOf(shelter);
  page.save = [shelter](const DeskVisit& saving, std::int64_t version) -> Result<std::string> {
    Assistance assistance = AssistanceOf(saving);
    TRY(assistance.SaveShelter(TRY(ShelterTyped(saving, shelter, version))));
    return saving.Link("/shelters");
  };
  return page;
}

}  // namespace

Result<Response> SheltersPage(const DeskVisit& visit) {
  Assistance assistance = AssistanceOf(visit);
  const std::vector<Shelter> shelters = TRY(assistance.Shelters());
  std::map<std::string, int> free;
  for (const ShelterAvailability& one : TRY(assistance.FindPlaces({})))
    free[one.shelter] = one.free;
  DataTable table{.id = "shelters",
                  .caption = visit.T("shelters.caption"),
                  .columns = {{visit.T("shelter.label")},
                              {visit.T("shelter.places"), true},
                              {visit.T("shelter.free"), true},
                              {visit.T("shelter.for_sex")},
                              {visit.T("shelter.traits")}},
                  .rows = {},
                  .empty = visit.T("shelters.none"),
                  .notes = {visit.T("shelters.note")}};
  for (const Shelter& shelter : shelters) {
    Html name = TextLink(visit.Link("/shelters/" + shelter.id), shelter.label);
    if (!shelter.open) name += Html(" ") + StatusWord(visit.T("word.closed"));
    table.rows.push_back({name, Html(std::to_string(shelter.places)),
                          Html(std::to_string(free[shelter.id])),
                          Html(SexWord(visit, shelter.for_sex)), Html(TraitWords(visit, shelter))});
  }
  DeskPage page{.title = visit.T("shelters.question"), .kind = "list", .section = "/organisation"};
  page.body = RenderTable(visit, table) +
              El("p", TextLink(visit.Link("/shelters/new"), visit.T("shelter.new")));
  return RenderDeskPage(visit, page);
}

Result<Response> NewShelterPage(const DeskVisit& visit) {
  Shelter shelter;
  shelter.for_sex = "T";
  return RunFormPage(visit, ShelterForm(visit, shelter, "/shelters/new"));
}

Result<Response> ShelterPage(const DeskVisit& visit) {
  Assistance assistance = AssistanceOf(visit);
  const std::string id = visit.request.Parameter("shelter");
  for (const Shelter& shelter : TRY(assistance.Shelters())) {
    if (shelter.id == id) return RunFormPage(visit, ShelterForm(visit, shelter, "/shelters/" + id));
  }
  return Fail(ErrorCode::kNotFound, "there is no such shelter");
}

}  // namespace thb
