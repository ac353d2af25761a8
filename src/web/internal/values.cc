#include "web/internal/values.h"

#include <array>
#include <cmath>

#include "base/text.h"
#include "codes/format.h"
#include "statistics/provisional.h"

namespace thb {
namespace {

constexpr const char* kNothing = ":";

std::string_view ClassOf(Mark mark) {
  switch (mark) {
    case Mark::kZero:
      return "thb-value thb-value--zero";
    case Mark::kMissing:
      return "thb-value thb-value--missing";
    case Mark::kSuppressed:
      return "thb-value thb-value--suppressed";
    case Mark::kEstimated:
      return "thb-value thb-value--estimated";
    case Mark::kProvisional:
      return "thb-value thb-value--provisional";
    case Mark::kValue:
      break;
  }
  return "thb-value";
}

Mark MarkOfFlags(std::string_view flags) {
  if (flags.find_first_of("es") != std::string_view::npos) return Mark::kEstimated;
  if (flags.find('p') != std::string_view::npos) return Mark::kProvisional;
  return Mark::kValue;
}

void AddFlags(const PageVisit& visit, std::string_view flags, ShownValue& shown) {
  for (const char flag : flags) {
    if (shown.letters.find(flag) != std::string::npos) continue;
    shown.letters += flag;
    shown.remarks.push_back(visit.LabelOf("obs_status", std::string_view(&flag, 1)));
  }
}

std::string FlagsOf(const PageVisit& visit, const IndicatorValue& value) {
  const bool provisional = visit.edition && IsProvisional(visit.Reported(), value);
  return MergeFlags(value.flags + (provisional ? "p" : ""));
}

// A share that is there but rounds to nothing is not nothing.
int DecimalsOf(double value, const std::string& unit, int decimals) {
  return unit == "PC" && value > 0 && RoundHalfAway(value, decimals) == 0 ? 1 : decimals;
}

std::string RangeText(const PageVisit& visit, double lower, double upper, bool bounded) {
  if (!bounded) return visit.T("bounds.from", {{"lower", visit.Number(lower)}});
  return FormatRange(lower, upper, 0, visit.tag());
}

}  // namespace

std::string ReasonText(const PageVisit& visit, const std::string& reason) {
  if (visit.texts().Has("reason." + reason)) return visit.T("reason." + reason);
  return visit.LabelOf("missing_reason", reason);
}

std::string FigureText(const PageVisit& visit, double value, const std::string& unit,
                       int decimals) {
  if (unit == "PC") return FormatPercent(value, DecimalsOf(value, unit, decimals), visit.tag());
  const std::string number = FormatDecimal(value, decimals, visit.tag());
  return unit == "PP" ? visit.T("unit.points", {{"value", number}}) : number;
}

std::string WhyLink(const PageVisit& visit, const IndicatorValue& value) {
  return visit.Link("/why", {{"figure", value.FigureId()}});
}

ShownValue ShowIndicator(const PageVisit& visit, const IndicatorValue& value) {
  ShownValue shown;
  shown.why = WhyLink(visit, value);
  if (!value.value && value.lower) {
    shown.mark = Mark::kSuppressed;
    shown.text = RangeText(visit, *value.lower, value.upper.value_or(0), value.upper.has_value());
    shown.letters = "c";
    shown.remarks.push_back(visit.T("mark.suppressed"));
    return shown;
  }
  if (!value.value) {
    shown.text = kNothing;
    shown.remarks.push_back(ReasonText(visit, value.missing_reason));
    return shown;
  }
  const Indicator* indicator = visit.site.indicators().Find(value.query.id);
  const int decimals = indicator == nullptr ? 0 : indicator->decimals;
  shown.text = FigureText(visit, *value.value, value.unit, decimals);
  shown.plain =
      FormatNumber(RoundHalfAway(*value.value, DecimalsOf(*value.value, value.unit, decimals)));
  const std::string flags = FlagsOf(visit, value);
  shown.mark = *value.value == 0 ? Mark::kZero : Mark::kValue;
  if (const Mark flagged = MarkOfFlags(flags); flagged != Mark::kValue) shown.mark = flagged;
  const bool one = !visit.site.codes().IsAggregate(value.query.geo);
  const bool hidden = !value.suppressed.empty() && value.lower;
  if (hidden && value.unit == "NR") {
    const std::string range =
        RangeText(visit, *value.lower, value.upper.value_or(0), value.upper.has_value());
    if (one) {
      shown.text = range;
      shown.plain.clear();
      shown.mark = Mark::kSuppressed;
    }
    shown.letters += 'c';
    shown.remarks.push_back(visit.T("remark.suppressed", {{"range", range}}));
  }
  if (!value.missing.empty() && !one) {
    shown.letters += 'i';
    shown.remarks.push_back(
        visit.T("remark.incomplete", {{"count", static_cast<double>(value.missing.size())}}));
  }
  AddFlags(visit, flags, shown);
  return shown;
}

ShownValue ShowCell(const PageVisit& visit, const Cell& cell) {
  ShownValue shown;
  switch (cell.state) {
    case CellState::kMissing:
      shown.text = kNothing;
      shown.remarks.push_back(ReasonText(visit, cell.reason));
      break;
    case CellState::kSuppressed:
      shown.mark = Mark::kSuppressed;
      shown.text = RangeText(visit, cell.lower, cell.upper, cell.upper >= 0);
      shown.letters = "c";
      shown.remarks.push_back(visit.T("mark.suppressed"));
      break;
    case CellState::kValue: {
      const bool whole = cell.value == std::floor(cell.value);
      shown.mark = cell.value == 0 ? Mark::kZero : Mark::kValue;
      if (const Mark flagged = MarkOfFlags(cell.flags); flagged != Mark::kValue) {
        shown.mark = flagged;
      }
      shown.text = visit.Number(cell.value, whole ? 0 : 1);
      shown.plain = FormatNumber(whole ? cell.value : RoundHalfAway(cell.value, 1));
      break;
    }
  }
  AddFlags(visit, cell.flags, shown);
  return shown;
}

ChartValue ChartValueOf(const PageVisit& visit, const IndicatorValue& value) {
  ChartValue chart{.value = value.value,
                   .lower = {},
                   .upper = {},
                   .mark = MarkOfFlags(FlagsOf(visit, value)),
                   .label = {}};
  // Bounds that print alike are none.
  const bool apart = value.lower && (!value.upper || RoundHalfAway(*value.lower, 0) !=
                                                         RoundHalfAway(*value.upper, 0));
  if (apart) {
    chart.lower = value.lower;
    chart.upper = value.upper;
  }
  if (!value.value) chart.mark = value.lower ? Mark::kSuppressed : Mark::kMissing;
  return chart;
}

Html ValueHtml(const PageVisit& visit, const ShownValue& value) {
  std::string remarks = Join(value.remarks, "; ");
  Html inside = Html(value.text);
  if (!value.why.empty()) {
    inside = El("a", {{"class", "thb-figure"}, {"href", value.why}, {"title", visit.T("why.ask")}},
                inside);
  }
  if (!value.letters.empty()) {
    inside += El("span", {{"class", "thb-letters"}, {"aria-hidden", "true"}}, value.letters);
  }
  if (!remarks.empty()) {
    inside += El("span", {{"class", "thb-hear"}}, " (" + remarks + ")");
  }
  if (!value.plain.empty()) {
    return El("data", {{"value", value.plain}, {"class", std::string(ClassOf(value.mark))}},
              inside);
  }
  return El("span", {{"class", std::string(ClassOf(value.mark))}}, inside);
}

Html Legend(const PageVisit& visit) {
  struct Sample {
    Mark mark;
    const char* text;
    const char* letters;
    const char* key;
  };
  constexpr std::array<Sample, 6> kSamples{{{Mark::kValue, "123", "", "value"},
                                            {Mark::kZero, "0", "", "zero"},
                                            {Mark::kMissing, ":", "", "missing"},
                                            {Mark::kSuppressed, "0–4", "c", "suppressed"},
                                            {Mark::kEstimated, "123", "e", "estimated"},
                                            {Mark::kProvisional, "123", "p", "provisional"}}};
  Html items;
  for (const Sample& sample : kSamples) {
    const ShownValue value{sample.mark, sample.text, sample.letters, {}, ""};
    items += El("div", El("dt", ValueHtml(visit, value)),
                El("dd", visit.texts().Rich(std::string("legend.") + sample.key)));
  }
  items += El("div", El("dt", visit.T("legend.unknown.word")),
              El("dd", visit.texts().Rich("legend.unknown")));
  items += El("div", El("dt", El("span", {{"class", "thb-letters"}}, "i")),
              El("dd", visit.texts().Rich("legend.incomplete")));
  items += El("div", El("dt", El("span", {{"class", "thb-letters"}}, "b d r u")),
              El("dd", visit.texts().Rich("legend.flags")));
  return El("dl", {{"class", "thb-legend"}}, items);
}

Html FoldedLegend(const PageVisit& visit) {
  return El("details", {{"class", "thb-fold"}}, El("summary", visit.T("legend.title")),
            Legend(visit), Html::Chart(RenderMarkLegend("marks", visit.tag())));
}

}  // namespace thb
