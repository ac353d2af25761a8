// What states estimate of all victims, those not seen included, beside the registered numbers.

#include <algorithm>
#include <cmath>

#include "codes/format.h"
#include "report/internal/sections.h"

namespace thb {
namespace {

std::string Persons(Composer& composer, double value) {
  return FormatDecimal(std::round(value), 0, composer.tag());
}

// "Netherlands", with the years where they are not those of the report.
std::string RowName(Composer& composer, const NationalEstimate& e) {
  const std::string name = composer.Name(e.geo);
  return e.period == composer.period() ? name : name + " (" + e.period.ToString() + ")";
}

std::string IntervalText(Composer& composer, const NationalEstimate& e) {
  const std::string upper =
      e.upper ? Persons(composer, *e.upper) : composer.Text("hidden.no_bound");
  return composer.Text("hidden.interval",
                       {{"lower", Persons(composer, e.lower)},
                        {"upper", upper},
                        {"level", FormatDecimal(100 * e.level, 0, composer.tag())}});
}

std::string VerdictText(Composer& composer, const NationalEstimate& e) {
  return composer.Text("hidden.verdict." + (e.verdict.empty() ? "none" : e.verdict));
}

// In the order of the states' names, a state's own by period.
std::vector<NationalEstimate> Sorted(Composer& composer) {
  std::vector<NationalEstimate> rows;
  for (const std::string& state : composer.members()) {
    for (const NationalEstimate& e : composer.input().national) {
      if (e.geo == state) rows.push_back(e);
    }
  }
  return rows;
}

ReportCell Right(std::string text) {
  ReportCell cell = Composer::TextCell(std::move(text));
  cell.number = true;
  return cell;
}

// The verdict stands beside the number: it belongs to it.
ReportTable EstimatesTable(Composer& composer, const std::vector<NationalEstimate>& rows) {
  ReportTable table;
  table.caption = composer.Text("hidden.table");
  for (const char* column : {"column.state", "hidden.registered", "hidden.observed",
                             "hidden.estimate", "hidden.verdict", "hidden.range"}) {
    table.columns.push_back(composer.Text(column));
  }
  for (const NationalEstimate& e : rows) {
    table.rows.push_back({Composer::TextCell(RowName(composer, e)),
                          composer.NumberCell(composer.ReadAt("victims.count", e.geo, e.period)),
                          Right(Persons(composer, e.observed)), Right(Persons(composer, e.point)),
                          Composer::TextCell(VerdictText(composer, e)),
                          Right(IntervalText(composer, e))});
    table.notes.push_back(
        composer.Text("hidden.note", {{"state", RowName(composer, e)},
                                      {"population", e.population},
                                      {"method", e.method},
                                      {"source", e.source},
                                      {"file", e.file_name},
                                      {"synthetic", std::string(e.synthetic ? "yes" : "no")}}));
  }
  return table;
}

// The verdict stands at the bar, too: a drawing is read, and copied, without its table.
ReportChart EstimatesChart(Composer& composer, const std::vector<NationalEstimate>& rows) {
  BarChart chart;
  chart.text = composer.MakeChartText("chart-hidden", "hidden.chart");
  chart.horizontal = true;
  Series registered{composer.Text("hidden.registered"), {}};
  Series estimated{composer.Text("hidden.estimate"), {}};
  for (const NationalEstimate& e : rows) {
    chart.categories.push_back(RowName(composer, e));
    registered.values.push_back(
        composer.ToChart(composer.ReadAt("victims.count", e.geo, e.period)));
    ChartValue value;
    value.value = e.point;
    value.lower = e.lower;
    value.upper = e.upper;
    value.label = composer.Text("hidden.bar", {{"number", Persons(composer, e.point)},
                                               {"verdict", VerdictText(composer, e)}});
    estimated.values.push_back(std::move(value));
  }
  chart.series = {std::move(registered), std::move(estimated)};
  ReportChart block;
  block.caption = chart.text.title;
  block.summary = chart.text.description;
  block.table = composer.MakeChartTable(TableOf(chart), block.caption, {});
  block.table_on_paper = false;
  block.svg = RenderBarChart(chart);
  return block;
}

}  // namespace

ReportSection MakeHidden(Composer& composer) {
  const std::vector<NationalEstimate> rows = Sorted(composer);
  ReportSection section;
  section.id = "hidden";
  section.heading = composer.Text("hidden.heading");
  std::vector<std::string> states;
  for (const NationalEstimate& e : rows) {
    if (states.empty() || states.back() != e.geo) states.push_back(e.geo);
  }
  ReportParagraph intro;
  composer.Add(intro, "hidden.intro", {{"states", composer.States(states)}});
  composer.Add(intro, "hidden.reading");
  section.blocks.emplace_back(std::move(intro));
  section.blocks.emplace_back(EstimatesTable(composer, rows));
  section.blocks.emplace_back(EstimatesChart(composer, rows));
  section.blocks.emplace_back(ReportNotice{composer.Say("hidden.no_sum")});
  return section;
}

}  // namespace thb
