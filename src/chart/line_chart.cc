#include <algorithm>
#include <cmath>
#include <optional>

#include "chart/chart.h"
#include "chart/internal/marks.h"
#include "chart/internal/page.h"
#include "chart/internal/text_layout.h"

namespace thb {
namespace {

using Rows = std::vector<std::vector<Shown>>;

constexpr double kPlotHeight = 270;
constexpr std::size_t kMostLabelledLines = 2;  // more lines have a label at their end only

struct Plot {
  Axis axis;
  double left = 0;
  double right = 0;
  double top = 0;
  double bottom = 0;
  double slot = 0;  // between two periods
  bool label_all = false;
  double foot = 0;  // room between the axis and the names of the periods

  double X(std::size_t period) const { return left + slot * (static_cast<double>(period) + 0.5); }
  double Y(double value) const { return axis.At(value, bottom, top); }
  // Where a value without number stands.
  double Floor() const { return bottom - 9; }
};

double WidestLabel(const Rows& rows) {
  double widest = 0;
  for (const std::vector<Shown>& row : rows) {
    for (const Shown& shown : row) {
      if (shown.value) widest = std::max(widest, TextWidth(shown.text, kLabelSize));
    }
  }
  return widest;
}

// Of two lines, the label of the upper point stands above and that of the lower one below.
bool StandsBelow(const Rows& rows, std::size_t series, std::size_t period) {
  for (std::size_t s = 0; s < rows.size(); ++s) {
    const Shown& other = rows[s][period];
    if (s == series || !other.value) continue;
    const double mine = *rows[series][period].value;
    if (mine < *other.value || (mine == *other.value && series > s)) return true;
  }
  return false;
}

double LabelBase(const Plot& plot, const Rows& rows, std::size_t series, std::size_t period) {
  const Shown& shown = rows[series][period];
  return StandsBelow(rows, series, period) ? plot.Y(shown.lower.value_or(*shown.value)) + 18
                                           : plot.Y(shown.upper.value_or(*shown.value)) - 9;
}

// How far the lowest label reaches under the axis; the names of the periods make way for it.
double FootOf(const Plot& plot, const Rows& rows) {
  double lowest = plot.bottom;
  for (std::size_t s = 0; plot.label_all && s < rows.size(); ++s) {
    for (std::size_t i = 0; i < rows[s].size(); ++i) {
      if (rows[s][i].value) lowest = std::max(lowest, LabelBase(plot, rows, s, i));
    }
  }
  return lowest - plot.bottom;
}

Plot MakePlot(const LineChart& chart, const Rows& rows, double top) {
  Plot plot;
  plot.axis = AxisOf(rows, 6, chart.from_zero, chart.text, chart.percent);
  plot.left = kMargin + WidestTick(plot.axis, chart.text, chart.percent) + 10;
  plot.right = kChartWidth - kMargin;
  plot.top = top + 18;
  plot.bottom = plot.top + kPlotHeight;
  const auto count = static_cast<double>(chart.categories.size());
  const double label = WidestLabel(rows);
  plot.slot = (plot.right - plot.left) / count;
  plot.label_all = chart.series.size() <= kMostLabelledLines && label + 6 <= plot.slot;
  if (!plot.label_all) {
    plot.slot = std::min(plot.slot, (plot.right - plot.left - label - 12) / (count - 0.5));
  }
  plot.foot = FootOf(plot, rows);
  return plot;
}

void DrawFrame(Canvas& canvas, const LineChart& chart, const Plot& plot) {
  for (const double tick : plot.axis.ticks) {
    const double y = plot.Y(tick);
    canvas.Line({plot.left, y}, {plot.right, y}, {.stroke = tick == 0 ? kSoft : kGrid});
    canvas.Text({plot.left - 6, y + 4}, TickText(tick, plot.axis, chart.text, chart.percent),
                {.anchor = Anchor::kEnd});
  }
  double last_right = 0;
  for (std::size_t i = 0; i < chart.categories.size(); ++i) {
    const double half = TextWidth(chart.categories[i], kLabelSize) / 2;
    const double x = std::clamp(plot.X(i), std::min(half, kChartWidth / 2),
                                std::max(kChartWidth - half, kChartWidth / 2));
    if (x - half < last_right + 6) continue;
    canvas.Line({plot.X(i), plot.bottom}, {plot.X(i), plot.bottom + 4}, {.stroke = kSoft});
    canvas.Text({x, plot.bottom + plot.foot + kLeading + 3}, chart.categories[i],
                {.anchor = Anchor::kMiddle});
    last_right = x + half;
  }
}

void DrawSegments(Canvas& canvas, const Plot& plot, const std::vector<Shown>& row,
                  std::size_t series) {
  for (std::size_t i = 1; i < row.size(); ++i) {
    if (!row[i - 1].value || !row[i].value) continue;
    const bool estimate = row[i].mark == Mark::kEstimated || row[i - 1].mark == Mark::kEstimated;
    canvas.Line({plot.X(i - 1), plot.Y(*row[i - 1].value)}, {plot.X(i), plot.Y(*row[i].value)},
                {.stroke = SeriesColor(series),
                 .width = 2.2,
                 .dash = estimate ? std::string_view("5 4") : std::string_view()});
  }
}

// What stands for a value without number: its bounds, or a box on the floor, underlined in the
// colour of its series.
void DrawNoNumber(Canvas& canvas, const Plot& plot, const Shown& shown, double x,
                  std::size_t series) {
  double low = 0;
  double high = 0;
  if (!shown.Extent(low, high)) {
    DrawPoint(canvas, {x, plot.Floor()}, series, shown.mark);
    canvas.Line({x - 6, plot.bottom - 1}, {x + 6, plot.bottom - 1},
                {.stroke = SeriesColor(series), .width = 3});
    return;
  }
  if (!shown.lower) low = std::min(0.0, high);
  const double top = std::min(plot.Y(high), plot.Y(low) - 6);
  DrawMarkedBox(canvas, {x - 6, top, 12, plot.Y(low) - top}, SeriesColor(series), shown.mark);
  canvas.Line({x - 6, plot.Y(low)}, {x + 6, plot.Y(low)},
              {.stroke = SeriesColor(series), .width = 3});
}

// Values without number of one period stand side by side.
double Aside(const Rows& rows, std::size_t series, std::size_t period) {
  double before = 0;
  double all = 0;
  for (std::size_t s = 0; s < rows.size(); ++s) {
    if (rows[s][period].value) continue;
    before += s < series ? 1 : 0;
    all += 1;
  }
  return 14 * (before - (all - 1) / 2);
}

void DrawPoints(Canvas& canvas, const Plot& plot, const Rows& rows, std::size_t series) {
  for (std::size_t i = 0; i < rows[series].size(); ++i) {
    const Shown& shown = rows[series][i];
    if (!shown.value) {
      DrawNoNumber(canvas, plot, shown, plot.X(i) + Aside(rows, series, i), series);
      continue;
    }
    const double y = plot.Y(*shown.value);
    if (shown.lower || shown.upper) {
      const double x = plot.X(i);
      DrawWhisker(canvas, {x, plot.Y(shown.lower.value_or(*shown.value))},
                  {x, plot.Y(shown.upper.value_or(*shown.value))}, true, CapsOf(shown));
    }
    DrawPoint(canvas, {plot.X(i), y}, series, shown.mark);
  }
}

void DrawAllLabels(Canvas& canvas, const Plot& plot, const Rows& rows) {
  for (std::size_t s = 0; s < rows.size(); ++s) {
    for (std::size_t i = 0; i < rows[s].size(); ++i) {
      const Shown& shown = rows[s][i];
      if (!shown.value) continue;
      const double y = LabelBase(plot, rows, s, i);
      canvas.Text({plot.X(i), y}, shown.text, {.anchor = Anchor::kMiddle});
    }
  }
}

// At the right of each line's last point, moved apart downwards where they would overlap.
void DrawEndLabels(Canvas& canvas, const Plot& plot, const Rows& rows) {
  struct Label {
    double y = 0;
    double x = 0;
    std::size_t series = 0;
    std::string text;
  };
  std::vector<Label> labels;
  for (std::size_t s = 0; s < rows.size(); ++s) {
    for (std::size_t i = rows[s].size(); i-- > 0;) {
      if (!rows[s][i].value) continue;
      labels.push_back({plot.Y(*rows[s][i].value), plot.X(i), s, rows[s][i].text});
      break;
    }
  }
  std::sort(labels.begin(), labels.end(), [](const Label& a, const Label& b) {
    return a.y != b.y ? a.y < b.y : a.series < b.series;
  });
  double free_from = plot.top - kLabelSize;
  for (const Label& label : labels) {
    const double y = std::max(label.y + 4, free_from + kLabelSize + 1);
    canvas.Text({label.x + 10, y}, label.text, {});
    free_from = y;
  }
}

}  // namespace

std::string RenderLineChart(const LineChart& chart) {
  if (chart.categories.empty() || chart.series.empty()) return EmptyChart(chart.text);
  const Rows rows = ShowAll(chart.series, chart.categories.size(), chart.text, chart.percent);
  Canvas canvas;
  const double top =
      DrawHeading(canvas, chart.text,
                  MakeLegend(chart.series, rows, chart.text.language, Swatch::kPoint, true));
  const Plot plot = MakePlot(chart, rows, top);
  DrawFrame(canvas, chart, plot);
  for (std::size_t s = 0; s < rows.size(); ++s) {
    DrawSegments(canvas, plot, rows[s], s);
  }
  for (std::size_t s = 0; s < rows.size(); ++s) {
    DrawPoints(canvas, plot, rows, s);
  }
  if (plot.label_all) {
    DrawAllLabels(canvas, plot, rows);
  } else {
    DrawEndLabels(canvas, plot, rows);
  }
  return FinishChart(canvas, chart.text, plot.bottom + plot.foot + kLeading + 12);
}

}  // namespace thb
