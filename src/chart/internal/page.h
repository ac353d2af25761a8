#pragma once
// What all charts share: title, unit, legend above; axes; source below.

#include <span>
#include <string>
#include <vector>

#include "chart/internal/axis.h"
#include "chart/internal/canvas.h"
#include "chart/internal/shown.h"

namespace thb {

inline constexpr double kMargin = 8;
inline constexpr double kLabelSize = 12;
inline constexpr double kLeading = 15;

inline constexpr std::string_view kReferenceDash = "6 3";

enum class Swatch { kBox, kPoint, kWhisker, kReference };

struct LegendItem {
  std::string label;
  std::string_view color = kSoft;
  Mark mark = Mark::kValue;
  Swatch swatch = Swatch::kBox;
  std::size_t series = 0;  // shape of a kPoint
};

// One item per series where there are several, then the marks and bounds that occur.
std::vector<LegendItem> MakeLegend(const std::vector<Series>& series,
                                   const std::vector<std::vector<Shown>>& rows,
                                   std::string_view language, Swatch swatch, bool bounds);
// The marks other than kValue among `rows`, in the order of the enumeration.
std::vector<Mark> MarksIn(const std::vector<std::vector<Shown>>& rows);

// A text on a strip of paper, so that grid lines do not run through it.
void DrawLabel(Canvas& canvas, Point at, std::string_view text, const Lettering& lettering);
void DrawSwatch(Canvas& canvas, Point at, const LegendItem& item);
// The point of a series in a line chart: circle, square, triangle, diamond, ... by series.
void DrawPoint(Canvas& canvas, Point at, std::size_t series, Mark mark);
// Which ends of a whisker are bounds. An end without one has no cap: it is not where it ends.
struct WhiskerCaps {
  bool from = true;
  bool to = true;
};
inline WhiskerCaps CapsOf(const Shown& shown) {
  return {shown.lower.has_value(), shown.upper.has_value()};
}
// A whisker from the lower to the upper value along x (`upright` false) or y.
void DrawWhisker(Canvas& canvas, Point from, Point to, bool upright, WhiskerCaps caps = {});

// Draws title, unit and legend; returns the y below them.
double DrawHeading(Canvas& canvas, const ChartText& text, std::span<const LegendItem> legend);
// Draws the source from `top` on and closes the document.
std::string FinishChart(Canvas& canvas, const ChartText& text, double top);
// A whole document that says that there is nothing to show.
std::string EmptyChart(const ChartText& text);

// The axis of all numbers of `rows`; with zero in it where `zero`.
Axis AxisOf(const std::vector<std::vector<Shown>>& rows, int ticks, bool zero,
            const ChartText& text, bool percent);
std::string TickText(double tick, const Axis& axis, const ChartText& text, bool percent);
double WidestTick(const Axis& axis, const ChartText& text, bool percent);

}  // namespace thb
