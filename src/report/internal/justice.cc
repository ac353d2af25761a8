// Suspects, prosecutions, convictions, use of services, and the agencies.

#include <algorithm>
#include <array>
#include <tuple>

#include "codes/format.h"
#include "report/internal/sections.h"
#include "report/wording.h"

namespace thb {
namespace {

constexpr std::array<const char*, 3> kStages{"suspects", "prosecutions", "convictions"};

// Rule 14: a ratio uses states that have both stages; that over all states stands beside it.
void AddRatio(Composer& composer, ReportParagraph& paragraph, const std::string& id,
              const std::string& what) {
  const IndicatorValue ratio = composer.Read(id);
  if (!ratio.value) return;
  Inlines note;
  if (ratio.value_all) {
    note = composer.Note(
        composer.Say("note.ratio_all", {{"all", FormatPercent(*ratio.value_all, 0, composer.tag())},
                                        {"count", static_cast<double>(ratio.reported.size())}}));
  }
  composer.Add(paragraph, "ratio.value",
               {{"what", composer.Text(what)}, {"value", composer.Percent(ratio)}, {"note", note}});
  AddShareChange(composer, paragraph, id, "share.this_ratio");
}

std::optional<ReportChart> StagesChart(Composer& composer) {
  const auto years = ChartYears(composer, "suspects");
  if (!years) return std::nullopt;
  BarChart chart;
  chart.text = composer.MakeChartText("stages", "chart.stages", {{"span", years->ToString()}});
  const ReportInput& input = composer.input();
  const Evaluator& evaluator = input.imputed != nullptr ? *input.imputed : input.reported;
  std::vector<std::vector<std::string>> ids;
  for (int year = years->first; year <= years->last; ++year) {
    chart.categories.push_back(std::to_string(year));
    ids.emplace_back();
  }
  for (const char* stage : kStages) {
    Series series{composer.Text("column." + std::string(stage)), {}};
    for (int year = years->first; year <= years->last; ++year) {
      IndicatorQuery query;
      query.id = std::string(stage) + ".count";
      query.period = Period{year, year};
      const IndicatorValue value = composer.ReadQuery(evaluator, query);
      series.values.push_back(composer.ToChart(value));
      ids[static_cast<std::size_t>(year - years->first)].push_back(value.FigureId());
    }
    chart.series.push_back(std::move(series));
  }
  return ReportChart{chart.text.title, RenderBarChart(chart), chart.text.title,
                     composer.MakeChartTable(TableOf(chart), chart.text.title, ids), true};
}

// Each count with a word of its own: one word never covers changes of different size (rule 15).
void AddUseChanges(Composer& composer, ReportParagraph& paragraph) {
  MessageArguments arguments;
  MessageArguments before;
  const Period preceding = composer.period().Preceding();
  std::vector<std::string> one_period_only;
  for (const std::string stage : kStages) {
    const IndicatorValue change = composer.Read("use_of_services." + stage + ".change");
    if (!change.value) return;
    one_period_only = change.one_period_only;
    arguments.emplace(stage + "_band", ChangeWord(*change.value));
    arguments.emplace(stage, composer.Signed(change));
    before.emplace(
        stage, composer.Number(composer.ReadIn("use_of_services." + stage + ".count", preceding)));
  }
  const IndicatorValue states = composer.ReadIn("states.reporting.use_of_services", preceding);
  before.emplace("count", static_cast<double>(states.items.size()));
  before.emplace("others", static_cast<double>(one_period_only.size()));
  before.emplace("one_period_only", composer.States(one_period_only));
  arguments.emplace("note", composer.Note(composer.Say("note.use_before", std::move(before))));
  composer.Add(paragraph, "use.change", std::move(arguments));
}

// The windows of agencies' figures that touch the period or its neighbours: years, then longer
// ones.
std::vector<Period> AgencyWindows(Composer& composer) {
  std::vector<Period> windows;
  const Period& period = composer.period();
  for (const std::string& time : composer.input().reported.snapshot().Times("thb_agency")) {
    const Result<Period> window = ParsePeriod(time);
    if (!window || window->last < period.Preceding().first || window->first > period.last + 2) {
      continue;
    }
    windows.push_back(*window);
  }
  std::sort(windows.begin(), windows.end(), [](const Period& a, const Period& b) {
    return std::make_tuple(a.years(), a.first, a.half) <
           std::make_tuple(b.years(), b.first, b.half);
  });
  return windows;
}

// Per year too: a window of three years is not compared with one of two (rule 14).
ReportTable AgencyTable(Composer& composer, bool& any) {
  ReportTable table;
  table.caption = composer.Text("agencies.table");
  for (const char* column :
       {"column.subject", "column.period", "column.number", "column.per_year"}) {
    table.columns.push_back(composer.Text(column));
  }
  for (const char* measure : {"eurojust.cases", "eurojust.jits", "europol.meetings"}) {
    for (const Period& window : AgencyWindows(composer)) {
      const IndicatorValue value = composer.ReadIn(std::string(measure) + ".count", window);
      if (!value.value) continue;
      any = true;
      ReportCell per_year = composer.TextCell(
          window.half != 0 ? "–" : FormatDecimal(*value.value / window.years(), 1, composer.tag()));
      per_year.number = true;
      table.rows.push_back({composer.TextCell(composer.Text("topic." + std::string(measure))),
                            composer.TextCell(window.ToString()), composer.NumberCell(value),
                            std::move(per_year)});
    }
  }
  return table;
}

}  // namespace

ReportSection MakeJustice(Composer& composer) {
  ReportSection section{"justice", composer.Text("justice.heading"), 2, false, {}};
  ReportParagraph suspects;
  if (AddCount(composer, suspects, "suspects")) {
    const IndicatorValue eu = composer.Read("suspects.share.citizen.EU27_2020");
    if (eu.value) {
      composer.Add(suspects, "justice.eu_suspects",
                   {{"share", composer.Percent(eu)}, {"note", composer.Coverage(eu)}});
    }
  }
  section.blocks.push_back(std::move(suspects));
  ReportParagraph prosecutions;
  AddCount(composer, prosecutions, "prosecutions");
  section.blocks.push_back(std::move(prosecutions));
  ReportParagraph convictions;
  AddCount(composer, convictions, "convictions");
  section.blocks.push_back(std::move(convictions));
  ReportParagraph ratios;
  AddRatio(composer, ratios, "prosecutions.per_suspect", "ratio.prosecutions_per_suspect");
  AddRatio(composer, ratios, "convictions.per_prosecution", "ratio.convictions_per_prosecution");
  if (!ratios.runs.empty()) {
    composer.Add(ratios, "ratio.no_cohort");
    section.blocks.push_back(std::move(ratios));
  }
  if (auto chart = StagesChart(composer)) section.blocks.push_back(*std::move(chart));
  return section;
}

ReportSection MakeUseOfServices(Composer& composer) {
  ReportSection section{"services", composer.Text("use.heading"), 3, false, {}};
  ReportParagraph paragraph;
  const IndicatorValue states = composer.Read("states.reporting.use_of_services");
  const IndicatorValue suspects = composer.Read("use_of_services.suspects.count");
  if (states.items.empty() || !suspects.value) {
    composer.Add(paragraph, "use.none");
  } else {
    std::vector<std::string> codes;
    for (const IndicatorItem& item : states.items) codes.push_back(item.code);
    const double count = static_cast<double>(codes.size());
    composer.Add(
        paragraph, "use.counts",
        {{"number", composer.Figure(composer.Text("count.words", {{"count", count}}), states)},
         {"count", count},
         {"states", composer.Note({Inline::Text(composer.States(codes) + ".")})},
         {"suspects", composer.Number(suspects)},
         {"prosecutions", composer.Number(composer.Read("use_of_services.prosecutions.count"))},
         {"convictions", composer.Number(composer.Read("use_of_services.convictions.count"))}});
    AddUseChanges(composer, paragraph);
    composer.Add(paragraph, "ratio.no_cohort");
  }
  section.blocks.push_back(std::move(paragraph));
  return section;
}

ReportSection MakeAgencies(Composer& composer) {
  ReportSection section{"agencies", composer.Text("agencies.heading"), 3, false, {}};
  bool any = false;
  ReportTable table = AgencyTable(composer, any);
  if (!any) {
    section.blocks.push_back(ReportParagraph{composer.Say("agencies.none")});
    return section;
  }
  ReportParagraph paragraph;
  const IndicatorValue cases = composer.Read("eurojust.cases.count");
  const IndicatorValue before =
      composer.ReadIn("eurojust.cases.count", composer.period().Preceding());
  if (cases.value) {
    composer.Add(paragraph, "agencies.cases", {{"cases", composer.Number(cases)}});
    const IndicatorValue change = composer.Read("eurojust.cases.change");
    if (before.value && change.value) {
      composer.Add(paragraph, "change.total",
                   {{"band", ChangeWord(*change.value)},
                    {"base", composer.Number(before)},
                    {"change", composer.Signed(change)},
                    {"note", Inlines{}}});
    }
  }
  composer.Add(paragraph, "agencies.windows");
  section.blocks.push_back(std::move(paragraph));
  section.blocks.push_back(std::move(table));
  return section;
}

}  // namespace thb
