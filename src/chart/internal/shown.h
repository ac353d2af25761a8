#pragma once
// What a value comes to on paper: its mark settled, its numbers finite, its text.

#include <optional>
#include <string>
#include <vector>

#include "chart/chart.h"

namespace thb {

struct Shown {
  Mark mark = Mark::kMissing;
  std::optional<double> value;         // there unless missing or suppressed
  std::optional<double> lower, upper;  // in order where both are there
  std::string text;                    // the number ("1 234"), or the mark's word
  std::string table_text;              // with the mark's word and the bounds: "1 234 (estimated)"

  // The ends of what is drawn: of the value, the bounds and zero. False where there is no number.
  bool Extent(double& lowest, double& highest) const;
};

Shown Show(const ChartValue& value, const ChartText& text, bool percent);
// One row per series, each filled up to `count` with missing values or cut to it.
std::vector<std::vector<Shown>> ShowAll(const std::vector<Series>& series, std::size_t count,
                                        const ChartText& text, bool percent);
std::string FormatValue(double value, const ChartText& text, bool percent);

}  // namespace thb
