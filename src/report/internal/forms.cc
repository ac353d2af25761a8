// Forms of exploitation: sexual, labour and other; and children.

#include <algorithm>
#include <array>
#include <cmath>

#include "codes/format.h"
#include "report/internal/sections.h"
#include "report/wording.h"

namespace thb {
namespace {

constexpr const char* kSexual = "ICCS02041";
constexpr const char* kLabour = "ICCS02042";
constexpr const char* kOther = "ICCS02043_02044";
constexpr const char* kOfChildren = "age=Y_LT18";
// From this share on, a second place among the forms of a state is worth a sentence.
constexpr double kNotablePercent = 10;

std::string ShareOf(std::string_view form) {
  return "victims.share.exploitation." + std::string(form);
}

// "first", "second" or "third" among sexual, labour and other; "none" without figures or in a tie.
std::string RankOf(Composer& composer, const std::string& form) {
  const IndicatorValue own = composer.Read(ShareOf(form));
  if (!own.value) return "none";
  std::size_t above = 0;
  for (const char* other : {kSexual, kLabour, kOther}) {
    const IndicatorValue value = composer.Read(ShareOf(other));
    if (form == other || !value.value) continue;
    if (*value.value == *own.value) return "none";
    if (*value.value > *own.value) ++above;
  }
  constexpr std::array<const char*, 3> kRanks{"first", "second", "third"};
  return kRanks[above];
}

// The share of a form with its rank and movement; false where there are no figures.
bool AddForm(Composer& composer, ReportParagraph& paragraph, const std::string& form,
             const std::string& name) {
  const IndicatorValue share = composer.Read(ShareOf(form));
  if (!share.value) {
    composer.Add(paragraph, "form.none", {{"form", composer.Text("form." + name)}});
    return false;
  }
  composer.Add(paragraph, "form.share",
               {{"form", composer.Text("form." + name)},
                {"rank", RankOf(composer, form)},
                {"share", composer.Percent(share)},
                {"note", composer.Coverage(share)}});
  AddShareChange(composer, paragraph, ShareOf(form),
                 form == kOther ? "share.these_forms" : "share.this_form");
  return true;
}

// The states that a list indicator names, in a footnote behind their number.
void AddStateList(Composer& composer, ReportParagraph& paragraph, std::string_view id,
                  std::string_view key) {
  const IndicatorValue states = composer.Read(id);
  if (states.items.empty()) return;
  std::vector<std::string> codes;
  for (const IndicatorItem& item : states.items) codes.push_back(item.code);
  composer.Add(
      paragraph, key,
      {{"count", static_cast<double>(codes.size())},
       {"number",
        composer.Figure(
            composer.Text("count.words", {{"count", static_cast<double>(codes.size())}}), states)},
       {"note", composer.Note({Inline::Text(composer.States(codes) + ".")})}});
}

void AddLabourCitizens(Composer& composer, ReportParagraph& paragraph) {
  const std::string where = std::string("exploitation=") + kLabour;
  const IndicatorValue eu = composer.Read("victims.share.citizen.EU27_2020", where);
  const IndicatorValue non_eu = composer.Read("victims.share.citizen.NEU27_2020", where);
  if (!eu.value || !non_eu.value) return;
  const IndicatorValue other = composer.Read("victims.share.citizen.OTH", where);
  const IndicatorValue unknown = composer.Read("victims.share.citizen.UNK", where);
  Inlines note = composer.Coverage(eu);
  if (other.value && unknown.value && *other.value + *unknown.value >= 1) {
    note = composer.NoteWith(
        "note.labour_citizen",
        {{"other", composer.Percent(other)}, {"unknown", composer.Percent(unknown)}}, eu);
  }
  composer.Add(
      paragraph, "labour.citizen",
      {{"eu", composer.Percent(eu)}, {"non_eu", composer.Percent(non_eu)}, {"note", note}});
}

void AddLegalPersons(Composer& composer, ReportSection& section) {
  ReportParagraph paragraph;
  const IndicatorValue suspects = composer.Read("legal_persons.suspects.count");
  const IndicatorValue prosecutions = composer.Read("legal_persons.prosecutions.count");
  const IndicatorValue convictions = composer.Read("legal_persons.convictions.count");
  if (!suspects.value && !prosecutions.value && !convictions.value) {
    composer.Add(paragraph, "legal.none");
  } else {
    composer.Add(paragraph, "legal.counts",
                 {{"suspects", composer.Number(suspects)},
                  {"prosecutions", composer.Number(prosecutions)},
                  {"convictions", composer.Number(convictions)},
                  {"note", composer.Coverage(suspects)}});
  }
  section.blocks.push_back(std::move(paragraph));
}

// The place of a form among all single forms of a state, from 1; nothing where it has none.
std::optional<int> PlaceIn(Composer& composer, const std::string& state, const std::string& form) {
  const auto own = composer.ReadAt(ShareOf(form), state, composer.period()).value;
  if (!own || *own <= 0) return std::nullopt;
  int place = 1;
  for (const char* other :
       {kSexual, kLabour, "ORG", "BEG", "CRIM", "FMAR", "SHAM", "ADOPT", "SURR", "BENFR"}) {
    if (form == other) continue;
    const auto value = composer.ReadAt(ShareOf(other), state, composer.period()).value;
    if (value && *value >= *own) ++place;
  }
  return place;
}

void AddSecondPlaces(Composer& composer, ReportParagraph& paragraph, const std::string& form,
                     const std::string& name) {
  std::vector<Inlines> items;
  for (const std::string& state : composer.members()) {
    const IndicatorValue share = composer.ReadAt(ShareOf(form), state, composer.period());
    if (!share.value || *share.value < kNotablePercent) continue;
    if (PlaceIn(composer, state, form) != 2) continue;
    Inlines item{Inline::Text(composer.NameInText(state) + " (")};
    for (Inline& run : composer.Percent(share)) item.push_back(std::move(run));
    item.push_back(Inline::Text(")"));
    items.push_back(std::move(item));
  }
  if (items.empty()) return;
  composer.Add(paragraph, "other.second",
               {{"form", composer.Text("form." + name)}, {"states", composer.ListOf(items)}});
}

// The unknown, and what is left where the forms do not make up the whole.
void AddUnknownForm(Composer& composer, ReportParagraph& paragraph) {
  constexpr double kRoundingPercent = 2;  // four rounded shares
  const IndicatorValue unknown = composer.Read(ShareOf("UNK"));
  if (unknown.value && RoundHalfAway(*unknown.value, 0) > 0) {
    composer.Add(paragraph, "other.unknown", {{"unknown", composer.Percent(unknown)}});
  }
  double sum = unknown.value.value_or(0);
  for (const char* form : {kSexual, kLabour, kOther}) {
    sum += composer.Read(ShareOf(form)).value.value_or(0);
  }
  if (std::abs(sum - 100) <= kRoundingPercent) return;
  composer.Add(paragraph, "other.sum", {{"sum", FormatPercent(sum, 0, composer.tag())}});
}

void AddBeggingChildren(Composer& composer, ReportParagraph& paragraph) {
  const std::string where = "exploitation=BEG";
  const IndicatorValue children = composer.Read("victims.share.age.Y_LT18", where);
  const IndicatorValue adults = composer.Read("victims.share.age.Y_GE18", where);
  const IndicatorValue unknown = composer.Read("victims.share.age.UNK", where);
  if (!children.value || !adults.value || !unknown.value) return;
  composer.Add(paragraph, "other.begging_children",
               {{"children", composer.Percent(children)},
                {"note", composer.Note(composer.Say("note.begging_age",
                                                    {{"adults", composer.Percent(adults)},
                                                     {"unknown", composer.Percent(unknown)}}))}});
}

// Shares of the forms in a population, side by side with the preceding window where it has them.
std::optional<ReportChart> FormsChart(Composer& composer, const std::string& id,
                                      const std::string& where) {
  BarChart chart;
  chart.text = composer.MakeChartText(id, "chart." + id);
  chart.text.unit = composer.Text("unit.percent");
  chart.horizontal = true;
  chart.percent = true;
  const std::vector<std::pair<std::string, std::string>> forms{{kSexual, "series.sexual"},
                                                               {kLabour, "series.labour"},
                                                               {kOther, "series.other_forms"},
                                                               {"UNK", "series.unknown"}};
  for (const auto& [form, name] : forms) chart.categories.push_back(composer.Text(name));
  std::vector<std::vector<std::string>> ids(forms.size());
  for (const Period& period : {composer.period().Preceding(), composer.period()}) {
    Series series{period.ToString(), {}};
    bool any = false;
    for (std::size_t i = 0; i < forms.size(); ++i) {
      const IndicatorValue value = composer.ReadIn(ShareOf(forms[i].first), period, where);
      any = any || value.value;
      series.values.push_back(composer.ToChart(value));
    }
    if (!any) continue;
    for (std::size_t i = 0; i < forms.size(); ++i) {
      ids[i].push_back(composer.ReadIn(ShareOf(forms[i].first), period, where).FigureId());
    }
    chart.series.push_back(std::move(series));
  }
  if (chart.series.empty()) return std::nullopt;
  return ReportChart{chart.text.title, RenderBarChart(chart), chart.text.title,
                     composer.MakeChartTable(TableOf(chart), chart.text.title, ids), true};
}

void AddChildrenCitizens(Composer& composer, ReportParagraph& paragraph) {
  const IndicatorValue eu = composer.Read("victims.share.citizen.EU27_2020", kOfChildren);
  const IndicatorValue non_eu = composer.Read("victims.share.citizen.NEU27_2020", kOfChildren);
  if (!eu.value || !non_eu.value) return;
  const IndicatorValue own =
      composer.Read("victims.share.citizen.NAT", "age=Y_LT18;citizen=EU27_2020");
  const IndicatorValue unknown = composer.Read("victims.share.citizen.UNK", kOfChildren);
  const IndicatorValue other = composer.Read("victims.share.citizen.OTH", kOfChildren);
  Inlines note = composer.Coverage(eu);
  if (unknown.value && other.value && *unknown.value + *other.value >= 1) {
    note = composer.NoteWith(
        "note.children_citizen",
        {{"unknown", composer.Percent(unknown)}, {"other", composer.Percent(other)}}, eu);
  }
  composer.Add(paragraph, "children.citizen",
               {{"eu", composer.Percent(eu)},
                {"has_own", std::string(own.value ? "yes" : "no")},
                {"own", composer.Percent(own)},
                {"non_eu", composer.Percent(non_eu)},
                {"note", note}});
}

void AddChildrenForms(Composer& composer, ReportParagraph& paragraph) {
  const IndicatorValue sexual = composer.Read(ShareOf(kSexual), kOfChildren);
  const IndicatorValue labour = composer.Read(ShareOf(kLabour), kOfChildren);
  const IndicatorValue other = composer.Read(ShareOf(kOther), kOfChildren);
  const IndicatorValue begging = composer.Read(ShareOf("BEG"), kOfChildren);
  const IndicatorValue unknown = composer.Read(ShareOf("UNK"), kOfChildren);
  if (!sexual.value || !labour.value || !other.value) {
    composer.Add(paragraph, "children.no_forms");
    return;
  }
  Inlines note = composer.Coverage(sexual);
  if (unknown.value && RoundHalfAway(*unknown.value, 0) > 0) {
    note = composer.NoteWith("note.form_unknown", {{"unknown", composer.Percent(unknown)}}, sexual);
  }
  composer.Add(paragraph, "children.forms",
               {{"fraction", FractionWord(*sexual.value)},
                {"sexual", composer.Percent(sexual)},
                {"labour", composer.Percent(labour)},
                {"other", composer.Percent(other)},
                {"has_begging", std::string(begging.value ? "yes" : "no")},
                {"begging", composer.Percent(begging)},
                {"note", note}});
}

}  // namespace

ReportSection MakeSexualExploitation(Composer& composer) {
  ReportSection section{"sexual", composer.Text("sexual.heading"), 3, false, {}};
  ReportParagraph paragraph;
  if (AddForm(composer, paragraph, kSexual, "sexual")) {
    const std::string where = std::string("exploitation=") + kSexual;
    const IndicatorValue female = composer.Read("victims.share.sex.F", where);
    if (female.value) {
      composer.Add(paragraph, "sexual.female",
                   {{"female", composer.Percent(female)}, {"note", composer.Coverage(female)}});
    }
    IndicatorQuery query;
    query.where = where + ";sex=F";
    query.denominator = "known";
    query.period = composer.period();
    query.id = "victims.share.age.Y_GE18";
    const IndicatorValue adults = composer.ReadShare(query);
    query.id = "victims.share.age.Y_LT18";
    const IndicatorValue girls = composer.ReadShare(query);
    // Few covered by sex are fewer still by age.
    if (female.value && adults.value && girls.value) {
      composer.Add(paragraph, "sexual.ages",
                   {{"adults", composer.Percent(adults)}, {"girls", composer.Percent(girls)}});
    }
  }
  section.blocks.push_back(std::move(paragraph));
  if (auto chart = FormsChart(composer, "forms", "")) section.blocks.push_back(*std::move(chart));
  return section;
}

ReportSection MakeLabourExploitation(Composer& composer) {
  ReportSection section{"labour", composer.Text("labour.heading"), 3, false, {}};
  ReportParagraph paragraph;
  if (AddForm(composer, paragraph, kLabour, "labour")) {
    const std::string where = std::string("exploitation=") + kLabour;
    const IndicatorValue male = composer.Read("victims.share.sex.M", where);
    const IndicatorValue female = composer.Read("victims.share.sex.F", where);
    if (male.value && female.value) {
      composer.Add(paragraph, "labour.sex",
                   {{"male", composer.Percent(male)},
                    {"female", composer.Percent(female)},
                    {"most", std::string(*male.value > *female.value ? "male" : "female")},
                    {"note", composer.Coverage(male)}});
    }
    AddStateList(composer, paragraph, "states.main_form.ICCS02042", "labour.main_form");
    AddLabourCitizens(composer, paragraph);
  }
  section.blocks.push_back(std::move(paragraph));
  AddLegalPersons(composer, section);
  return section;
}

ReportSection MakeOtherForms(Composer& composer) {
  ReportSection section{"other", composer.Text("other.heading"), 3, false, {}};
  ReportParagraph paragraph;
  if (AddForm(composer, paragraph, kOther, "other")) {
    AddUnknownForm(composer, paragraph);
    const IndicatorValue both = composer.Read(ShareOf("BEG+CRIM"));
    if (both.value) {
      composer.Add(paragraph, "other.begging_criminality", {{"share", composer.Percent(both)}});
      AddSecondPlaces(composer, paragraph, "BEG", "begging");
      AddSecondPlaces(composer, paragraph, "CRIM", "criminality");
      AddBeggingChildren(composer, paragraph);
    } else {
      composer.Add(paragraph, "other.not_broken_down");
    }
    const IndicatorValue rare = composer.Read(ShareOf("ORG+BENFR"));
    if (rare.value) {
      composer.Add(paragraph, "other.organs_benefits", {{"share", composer.Percent(rare)}});
    }
  }
  section.blocks.push_back(std::move(paragraph));
  return section;
}

ReportSection MakeChildren(Composer& composer) {
  ReportSection section{"children", composer.Text("children.heading"), 3, false, {}};
  ReportParagraph paragraph;
  const IndicatorValue children = composer.Read("victims.share.age.Y_LT18");
  if (!children.value) {
    composer.Add(paragraph, "breakdown.none", {{"by", composer.Text("by.age")}});
    section.blocks.push_back(std::move(paragraph));
    return section;
  }
  composer.Add(paragraph, "children.share",
               {{"fraction", FractionWord(*children.value)},
                {"share", composer.Percent(children)},
                {"note", composer.Coverage(children)}});
  AddShareChange(composer, paragraph, "victims.share.age.Y_LT18", "share.children");
  const IndicatorValue girls = composer.Read("victims.share.sex.F", kOfChildren);
  if (girls.value) {
    composer.Add(paragraph, "children.girls",
                 {{"girls", composer.Percent(girls)}, {"note", composer.Coverage(girls)}});
  }
  AddChildrenCitizens(composer, paragraph);
  AddChildrenForms(composer, paragraph);
  section.blocks.push_back(std::move(paragraph));
  if (auto chart = FormsChart(composer, "children", kOfChildren)) {
    section.blocks.push_back(*std::move(chart));
  }
  return section;
}

}  // namespace thb
