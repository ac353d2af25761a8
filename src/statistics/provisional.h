#pragma once
// Whether a figure rests on provisional cells: an indicator carries no flag for that.

#include "statistics/indicator.h"

namespace thb {

// Whether a cell of the population of a figure that has a value carries flag p. `evaluator` reads
// the cells as they were sent. False where the population cannot be read.
bool IsProvisional(const Evaluator& evaluator, const IndicatorValue& value);

}  // namespace thb
