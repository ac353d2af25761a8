#pragma once
// Tables of real numbers made to fit given margins, then rounded so that the margins stay exact.
// Literature: Deming and Stephan (1940) for the fitting; Causey, Cox and Ernst, "Applications of
// transportation theory to statistical problems", JASA 80 (1985), for controlled rounding.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"

namespace thb {

// Row-major, rows x columns.
struct Margins {
  std::span<const std::int64_t> rows;
  std::span<const std::int64_t> columns;
};

// Integers with exactly these margins, each the fitted value of its cell rounded down or up. Where
// `prior` is 0 the cell is 0. Errors: kInternal where the margins differ in sum or the zeros of the
// prior leave no such table.
Result<std::vector<std::int64_t>> RoundToMargins(std::span<const double> prior,
                                                 const Margins& margins);

}  // namespace thb
