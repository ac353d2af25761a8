#include "statistics/provisional.h"

namespace thb {

bool IsProvisional(const Evaluator& evaluator, const IndicatorValue& value) {
  const Indicators& indicators = evaluator.indicators();
  const Indicator* base = indicators.Find(value.query.id);
  while (base != nullptr && base->dataset.empty()) base = indicators.Find(base->of);
  if (base == nullptr || !value.value) return false;
  const Dataset& dataset = *evaluator.datasets().Find(base->dataset);
  IndicatorQuery query = value.query;
  query.id = base->id;
  const Result<Where> where = evaluator.PopulationOf(query);
  Result<std::vector<std::string>> members = evaluator.Members(query.geo);
  if (!where || !members) return false;
  if (dataset.geo_index() == std::string::npos) members = std::vector<std::string>{""};
  for (int year = query.period.first; year <= query.period.last; ++year) {
    for (const std::string& geo : *members) {
      const Resolved cell =
          evaluator.snapshot().Resolve(dataset, *where, geo, std::to_string(year));
      if (cell.flags.find('p') != std::string::npos) return true;
    }
  }
  return false;
}

}  // namespace thb
