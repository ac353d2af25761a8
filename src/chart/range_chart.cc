#include <algorithm>

#include "chart/chart.h"
#include "chart/internal/marks.h"
#include "chart/internal/page.h"
#include "chart/internal/text_layout.h"

namespace thb {
namespace {

constexpr double kRow = 24;
constexpr double kWidestName = 250;
constexpr double kBox = 14;  // room for a box that stands for no number

using Rows = std::vector<std::vector<Shown>>;

struct Plot {
  Axis axis;
  double from = 0;           // x of axis.lower
  double to = 0;             // of axis.upper
  std::vector<double> rows;  // y where each row begins, and the end of the last

  double X(double value) const { return axis.At(value, from, to); }
  double Middle(std::size_t row) const { return (rows[row] + rows[row + 1]) / 2; }
};

std::vector<std::string> NameLines(const std::string& name) {
  return WrapText(name, kWidestName, kLabelSize);
}

Plot PlotOf(const RangeChart& chart, const Axis& axis, const std::vector<Shown>& shown,
            double top) {
  Plot plot;
  plot.axis = axis;
  plot.rows.push_back(top + 8);
  double names = 0;
  double labels = 0;
  for (std::size_t i = 0; i < chart.categories.size(); ++i) {
    const auto lines = NameLines(chart.categories[i]);
    for (const std::string& line : lines) names = std::max(names, TextWidth(line, kLabelSize));
    labels = std::max(labels, TextWidth(shown[i].text, kLabelSize));
    plot.rows.push_back(plot.rows.back() +
                        std::max(kRow, kLeading * static_cast<double>(lines.size()) + 6));
  }
  plot.from = kMargin + names + 12;
  plot.to = kChartWidth - kMargin - std::min(labels, 160.0) - 12;
  return plot;
}

void DrawGrid(Canvas& canvas, const RangeChart& chart, const Plot& plot) {
  const double bottom = plot.rows.back();
  double last_right = -1;
  for (const double tick : plot.axis.ticks) {
    const double x = plot.X(tick);
    canvas.Line({x, plot.rows.front()}, {x, bottom}, {.stroke = kGrid});
    const std::string text = TickText(tick, plot.axis, chart.text, false);
    const double half = TextWidth(text, kLabelSize) / 2;
    if (x - half < last_right + 6) continue;
    canvas.Text({x, bottom + kLeading}, text, {.anchor = Anchor::kMiddle});
    last_right = x + half;
  }
  if (!chart.reference) return;
  const double x = plot.X(*chart.reference);
  canvas.Line({x, plot.rows.front()}, {x, bottom},
              {.stroke = kSoft, .width = 1.5, .dash = kReferenceDash});
}

void DrawRow(Canvas& canvas, const RangeChart& chart, const Plot& plot, const Shown& shown,
             std::size_t row) {
  const double y = plot.Middle(row);
  const auto lines = NameLines(chart.categories[row]);
  canvas.Lines({plot.from - 10, y + 4 - kLeading * static_cast<double>(lines.size() - 1) / 2},
               lines, kLeading, {.anchor = Anchor::kEnd});
  double low = 0;
  double high = 0;
  if (!shown.Extent(low, high)) {
    DrawMarkedBox(canvas, {plot.from, y - kBox / 2, kBox, kBox}, SeriesColor(0), shown.mark);
    DrawLabel(canvas, {plot.from + kBox + 6, y + 4}, shown.text, {});
    return;
  }
  if (shown.lower || shown.upper) {
    DrawWhisker(canvas, {plot.X(low), y}, {plot.X(high), y}, false, CapsOf(shown));
  }
  if (shown.value) DrawPoint(canvas, {plot.X(*shown.value), y}, 0, shown.mark);
  // Flush right beyond the axis, so that the numbers form a column.
  canvas.Text({kChartWidth - kMargin, y + 4}, shown.text, {.anchor = Anchor::kEnd});
}

// All values and the reference.
Rows Extents(const RangeChart& chart, const std::vector<Shown>& shown) {
  Rows rows = {shown};
  if (chart.reference) {
    Shown reference;
    reference.mark = Mark::kValue;
    reference.value = chart.reference;
    rows.push_back({reference});
  }
  return rows;
}

}  // namespace

std::string RenderRangeChart(const RangeChart& chart) {
  if (chart.categories.empty()) return EmptyChart(chart.text);
  const Series series{"", chart.values};
  const Rows rows = ShowAll({series}, chart.categories.size(), chart.text, false);
  const std::vector<Shown>& shown = rows.front();
  Canvas canvas;
  std::vector<LegendItem> legend =
      MakeLegend({series}, rows, chart.text.language, Swatch::kPoint, true);
  if (chart.reference && !chart.reference_name.empty()) {
    legend.push_back({chart.reference_name, kSoft, Mark::kValue, Swatch::kReference, 0});
  }
  const double top = DrawHeading(canvas, chart.text, legend);
  const Plot plot = PlotOf(
      chart, AxisOf(Extents(chart, shown), 6, chart.from_zero, chart.text, false), shown, top);
  DrawGrid(canvas, chart, plot);
  for (std::size_t i = 0; i < shown.size(); ++i) DrawRow(canvas, chart, plot, shown[i], i);
  return FinishChart(canvas, chart.text, plot.rows.back() + kLeading + 8);
}

}  // namespace thb
