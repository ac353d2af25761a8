#pragma once
// How one value is shown, wherever it stands: value, zero, missing, suppressed, estimated and
// provisional look different by shape, carry a letter, and say in words what they are.

#include <string>
#include <vector>

#include "chart/chart.h"
#include "web/internal/site.h"

namespace thb {

struct ShownValue {
  Mark mark = Mark::kMissing;
  std::string text;                  // "7 777", "63 %", "0–4", ":"
  std::string letters;               // "e", "ci"
  std::vector<std::string> remarks;  // what the letters say, for those who hear the page
  std::string why;                   // address of its way back, "" where there is none
  std::string plain = {};            // the number as a program reads it, "" where it is none
};

ShownValue ShowIndicator(const PageVisit& visit, const IndicatorValue& value);
// A cell as it was sent. `why` is the caller's.
ShownValue ShowCell(const PageVisit& visit, const Cell& cell);
ChartValue ChartValueOf(const PageVisit& visit, const IndicatorValue& value);

// The number of the value alone, with its unit.
std::string FigureText(const PageVisit& visit, double value, const std::string& unit, int decimals);
// Address of the way back of a figure.
std::string WhyLink(const PageVisit& visit, const IndicatorValue& value);

// Within a text or a cell.
Html ValueHtml(const PageVisit& visit, const ShownValue& value);
// What the marks and letters mean: the one legend of the site.
Html Legend(const PageVisit& visit);
// The same, folded away below a table.
Html FoldedLegend(const PageVisit& visit);

// Why there is no value, in words.
std::string ReasonText(const PageVisit& visit, const std::string& reason);

}  // namespace thb
