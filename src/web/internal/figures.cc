#include "web/internal/figures.h"

#include <algorithm>

#include "codes/names.h"

namespace thb {

Result<IndicatorValue> ReadFigure(const Evaluator& evaluator, std::string_view id,
                                  std::string_view geo, Period period) {
  IndicatorQuery query;
  query.id = id;
  query.geo = geo;
  query.period = period;
  return evaluator.Evaluate(query);
}

std::vector<std::string> MembersByName(const PageVisit& visit) {
  return SortByName(visit.site.codes().Members(kUnion), visit.tag());
}

std::vector<int> LatestYears(const Snapshot& snapshot, std::string_view dataset,
                             std::size_t at_most) {
  std::vector<int> years = YearsOf(snapshot, dataset);
  if (years.size() > at_most) {
    years.erase(years.begin(), years.end() - static_cast<std::ptrdiff_t>(at_most));
  }
  return years;
}

std::string CoverageText(const PageVisit& visit, const IndicatorValue& value) {
  const std::size_t members = visit.site.codes().Members(kUnion).size();
  return visit.T("coverage.of", {{"part", visit.Number(static_cast<double>(
                                              members - std::min(members, value.missing.size())))},
                                 {"whole", visit.Number(static_cast<double>(members))}});
}

std::string ShortCoverage(const PageVisit& visit, const IndicatorValue& value) {
  const std::size_t members = visit.site.codes().Members(kUnion).size();
  return visit.Of(members - std::min(members, value.missing.size()), members);
}

std::string FilterText(const PageVisit& visit, const Dataset& dataset, const Where& where) {
  std::string text;
  for (const auto& [id, codes] : where) {
    const auto index = dataset.IndexOf(id);
    std::string labels;
    for (const std::string& code : codes) {
      labels += (labels.empty() ? "" : ", ") +
                (index ? visit.Label(dataset.dimensions[*index], code) : code);
    }
    text += (text.empty() ? "" : "; ") + visit.Concept(id) + ": " + labels;
  }
  return text;
}

ChartText MakeChartText(const PageVisit& visit, const std::string& id, const std::string& title,
                        const std::string& description) {
  ChartText text;
  text.id = id;
  text.title = title;
  text.description = description;
  text.language = visit.tag();
  if (visit.edition) {
    text.source = visit.LabelOf("collection", visit.edition->collection);
    if (visit.edition->release) text.source += ", " + visit.edition->release->name;
    // A picture travels alone.
    if (visit.snapshot().IsSynthetic()) text.source += ". " + visit.T("synthetic.short");
  }
  return text;
}

}  // namespace thb
