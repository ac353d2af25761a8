#include <algorithm>

#include "chart/chart.h"
#include "chart/internal/marks.h"
#include "chart/internal/page.h"
#include "chart/internal/text_layout.h"

namespace thb {
namespace {

constexpr double kBars = 180;  // height of the drawing of counts
constexpr double kRow = 22;    // of a list
constexpr double kWidestName = 200;
constexpr double kWidestColumn = 48;
constexpr double kDot = 5.5;
constexpr double kSmall = 11;  // size of the numbers above the bars
constexpr double kGap = 12;    // between bars and dots

using Rows = std::vector<std::vector<Shown>>;

struct Plot {
  Axis axis;
  double left = 0;    // x of the first column
  double column = 0;  // width of one
  double top = 0;     // y of axis.upper
  double base = 0;    // of axis.lower

  double X(std::size_t i) const { return left + column * (static_cast<double>(i) + 0.5); }
  double Y(double value) const { return axis.At(value, base, top); }
  double ListY(std::size_t list) const {
    return base + kGap + kRow * (static_cast<double>(list) + 0.5);
  }
};

std::string Cut(const std::string& name) {
  const auto lines = WrapText(name, kWidestName, kLabelSize);
  return lines.size() == 1 ? lines.front() : lines.front() + "\u2026";
}

void DrawBars(Canvas& canvas, const OverlapChart& chart, const Plot& plot,
              const std::vector<Shown>& shown) {
  const double right = plot.left + plot.column * static_cast<double>(shown.size());
  for (const double tick : plot.axis.ticks) {
    const double y = plot.Y(tick);
    canvas.Line({plot.left, y}, {right, y}, {.stroke = tick == 0 ? kSoft : kGrid});
    canvas.Text({plot.left - 6, y + 4}, TickText(tick, plot.axis, chart.text, false),
                {.anchor = Anchor::kEnd});
  }
  const double width = plot.column * 0.6;
  for (std::size_t i = 0; i < shown.size(); ++i) {
    double low = 0;
    double high = 0;
    const bool number = shown[i].Extent(low, high);
    const double y = number ? std::min(plot.Y(std::max(high, 0.0)), plot.base - 2) : plot.base - 14;
    DrawMarkedBox(canvas, {plot.X(i) - width / 2, y, width, plot.base - y}, SeriesColor(0),
                  shown[i].mark);
    // A word that is wider than its column is in the legend and in the table.
    if (TextWidth(shown[i].text, kSmall) > plot.column + 4) continue;
    DrawLabel(canvas, {plot.X(i), y - 4}, shown[i].text,
              {.size = kSmall, .anchor = Anchor::kMiddle});
  }
}

// Below each bar a dot for every list, filled where the persons are on it.
void DrawDots(Canvas& canvas, const OverlapChart& chart, const Plot& plot) {
  for (std::size_t list = 0; list < chart.lists.size(); ++list) {
    canvas.Text({plot.left - 10, plot.ListY(list) + 4}, Cut(chart.lists[list]),
                {.anchor = Anchor::kEnd});
  }
  for (std::size_t i = 0; i < chart.overlaps.size(); ++i) {
    const std::vector<std::size_t>& on = chart.overlaps[i].on;
    if (on.empty()) continue;
    const auto [first, last] = std::minmax_element(on.begin(), on.end());
    canvas.Line({plot.X(i), plot.ListY(*first)}, {plot.X(i), plot.ListY(*last)},
                {.stroke = kInk, .width = 2.5});
    for (std::size_t list = 0; list < chart.lists.size(); ++list) {
      const bool filled = std::find(on.begin(), on.end(), list) != on.end();
      canvas.Circle({plot.X(i), plot.ListY(list)}, filled ? kDot : kDot - 2.5,
                    filled ? Paint{.fill = kInk} : Paint{.fill = kPaper, .stroke = kSoft});
    }
  }
}

}  // namespace

std::string RenderOverlapChart(const OverlapChart& chart) {
  if (chart.overlaps.empty() || chart.lists.empty()) return EmptyChart(chart.text);
  Series series;
  for (const Overlap& overlap : chart.overlaps) series.values.push_back(overlap.value);
  const Rows rows = ShowAll({series}, chart.overlaps.size(), chart.text, false);
  Canvas canvas;
  const double top = DrawHeading(
      canvas, chart.text, MakeLegend({series}, rows, chart.text.language, Swatch::kBox, false));
  Plot plot;
  plot.axis = AxisOf(rows, 5, true, chart.text, false);
  double names = WidestTick(plot.axis, chart.text, false);
  for (const std::string& list : chart.lists) {
    names = std::max(names, TextWidth(Cut(list), kLabelSize) + 4);
  }
  plot.left = kMargin + names + 10;
  plot.column = std::min(kWidestColumn, (kChartWidth - kMargin - plot.left) /
                                            static_cast<double>(chart.overlaps.size()));
  plot.top = top + 18;
  plot.base = plot.top + kBars;
  DrawBars(canvas, chart, plot, rows.front());
  DrawDots(canvas, chart, plot);
  return FinishChart(canvas, chart.text, plot.ListY(chart.lists.size() - 1) + kRow / 2 + 6);
}

}  // namespace thb
