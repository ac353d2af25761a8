#include "chart/internal/classes.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/text.h"
#include "chart/internal/words.h"
#include "codes/format.h"

namespace thb {
namespace {

constexpr std::size_t kAutoClasses = 5;
// From light to dark; lightness alone tells them apart, also in grey print.
constexpr std::array<std::string_view, kMaxMapBreaks + 1> kColors = {
    "#D3E3F3", "#A9CCE6", "#7DB3DA", "#4F94C4", "#2F75B0", "#1B558F", "#0C3566"};

double PrintedUnit(int decimals) {
  return std::pow(10.0, -std::clamp(decimals, 0, 15));
}

double AsPrinted(double value, int decimals) {
  const double unit = PrintedUnit(decimals);
  const double rounded = std::round(value / unit) * unit;
  return std::isfinite(rounded) ? rounded : value;
}

// Two digits that count, and none finer than is printed.
double RoundLimit(double value, int decimals) {
  if (value == 0) return 0;
  const double digits = std::pow(10.0, std::floor(std::log10(std::abs(value))) - 1);
  const double unit = std::max(digits, PrintedUnit(decimals));
  return std::round(value / unit) * unit;
}

std::vector<double> AutoBreaks(const std::vector<Shown>& values, int decimals) {
  std::vector<double> numbers;
  for (const Shown& shown : values) {
    if (shown.value && shown.mark != Mark::kZero) {
      numbers.push_back(AsPrinted(*shown.value, decimals));
    }
  }
  std::sort(numbers.begin(), numbers.end());
  std::vector<double> breaks;
  for (std::size_t i = 1; i < kAutoClasses && !numbers.empty(); ++i) {
    const double limit = RoundLimit(numbers[i * numbers.size() / kAutoClasses], decimals);
    const bool splits = limit > numbers.front() && limit <= numbers.back();
    if (splits && (breaks.empty() || limit > breaks.back())) breaks.push_back(limit);
  }
  return breaks;
}

std::string ClassLabel(const std::vector<double>& breaks, std::size_t index, const ChartText& text,
                       bool percent) {
  const std::string& language = text.language;
  if (index == 0) return ChartWord("below", language, FormatValue(breaks[0], text, percent));
  const double lower = breaks[index - 1];
  if (index == breaks.size()) {
    return ChartWord("and_more", language, FormatValue(lower, text, percent));
  }
  const double upper = breaks[index] - PrintedUnit(text.decimals);
  const std::string range = FormatRange(lower, std::max(lower, upper), text.decimals, language);
  return percent ? range + "\u00a0%" : range;
}

// A map of one class: its label is what occurs.
std::string OnlyLabel(const std::vector<Shown>& values, const ChartText& text, bool percent) {
  bool any = false;
  double lowest = 0;
  double highest = 0;
  for (const Shown& shown : values) {
    if (!shown.value || shown.mark == Mark::kZero) continue;
    lowest = any ? std::min(lowest, *shown.value) : *shown.value;
    highest = any ? std::max(highest, *shown.value) : *shown.value;
    any = true;
  }
  if (!any) return {};
  const std::string range = FormatRange(lowest, highest, text.decimals, text.language);
  return percent ? range + "\u00a0%" : range;
}

Result<void> CheckBreaks(const std::vector<double>& breaks) {
  if (breaks.size() > kMaxMapBreaks) {
    return Fail(ErrorCode::kLimit, std::to_string(breaks.size()) + " limits of classes", "breaks",
                "give at most " + std::to_string(kMaxMapBreaks));
  }
  for (std::size_t i = 0; i < breaks.size(); ++i) {
    if (std::isfinite(breaks[i]) && (i == 0 || breaks[i] > breaks[i - 1])) continue;
    return Fail(ErrorCode::kBadValue, "limit of a class that is not above the one before",
                "breaks[" + std::to_string(i) + "]", "give increasing numbers");
  }
  return {};
}

}  // namespace

std::size_t Classes::IndexOf(double value, int decimals) const {
  const double printed = AsPrinted(value, decimals);
  const double slack = PrintedUnit(decimals) / 1000;
  std::size_t index = 0;
  while (index < breaks.size() && printed >= breaks[index] - slack) {
    ++index;
  }
  return index;
}

Result<Classes> MakeClasses(const std::vector<double>& breaks, const std::vector<Shown>& values,
                            const ChartText& text, bool percent) {
  TRY(CheckBreaks(breaks));
  Classes out;
  out.breaks = breaks.empty() ? AutoBreaks(values, text.decimals) : breaks;
  if (out.breaks.empty()) {
    out.classes.push_back({OnlyLabel(values, text, percent), kColors[4]});
    return out;
  }
  const std::size_t steps = out.breaks.size();
  for (std::size_t i = 0; i <= steps; ++i) {
    const std::size_t color = (i * (kColors.size() - 1) + steps / 2) / steps;
    out.classes.push_back({ClassLabel(out.breaks, i, text, percent), kColors[color]});
  }
  return out;
}

}  // namespace thb
