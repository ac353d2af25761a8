#include <algorithm>

#include "base/text.h"
#include "chart/chart.h"
#include "chart/internal/shown.h"
#include "chart/internal/words.h"
#include "codes/names.h"

namespace thb {
namespace {

ChartTable MakeTable(std::string_view first_heading, const std::vector<std::string>& categories,
                     const std::vector<Series>& series, const ChartText& text, bool percent) {
  const auto shown = ShowAll(series, categories.size(), text, percent);
  ChartTable table;
  table.header.push_back(ChartWord(first_heading, text.language));
  for (const Series& one : series) {
    table.header.push_back(one.name);
  }
  for (std::size_t c = 0; c < categories.size(); ++c) {
    std::vector<std::string>& row = table.rows.emplace_back();
    row.push_back(categories[c]);
    for (const std::vector<Shown>& values : shown) {
      row.push_back(values[c].table_text);
    }
  }
  return table;
}

}  // namespace

ChartTable TableOf(const BarChart& chart) {
  return MakeTable("category", chart.categories, chart.series, chart.text, chart.percent);
}

ChartTable TableOf(const LineChart& chart) {
  return MakeTable("period", chart.categories, chart.series, chart.text, chart.percent);
}

ChartTable TableOf(const Pyramid& chart) {
  return MakeTable("group", chart.groups, {chart.left, chart.right}, chart.text, chart.percent);
}

ChartTable TableOf(const RangeChart& chart) {
  const std::string name =
      chart.text.unit.empty() ? ChartWord("value", chart.text.language) : chart.text.unit;
  return MakeTable("category", chart.categories, {{name, chart.values}}, chart.text, false);
}

ChartTable TableOf(const OverlapChart& chart) {
  Series series;
  series.name = chart.text.unit.empty() ? ChartWord("value", chart.text.language) : chart.text.unit;
  std::vector<std::string> categories;
  for (const Overlap& overlap : chart.overlaps) {
    std::vector<std::string> names;
    for (const std::size_t list : overlap.on) names.push_back(chart.lists[list]);
    categories.push_back(Join(names, " + "));
    series.values.push_back(overlap.value);
  }
  return MakeTable("lists", categories, {series}, chart.text, false);
}

ChartTable TableOf(const MapChart& chart) {
  const std::string& language = chart.text.language;
  std::vector<std::string> codes;
  for (const auto& [geo, value] : chart.values) {
    codes.push_back(geo);
  }
  ChartTable table;
  table.header = {ChartWord("country", language),
                  chart.text.unit.empty() ? ChartWord("value", language) : chart.text.unit};
  for (const std::string& geo : SortByName(codes, language)) {
    const Shown shown = Show(chart.values.at(geo), chart.text, chart.percent);
    table.rows.push_back({CountryName(geo, language), shown.table_text});
  }
  return table;
}

}  // namespace thb
