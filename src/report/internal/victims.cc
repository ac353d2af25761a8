// Victims: number, sex, age and citizenship.

#include <algorithm>

#include "codes/format.h"
#include "report/internal/sections.h"
#include "report/wording.h"

namespace thb {
namespace {

constexpr std::size_t kTopNationalities = 5;

// Periods that a chart compares: the preceding window and the period, as far as there are data.
std::vector<Period> ComparedPeriods(Composer& composer, std::string_view share) {
  std::vector<Period> periods;
  for (const Period& period : {composer.period().Preceding(), composer.period()}) {
    if (composer.ReadIn(share, period).value) periods.push_back(period);
  }
  return periods;
}

// A stacked chart of shares by period.
std::optional<ReportChart> SharesChart(Composer& composer, const std::string& id,
                                       const std::vector<std::string>& shares,
                                       const std::vector<std::string>& names) {
  const std::vector<Period> periods = ComparedPeriods(composer, shares.front());
  if (periods.empty()) return std::nullopt;
  BarChart chart;
  chart.text = composer.MakeChartText(id, "chart." + id);
  chart.text.unit = composer.Text("unit.percent");
  chart.stacked = true;
  chart.horizontal = true;
  chart.percent = true;
  std::vector<std::vector<std::string>> ids(periods.size());
  for (const Period& period : periods) chart.categories.push_back(period.ToString());
  for (std::size_t s = 0; s < shares.size(); ++s) {
    Series series{composer.Text(names[s]), {}};
    for (std::size_t p = 0; p < periods.size(); ++p) {
      const IndicatorValue value = composer.ReadIn(shares[s], periods[p]);
      series.values.push_back(composer.ToChart(value));
      ids[p].push_back(value.FigureId());
    }
    chart.series.push_back(std::move(series));
  }
  return ReportChart{chart.text.title, RenderBarChart(chart), chart.text.title,
                     composer.MakeChartTable(TableOf(chart), chart.text.title, ids), true};
}

std::optional<ReportChart> YearsChart(Composer& composer) {
  const auto years = ChartYears(composer, "victims");
  if (!years) return std::nullopt;
  BarChart chart;
  chart.text = composer.MakeChartText("years", "chart.years", {{"span", years->ToString()}});
  const ReportInput& input = composer.input();
  const Evaluator& evaluator = input.imputed != nullptr ? *input.imputed : input.reported;
  Series series{composer.Text("column.victims"), {}};
  std::vector<std::vector<std::string>> ids;
  for (int year = years->first; year <= years->last; ++year) {
    IndicatorQuery query;
    query.id = "victims.count";
    query.period = Period{year, year};
    const IndicatorValue value = composer.ReadQuery(evaluator, query);
    chart.categories.push_back(YearLabel(composer, "victims", year));
    series.values.push_back(composer.ToChart(value));
    ids.push_back({value.FigureId()});
  }
  chart.series.push_back(std::move(series));
  ReportTable table = composer.MakeChartTable(TableOf(chart), chart.text.title, ids);
  table.notes.push_back(composer.Text("chart.reporters"));
  return ReportChart{chart.text.title, RenderBarChart(chart), chart.text.title, std::move(table),
                     true};
}

std::optional<ReportChart> StatesMap(Composer& composer) {
  const bool rate = composer.Read("victims.rate").value.has_value();
  const std::string id = rate ? "victims.rate" : "victims.count";
  MapChart chart;
  chart.text = composer.MakeChartText("map", rate ? "chart.map_rate" : "chart.map_count");
  bool any = false;
  for (const std::string& state : composer.members()) {
    const IndicatorValue value = composer.ReadAt(id, state, composer.period());
    any = any || value.value.has_value();
    chart.values.emplace(state, composer.ToChart(value));
  }
  if (!any) return std::nullopt;
  Result<std::string> svg = RenderMap(chart);
  if (!svg) {
    composer.Fail(std::move(svg).error());
    return std::nullopt;
  }
  return ReportChart{chart.text.title, *std::move(svg), chart.text.title,
                     composer.MakeChartTable(TableOf(chart), chart.text.title, {}), false};
}

void AddSex(Composer& composer, ReportSection& section) {
  ReportParagraph paragraph;
  const IndicatorValue female = composer.Read("victims.share.sex.F");
  const IndicatorValue male = composer.Read("victims.share.sex.M");
  const IndicatorValue unknown = composer.Read("victims.share.sex.UNK");
  if (!female.value || !male.value) {
    composer.Add(paragraph, "breakdown.none", {{"by", composer.Text("by.sex")}});
    section.blocks.push_back(std::move(paragraph));
    return;
  }
  Inlines note = composer.Coverage(female);
  if (unknown.value && RoundHalfAway(*unknown.value, 0) > 0) {
    note = composer.NoteWith("note.sex_unknown", {{"unknown", composer.Percent(unknown)}}, female);
  }
  composer.Add(paragraph, "sex.shares",
               {{"female", composer.Percent(female)},
                {"male", composer.Percent(male)},
                {"most", std::string(*female.value > *male.value ? "female" : "male")},
                {"note", note}});
  AddShareChange(composer, paragraph, "victims.share.sex.M", "share.male");
  section.blocks.push_back(std::move(paragraph));
  if (auto chart = SharesChart(
          composer, "sex", {"victims.share.sex.F", "victims.share.sex.M", "victims.share.sex.UNK"},
          {"series.female", "series.male", "series.unknown"})) {
    section.blocks.push_back(*std::move(chart));
  }
}

void AddAge(Composer& composer, ReportSection& section) {
  ReportParagraph paragraph;
  const IndicatorValue children = composer.Read("victims.share.age.Y_LT18");
  const IndicatorValue adults = composer.Read("victims.share.age.Y_GE18");
  const IndicatorValue unknown = composer.Read("victims.share.age.UNK");
  if (!children.value || !adults.value) {
    composer.Add(paragraph, "breakdown.none", {{"by", composer.Text("by.age")}});
  } else {
    Inlines note = composer.Coverage(children);
    if (unknown.value && RoundHalfAway(*unknown.value, 0) > 0) {
      note =
          composer.NoteWith("note.age_unknown", {{"unknown", composer.Percent(unknown)}}, children);
    }
    composer.Add(paragraph, "age.shares",
                 {{"children", composer.Percent(children)},
                  {"adults", composer.Percent(adults)},
                  {"note", note}});
  }
  section.blocks.push_back(std::move(paragraph));
}

// The first nationalities in words; equal ranks at the end are all named.
void AddTop(Composer& composer, ReportParagraph& paragraph, const std::string& group,
            std::string_view key) {
  const IndicatorValue top = composer.Read("victims.top.citizen", "citizen=" + group);
  std::vector<std::string> names;
  for (const IndicatorItem& item : top.items) {
    if (static_cast<std::size_t>(item.rank) > kTopNationalities) break;
    names.push_back(composer.NameInText(item.code));
  }
  if (names.empty()) return;
  const bool uncertain =
      std::find(top.warnings.begin(), top.warnings.end(), "rank_uncertain") != top.warnings.end();
  Inlines note;
  if (uncertain) note = composer.Note(composer.Say("note.rank_uncertain"));
  composer.Add(paragraph, key,
               {{"list", composer.Figure(composer.List(names), top)},
                {"count", static_cast<double>(names.size())},
                {"note", note}});
}

void AddOwnNationals(Composer& composer, ReportParagraph& paragraph) {
  const IndicatorValue own = composer.Read("victims.share.citizen.NAT");
  if (!own.value) return;
  composer.Add(paragraph, "citizen.own", {{"own", composer.Percent(own)}});
  const IndicatorValue states = composer.Read("states.own_nationals");
  std::vector<std::string> codes;
  for (const IndicatorItem& item : states.items) codes.push_back(item.code);
  if (codes.empty()) return;
  composer.Add(paragraph, "citizen.own_states",
               {{"states", composer.Figure(composer.States(codes), states)},
                {"count", static_cast<double>(codes.size())}});
}

void AddCitizenship(Composer& composer, ReportSection& section) {
  ReportParagraph paragraph;
  const IndicatorValue eu = composer.Read("victims.share.citizen.EU27_2020");
  const IndicatorValue non_eu = composer.Read("victims.share.citizen.NEU27_2020");
  if (!eu.value || !non_eu.value) {
    composer.Add(paragraph, "breakdown.none", {{"by", composer.Text("by.citizen")}});
  } else {
    const IndicatorValue unknown = composer.Read("victims.share.citizen.UNK");
    const IndicatorValue other = composer.Read("victims.share.citizen.OTH");
    Inlines note = composer.Coverage(eu);
    if (unknown.value && other.value && *unknown.value + *other.value >= 1) {
      note = composer.NoteWith(
          "note.citizen_unknown",
          {{"unknown", composer.Percent(unknown)}, {"other", composer.Percent(other)}}, eu);
    }
    composer.Add(
        paragraph, "citizen.shares",
        {{"eu", composer.Percent(eu)}, {"non_eu", composer.Percent(non_eu)}, {"note", note}});
  }
  AddTop(composer, paragraph, "EU27_2020", "citizen.top_eu");
  AddTop(composer, paragraph, "NEU27_2020", "citizen.top_non_eu");
  AddOwnNationals(composer, paragraph);
  section.blocks.push_back(std::move(paragraph));
  if (auto chart = SharesChart(
          composer, "citizen",
          {"victims.share.citizen.NAT", "victims.share.citizen.EU27_2020_FOR",
           "victims.share.citizen.NEU27_2020", "victims.share.citizen.OTH",
           "victims.share.citizen.UNK"},
          {"series.own", "series.other_eu", "series.non_eu", "series.other", "series.unknown"})) {
    section.blocks.push_back(*std::move(chart));
  }
}

}  // namespace

ReportSection MakeVictims(Composer& composer) {
  ReportSection section{"victims", composer.Text("victims.heading"), 2, false, {}};
  ReportParagraph paragraph;
  const bool any = AddCount(composer, paragraph, "victims");
  if (any) {
    const IndicatorValue rate = composer.Read("victims.rate");
    if (rate.value) {
      composer.Add(paragraph, "victims.rate",
                   {{"rate", composer.Number(rate)}, {"note", composer.Coverage(rate)}});
    }
    composer.Add(paragraph, "victims.caveat");
  }
  section.blocks.push_back(std::move(paragraph));
  if (auto chart = YearsChart(composer)) section.blocks.push_back(*std::move(chart));
  if (!any) return section;
  AddSex(composer, section);
  AddAge(composer, section);
  AddCitizenship(composer, section);
  if (auto map = StatesMap(composer)) section.blocks.push_back(*std::move(map));
  return section;
}

}  // namespace thb
