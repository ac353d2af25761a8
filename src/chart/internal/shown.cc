#include "chart/internal/shown.h"

#include <algorithm>
#include <cmath>

#include "chart/internal/axis.h"
#include "chart/internal/words.h"
#include "codes/format.h"

namespace thb {
namespace {

std::optional<double> Finite(const std::optional<double>& value) {
  if (!value || !std::isfinite(*value)) return std::nullopt;
  return std::clamp(*value, -kMaxMagnitude, kMaxMagnitude);
}

Mark Settle(Mark mark, const std::optional<double>& value) {
  if (mark == Mark::kSuppressed || mark == Mark::kMissing) return mark;
  if (!value) return Mark::kMissing;
  const bool zero = *value == 0;
  if (mark == Mark::kZero) return zero ? Mark::kZero : Mark::kValue;
  return zero && mark == Mark::kValue ? Mark::kZero : mark;
}

std::string BoundsText(const Shown& shown, const ChartText& text, bool percent) {
  const std::string& language = text.language;
  if (shown.lower && shown.upper) {
    const std::string range = FormatRange(*shown.lower, *shown.upper, text.decimals, language);
    return percent ? range + "\u00a0%" : range;
  }
  if (shown.lower) {
    return ChartWord("and_more", language, FormatValue(*shown.lower, text, percent));
  }
  if (shown.upper) {
    return ChartWord("up_to", language, FormatValue(*shown.upper, text, percent));
  }
  return {};
}

std::string TableText(const Shown& shown, const ChartText& text, bool percent) {
  const bool plain = shown.mark == Mark::kValue || shown.mark == Mark::kZero;
  std::string remark;
  if (shown.value && !plain) remark = MarkWord(shown.mark, text.language);
  const std::string bounds = BoundsText(shown, text, percent);
  if (!bounds.empty()) remark += (remark.empty() ? "" : "; ") + bounds;
  return remark.empty() ? shown.text : shown.text + " (" + remark + ")";
}

}  // namespace

bool Shown::Extent(double& lowest, double& highest) const {
  bool any = false;
  for (const std::optional<double>& number : {value, lower, upper}) {
    if (!number) continue;
    lowest = any ? std::min(lowest, *number) : *number;
    highest = any ? std::max(highest, *number) : *number;
    any = true;
  }
  return any;
}

std::string FormatValue(double value, const ChartText& text, bool percent) {
  return percent ? FormatPercent(value, text.decimals, text.language)
                 : FormatDecimal(value, text.decimals, text.language);
}

Shown Show(const ChartValue& value, const ChartText& text, bool percent) {
  Shown shown;
  shown.value = Finite(value.value);
  shown.mark = Settle(value.mark, shown.value);
  shown.lower = Finite(value.lower);
  shown.upper = Finite(value.upper);
  if (shown.lower && shown.upper && *shown.lower > *shown.upper) {
    std::swap(shown.lower, shown.upper);
  }
  if (shown.mark == Mark::kMissing) shown.lower = shown.upper = std::nullopt;
  if (shown.mark == Mark::kMissing || shown.mark == Mark::kSuppressed) shown.value.reset();
  if (!value.label.empty()) {
    shown.text = value.label;
  } else if (shown.value) {
    shown.text = FormatValue(*shown.value, text, percent);
  } else {
    shown.text = MarkWord(shown.mark, text.language);
  }
  shown.table_text = TableText(shown, text, percent);
  return shown;
}

std::vector<std::vector<Shown>> ShowAll(const std::vector<Series>& series, std::size_t count,
                                        const ChartText& text, bool percent) {
  std::vector<std::vector<Shown>> rows;
  for (const Series& one : series) {
    std::vector<Shown>& row = rows.emplace_back();
    for (std::size_t i = 0; i < count; ++i) {
      const ChartValue absent{
          .value = {}, .lower = {}, .upper = {}, .mark = Mark::kMissing, .label = {}};
      row.push_back(Show(i < one.values.size() ? one.values[i] : absent, text, percent));
    }
  }
  return rows;
}

}  // namespace thb
