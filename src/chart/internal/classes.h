#pragma once
// The classes of a choropleth map.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "chart/internal/shown.h"

namespace thb {

struct ValueClass {
  std::string label;  // "10–19"
  std::string_view color;
};

struct Classes {
  std::vector<double> breaks;       // n strictly increasing limits
  std::vector<ValueClass> classes;  // n + 1, lowest first

  // By the value as printed, so that "20" never lies in a class "10–19".
  std::size_t IndexOf(double value, int decimals) const;
};

// `breaks` empty: limits at the quantiles of the values, rounded to two digits. Counted zeros have
// a mark of their own and take no part. Errors: kLimit, kBadValue.
Result<Classes> MakeClasses(const std::vector<double>& breaks, const std::vector<Shown>& values,
                            const ChartText& text, bool percent);

}  // namespace thb
