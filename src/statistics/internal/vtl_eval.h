#pragma once
// Evaluation of one expression, on intervals and with three truth values.

#include <vector>

#include "statistics/internal/vtl_ast.h"

namespace thb {

// Where a variable of a signature takes its value from.
struct VtlSource {
  enum class Kind { kDimension, kValue, kFlag, kConf, kReason };
  Kind kind = Kind::kDimension;
  std::size_t dimension = 0;
};

struct VtlScope {
  const std::vector<VtlSource>& sources;  // by variable
  const Key& key;
  const Cell* cell;  // null in the condition of a hierarchical rule, which names dimensions only
};

// The result's text points into the scope or the expression.
VtlValue EvaluateVtl(const VtlExpr& expr, const VtlScope& scope);

// left `relation` right where both are numbers: null where the bounds leave it open.
VtlOutcome CompareIntervals(VtlOp relation, const Interval& left, const Interval& right);

Interval AddIntervals(const Interval& left, const Interval& right);
Interval SubtractIntervals(const Interval& left, const Interval& right);

}  // namespace thb
