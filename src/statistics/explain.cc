#include "statistics/explain.h"

#include <algorithm>

namespace thb {
namespace {

// What a cell is looked for: its filter, and the filters that must be known beside it, since a
// share leaves out states and years without the breakdown (rule 12).
struct CellQuery {
  Where where;
  std::string role;
  std::vector<Where> needed;
};

void AddCellsOf(const Evaluator& evaluator, const Dataset& dataset, const CellQuery& query,
                const std::string& geo, const std::vector<std::string>& times, Explanation& out) {
  for (const std::string& time : times) {
    const bool takes_part =
        std::all_of(query.needed.begin(), query.needed.end(), [&](const Where& needed) {
          return evaluator.snapshot().Resolve(dataset, needed, geo, time).kind ==
                 Resolved::Kind::kValue;
        });
    if (!takes_part) continue;
    const Resolved resolved = evaluator.snapshot().Resolve(dataset, query.where, geo, time);
    for (const SnapshotCell* cell : resolved.cells) {
      out.cells.push_back({query.role, geo, time, cell, DescribeKey(dataset, cell->key)});
    }
  }
}

// The cells of the years of a window, or of the window itself where it was sent whole.
Result<void> AddCells(const Evaluator& evaluator, const Dataset& dataset,
                      const IndicatorQuery& query, const CellQuery& cells, Explanation& out) {
  auto members = TRY(evaluator.Members(query.geo));
  if (dataset.geo_index() == std::string::npos) members = {""};
  std::vector<std::string> years;
  for (int year = query.period.first; year <= query.period.last; ++year) {
    years.push_back(std::to_string(year));
  }
  for (const std::string& geo : members) {
    const std::size_t before = out.cells.size();
    AddCellsOf(evaluator, dataset, cells, geo, {query.period.ToString()}, out);
    const bool whole = query.period.half != 0 || years.size() == 1 || out.cells.size() > before;
    if (!whole) AddCellsOf(evaluator, dataset, cells, geo, years, out);
  }
  return {};
}

Where With(Where base, const Where& more) {
  for (const auto& [dimension, codes] : more) base[dimension] = codes;
  return base;
}

// A count or share: the cells of its numerator and denominator.
Result<void> AddOwnCells(const Evaluator& evaluator, const Indicator& indicator,
                         const IndicatorQuery& query, Explanation& out) {
  const Dataset& dataset = *TRY(evaluator.datasets().Get(indicator.dataset));
  const Where population = TRY(evaluator.PopulationOf(query));
  if (indicator.numerator.empty()) {
    return AddCells(evaluator, dataset, query, {population, "count", {}}, out);
  }
  const Where part = With(population, indicator.numerator);
  const std::vector<Where> both = {population, part};
  TRY(AddCells(evaluator, dataset, query, {part, "numerator", both}, out));
  TRY(AddCells(evaluator, dataset, query, {population, "denominator", both}, out));
  if (out.value.query.denominator != "known") return {};
  Where unknown = population;
  for (const auto& [dimension, codes] : indicator.numerator) unknown[dimension] = {"UNK"};
  return AddCells(evaluator, dataset, query, {unknown, "left out of the denominator", both}, out);
}

// A ranked list: the cells of each country on it, which lie within the population's citizens.
Result<void> AddRankedCells(const Evaluator& evaluator, const Indicator& indicator,
                            const IndicatorQuery& query, Explanation& out) {
  const Dataset& dataset = *TRY(evaluator.datasets().Get(indicator.dataset));
  Where where = TRY(evaluator.PopulationOf(query));
  for (const IndicatorItem& item : out.value.items) {
    where["citizen"] = {item.code};
    TRY(AddCells(evaluator, dataset, query, {where, "rank " + std::to_string(item.rank), {}}, out));
  }
  return {};
}

Result<void> AddPart(const Evaluator& evaluator, const IndicatorQuery& query, const std::string& id,
                     const Period& period, Explanation& out) {
  IndicatorQuery part = query;
  part.id = id;
  part.period = period;
  part.base.reset();
  out.parts.push_back(TRY(Explain(evaluator, part)));
  return {};
}

}  // namespace

Result<Explanation> Explain(const Evaluator& evaluator, const IndicatorQuery& query) {
  const Indicator& indicator = *TRY(evaluator.indicators().Get(query.id));
  Explanation out;
  out.value = TRY(evaluator.Evaluate(query));
  switch (indicator.kind) {
    case IndicatorKind::kCount:
    case IndicatorKind::kShare:
    case IndicatorKind::kMainForm:
    case IndicatorKind::kOwnNationals:
    case IndicatorKind::kReporting:
      TRY(AddOwnCells(evaluator, indicator, query, out));
      break;
    case IndicatorKind::kTop:
      TRY(AddRankedCells(evaluator, indicator, query, out));
      break;
    case IndicatorKind::kRatio:
      TRY(AddPart(evaluator, query, indicator.of, query.period, out));
      TRY(AddPart(evaluator, query, indicator.per, query.period, out));
      break;
    case IndicatorKind::kChange:
    case IndicatorKind::kChangePanel:
    case IndicatorKind::kDifference:
      TRY(AddPart(evaluator, query, indicator.of, query.period, out));
      TRY(AddPart(evaluator, query, indicator.of, *out.value.query.base, out));
      break;
    case IndicatorKind::kRate: {
      TRY(AddPart(evaluator, query, indicator.of, query.period, out));
      const Dataset& population = *TRY(evaluator.datasets().Get("population"));
      const Where inhabitants = evaluator.InhabitantsOf(TRY(ParseWhere(query.where)));
      TRY(AddCells(evaluator, population, query, {inhabitants, "population", {}}, out));
      break;
    }
  }
  return out;
}

}  // namespace thb
