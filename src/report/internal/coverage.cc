// Which Member States reported, and the estimates for those that did not.

#include <algorithm>
#include <array>

#include "base/text.h"
#include "codes/format.h"
#include "report/internal/sections.h"

namespace thb {
namespace {

constexpr std::array<const char*, 4> kPopulations{"victims", "suspects", "prosecutions",
                                                  "convictions"};

// Years as ranges: "2008–2010, 2021".
std::string YearRanges(const std::vector<int>& years) {
  std::string text;
  for (std::size_t i = 0; i < years.size();) {
    std::size_t end = i;
    while (end + 1 < years.size() && years[end + 1] == years[end] + 1) ++end;
    if (!text.empty()) text += ", ";
    text += std::to_string(years[i]);
    if (end > i) text += "–" + std::to_string(years[end]);
    i = end + 1;
  }
  return text;
}

void AddCoverageSentence(Composer& composer, ReportList& list, const std::string& population) {
  const IndicatorValue count = composer.Read(population + ".count");
  const std::size_t members = composer.members().size();
  MessageArguments arguments{{"what", composer.Text("topic." + population)},
                             {"members", static_cast<double>(members)},
                             {"count", static_cast<double>(members - count.missing.size())}};
  if (!count.value) {
    list.items.push_back(composer.Say("coverage.none", arguments));
  } else if (count.missing.empty()) {
    list.items.push_back(composer.Say("coverage.all", arguments));
  } else {
    arguments.emplace("note", composer.Coverage(count));
    list.items.push_back(composer.Say("coverage.some", arguments));
  }
}

// How many Member States reported, population by year.
ReportTable ReportersTable(Composer& composer) {
  ReportTable table;
  table.caption = composer.Text("coverage.table",
                                {{"members", static_cast<double>(composer.members().size())}});
  table.columns = {composer.Text("column.subject")};
  const Period& period = composer.period();
  for (int year = period.first; year <= period.last; ++year) {
    table.columns.push_back(std::to_string(year));
  }
  table.wide = period.years() > 8;
  for (const char* population : kPopulations) {
    std::vector<ReportCell> row{
        Composer::TextCell(composer.Text("topic." + std::string(population)))};
    for (int year = period.first; year <= period.last; ++year) {
      const std::size_t missing = composer.MissingIn(population, year).size();
      ReportCell cell = Composer::TextCell(composer.Count(composer.members().size() - missing));
      cell.number = true;
      row.push_back(std::move(cell));
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

// The years that each state with gaps is missing; without those that nobody reported.
ReportTable GapsTable(Composer& composer) {
  ReportTable table;
  table.caption = composer.Text("coverage.gaps");
  table.columns = {composer.Text("column.state")};
  for (const char* population : kPopulations) {
    table.columns.push_back(composer.Text("column." + std::string(population)));
  }
  const Period& period = composer.period();
  for (const std::string& state : composer.members()) {
    std::vector<ReportCell> row{Composer::TextCell(composer.Name(state))};
    bool any = false;
    for (const char* population : kPopulations) {
      std::vector<int> years;
      const bool nobody = !composer.Read(std::string(population) + ".count").value;
      for (int year = period.first; !nobody && year <= period.last; ++year) {
        const std::vector<std::string> missing = composer.MissingIn(population, year);
        if (std::find(missing.begin(), missing.end(), state) != missing.end())
          years.push_back(year);
      }
      any = any || !years.empty();
      row.push_back(Composer::TextCell(YearRanges(years)));
    }
    if (any) table.rows.push_back(std::move(row));
  }
  return table;
}

// A figure as the states sent it beside the same with estimates.
struct Estimate {
  std::string population;
  int year = 0;
  IndicatorValue reported;
  IndicatorValue estimated;
  double reported_sum = 0;  // without states whose figure is estimated
  std::size_t reporters = 0;
};

double SumOf(Composer& composer, const Evaluator& evaluator, const std::string& population,
             int year, const std::vector<std::string>& states) {
  double sum = 0;
  for (const std::string& state : states) {
    IndicatorQuery query;
    query.id = population + ".count";
    query.geo = state;
    query.period = Period{year, year};
    sum += composer.ReadQuery(evaluator, std::move(query)).value.value_or(0);
  }
  return sum;
}

std::vector<Estimate> FindEstimates(Composer& composer) {
  std::vector<Estimate> estimates;
  const ReportInput& input = composer.input();
  const Evaluator& evaluator = input.imputed != nullptr ? *input.imputed : input.reported;
  for (int year = composer.period().first; year <= composer.period().last + 1; ++year) {
    for (const char* population : kPopulations) {
      IndicatorQuery query;
      query.id = std::string(population) + ".count";
      query.period = Period{year, year};
      Estimate estimate{population, year, composer.ReadQuery(input.reported, query),
                        composer.ReadQuery(evaluator, query)};
      // A year of which nobody sent anything is not a gap to be filled.
      if (!estimate.reported.value || estimate.estimated.estimated.empty()) continue;
      const auto& already = estimate.reported.estimated;
      estimate.reported_sum =
          *estimate.reported.value - SumOf(composer, input.reported, population, year, already);
      estimate.reporters =
          composer.members().size() - estimate.reported.missing.size() - already.size();
      estimates.push_back(std::move(estimate));
    }
  }
  return estimates;
}

ReportTable EstimatesTable(Composer& composer, const std::vector<Estimate>& estimates) {
  ReportTable table;
  table.caption = composer.Text("estimates.table");
  for (const char* column : {"column.subject", "column.year", "column.as_reported",
                             "column.reporters", "column.with_estimates", "column.estimated_for"}) {
    table.columns.push_back(composer.Text(column));
  }
  for (const Estimate& estimate : estimates) {
    std::vector<ReportCell> row{Composer::TextCell(composer.Text("topic." + estimate.population)),
                                Composer::TextCell(std::to_string(estimate.year))};
    ReportCell reported{{}, true};
    const std::string sum = FormatDecimal(estimate.reported_sum, 0, composer.tag());
    reported.runs = estimate.reported.estimated.empty()
                        ? Inlines{Inline::Figure(sum, estimate.reported.FigureId())}
                        : Inlines{Inline::Text(sum)};
    row.push_back(std::move(reported));
    ReportCell reporters = Composer::TextCell(composer.Count(estimate.reporters));
    reporters.number = true;
    row.push_back(std::move(reporters));
    row.push_back(composer.NumberCell(estimate.estimated));
    row.push_back(Composer::TextCell(composer.States(estimate.estimated.estimated)));
    table.rows.push_back(std::move(row));
  }
  table.notes.push_back(composer.Text("marks.estimated"));
  return table;
}

}  // namespace

ReportSection MakeCoverage(Composer& composer) {
  ReportSection section{"coverage", composer.Text("coverage.heading"), 2, false, {}};
  section.blocks.push_back(ReportParagraph{composer.Say("coverage.intro")});
  ReportList list;
  for (const char* population : kPopulations) AddCoverageSentence(composer, list, population);
  section.blocks.push_back(std::move(list));
  if (composer.period().years() > 1) section.blocks.push_back(ReportersTable(composer));
  ReportTable gaps = GapsTable(composer);
  if (!gaps.rows.empty()) section.blocks.push_back(std::move(gaps));
  section.blocks.push_back(ReportParagraph{composer.Say("coverage.missing")});
  return section;
}

ReportSection MakeEstimates(Composer& composer) {
  ReportSection section{"estimates", composer.Text("estimates.heading"), 3, false, {}};
  const std::vector<Estimate> estimates = FindEstimates(composer);
  if (estimates.empty()) {
    section.blocks.push_back(ReportParagraph{composer.Say("estimates.none")});
    return section;
  }
  ReportParagraph paragraph;
  composer.Add(paragraph, "estimates.intro", {{"method", composer.MethodName()}});
  for (const Estimate& estimate : estimates) {
    if (estimate.year <= composer.period().last) continue;
    composer.Add(paragraph, "estimates.next",
                 {{"year", std::to_string(estimate.year)},
                  {"what", composer.Text("noun." + estimate.population)},
                  {"value", composer.Number(estimate.estimated)},
                  {"reported", FormatDecimal(estimate.reported_sum, 0, composer.tag())},
                  {"count", static_cast<double>(estimate.reporters)},
                  {"note", composer.Coverage(estimate.estimated)}});
  }
  section.blocks.push_back(std::move(paragraph));
  section.blocks.push_back(EstimatesTable(composer, estimates));
  return section;
}

}  // namespace thb
