#pragma once
// The way back of one figure: from the indicator to the counts it is made of, the cells, the
// vintages they came in with and the place in the file.

#include <string>
#include <vector>

#include "statistics/indicator.h"

namespace thb {

struct ExplainedCell {
  std::string role;  // "numerator", "denominator", "count", "population", "rank 1"
  std::string geo;
  std::string time;
  const SnapshotCell* cell = nullptr;  // points into the evaluator's snapshot
  std::string described;               // dimensions that are not at their total
};

struct Explanation {
  IndicatorValue value;
  std::vector<ExplainedCell> cells;
  std::vector<Explanation> parts;  // of a ratio, change, difference or rate: what it is made of
};

// Errors: those of Evaluator::Evaluate.
Result<Explanation> Explain(const Evaluator& evaluator, const IndicatorQuery& query);

}  // namespace thb
