#include <algorithm>
#include <cmath>

#include "chart/chart.h"
#include "chart/internal/marks.h"
#include "chart/internal/page.h"
#include "chart/internal/text_layout.h"

namespace thb {
namespace {

constexpr double kUprightHeight = 280;
constexpr double kWidestBar = 64;        // of upright bars
constexpr double kFilled = 0.88;         // part of an upright category that its bars fill
constexpr double kWidestCategory = 210;  // of the labels beside horizontal bars
constexpr double kUprightLabel = 11;     // size of the values above upright bars
constexpr double kStub = 14;             // length of a box that stands for no number

using Rows = std::vector<std::vector<Shown>>;

// The drawing area. "Along" is the direction of the values, "across" that of the categories.
struct Plot {
  bool horizontal = false;
  Axis axis;
  double from = 0;            // coordinate of axis.lower
  double to = 0;              // of axis.upper
  std::vector<double> slots;  // across: where each category begins, and the end of the last
  double bar = 0;             // across: thickness of one bar

  double At(double value) const { return axis.At(value, from, to); }
  Point Place(double along, double across) const {
    return horizontal ? Point{along, across} : Point{across, along};
  }
  Box Bar(double first, double last, double across) const {
    // The smallest number still shows: only a zero has no bar.
    const double length = std::max(std::abs(last - first), 2.0);
    const double low = last >= first ? first : first - length;
    return horizontal ? Box{low, across, length, bar} : Box{across, low, bar, length};
  }
  // One unit in the direction of growing values.
  double Forward() const { return to >= from ? 1 : -1; }
};

std::size_t BarsPerSlot(const BarChart& chart) {
  return chart.stacked ? 1 : chart.series.size();
}

double WidestLabel(const Rows& rows) {
  double widest = 0;
  for (const std::vector<Shown>& row : rows) {
    for (const Shown& shown : row) {
      widest = std::max(widest, TextWidth(shown.text, kLabelSize));
    }
  }
  return widest;
}

bool HasNegative(const Axis& axis) {
  return axis.lower < 0;
}

// The values that end a stack, as rows of their own, so that the axis holds the sums.
Rows StackSums(const Rows& rows, std::size_t categories) {
  Rows sums(1);
  for (std::size_t c = 0; c < categories; ++c) {
    Shown sum;
    sum.mark = Mark::kValue;
    sum.lower = sum.upper = 0;
    for (const std::vector<Shown>& row : rows) {
      const double value = row[c].value.value_or(0);
      (value < 0 ? *sum.lower : *sum.upper) += value;
    }
    sums[0].push_back(sum);
  }
  return sums;
}

double UprightBar(const BarChart& chart, double slot) {
  return std::min(kWidestBar, slot * kFilled / static_cast<double>(BarsPerSlot(chart)));
}

// An upright chart needs room for category words and for value labels above the bars.
bool FitsUpright(const BarChart& chart, const Rows& rows, double width) {
  const double slot = width / static_cast<double>(chart.categories.size());
  for (const std::string& category : chart.categories) {
    if (WidestWord(category, kLabelSize) > slot - 4) return false;
    if (WrapText(category, slot - 4, kLabelSize).size() > 4) return false;
  }
  if (chart.stacked) return slot >= 24;
  const double bar = UprightBar(chart, slot);
  for (const std::vector<Shown>& row : rows) {
    for (const Shown& shown : row) {
      if (shown.value && TextWidth(shown.text, kUprightLabel) > bar) return false;
    }
  }
  return bar >= kStub;
}

Plot UprightPlot(const BarChart& chart, const Axis& axis, double top) {
  Plot plot;
  plot.axis = axis;
  plot.to = top + 18;
  plot.from = plot.to + kUprightHeight;
  const double left = kMargin + WidestTick(axis, chart.text, chart.percent) + 10;
  const auto count = static_cast<double>(chart.categories.size());
  const double slot = (kChartWidth - kMargin - left) / count;
  for (std::size_t i = 0; i <= chart.categories.size(); ++i) {
    plot.slots.push_back(left + slot * static_cast<double>(i));
  }
  plot.bar = UprightBar(chart, slot);
  return plot;
}

Plot HorizontalPlot(const BarChart& chart, const Axis& axis, const Rows& rows, double top) {
  Plot plot;
  plot.horizontal = true;
  plot.axis = axis;
  plot.bar = BarsPerSlot(chart) > 1 ? 15 : 18;
  double names = 0;
  plot.slots.push_back(top + 8);
  for (const std::string& category : chart.categories) {
    const auto lines = WrapText(category, kWidestCategory, kLabelSize);
    for (const std::string& line : lines) {
      names = std::max(names, TextWidth(line, kLabelSize));
    }
    const double bars = plot.bar * static_cast<double>(BarsPerSlot(chart));
    const double words = kLeading * static_cast<double>(lines.size());
    plot.slots.push_back(plot.slots.back() + std::max(bars, words) + 8);
  }
  const double label = chart.stacked ? kStub + 8 : std::min(WidestLabel(rows) + 10, 200.0);
  plot.from = kMargin + names + 10 + (HasNegative(axis) ? label : 0);
  plot.to = kChartWidth - kMargin - std::max(label, 20.0);
  return plot;
}

void DrawGrid(Canvas& canvas, const BarChart& chart, const Plot& plot) {
  const double begin = plot.slots.front();
  const double end = plot.slots.back();
  double last_right = -1;
  for (const double tick : plot.axis.ticks) {
    const double along = plot.At(tick);
    canvas.Line(plot.Place(along, begin), plot.Place(along, end), {.stroke = kGrid});
    const std::string text = TickText(tick, plot.axis, chart.text, chart.percent);
    if (!plot.horizontal) {
      canvas.Text({begin - 6, along + 4}, text, {.size = kLabelSize, .anchor = Anchor::kEnd});
      continue;
    }
    const double half = TextWidth(text, kLabelSize) / 2;
    if (along - half < last_right + 6) continue;
    canvas.Text({along, end + kLeading}, text, {.size = kLabelSize, .anchor = Anchor::kMiddle});
    last_right = along + half;
  }
}

void DrawCategories(Canvas& canvas, const BarChart& chart, const Plot& plot) {
  for (std::size_t i = 0; i < chart.categories.size(); ++i) {
    const double middle = (plot.slots[i] + plot.slots[i + 1]) / 2;
    if (plot.horizontal) {
      const auto lines = WrapText(chart.categories[i], kWidestCategory, kLabelSize);
      const double label = HasNegative(plot.axis) ? kMargin : plot.from - 8;
      const double y = middle + 4 - kLeading * static_cast<double>(lines.size() - 1) / 2;
      canvas.Lines({label, y}, lines, kLeading,
                   {.anchor = HasNegative(plot.axis) ? Anchor::kStart : Anchor::kEnd});
    } else {
      const double slot = plot.slots[i + 1] - plot.slots[i];
      canvas.Lines({middle, plot.from + kLeading + 2},
                   WrapText(chart.categories[i], slot - 4, kLabelSize), kLeading,
                   {.anchor = Anchor::kMiddle});
    }
  }
}

// Beside the end of a bar, at `along`.
void DrawEndLabel(Canvas& canvas, const Plot& plot, double along, double across,
                  const std::string& text, bool backwards) {
  const double way = (backwards ? -5 : 5) * plot.Forward();
  if (plot.horizontal) {
    DrawLabel(canvas, {along + way, across + plot.bar / 2 + 4}, text,
              {.anchor = backwards ? Anchor::kEnd : Anchor::kStart});
  } else {
    DrawLabel(canvas, {across + plot.bar / 2, along + (backwards ? 14 : -4)}, text,
              {.size = kUprightLabel, .anchor = Anchor::kMiddle});
  }
}

void DrawOneBar(Canvas& canvas, const Plot& plot, double across, std::string_view color,
                const Shown& shown) {
  const double zero = plot.At(0);
  double low = 0;
  double high = 0;
  if (!shown.Extent(low, high)) {
    DrawMarkedBox(canvas, plot.Bar(zero, zero + kStub * plot.Forward(), across), color, shown.mark);
    if (plot.horizontal) {
      DrawEndLabel(canvas, plot, zero + kStub, across, shown.text, false);
    }
    return;
  }
  const bool backwards = shown.value ? *shown.value < 0 : high < 0;
  if (!shown.value) {
    const double begin = plot.At(shown.lower.value_or(std::min(0.0, high)));
    double end = plot.At(high);
    if (std::abs(end - begin) < kStub) end = begin + kStub * plot.Forward();
    DrawMarkedBox(canvas, plot.Bar(begin, end, across), color, shown.mark);
    if (plot.horizontal) {
      DrawEndLabel(canvas, plot, backwards ? begin : end, across, shown.text, backwards);
    }
    return;
  }
  if (*shown.value == 0) {
    canvas.Line(plot.Place(zero, across), plot.Place(zero, across + plot.bar),
                {.stroke = color, .width = 3});
  } else {
    DrawMarkedBox(canvas, plot.Bar(zero, plot.At(*shown.value), across), color, shown.mark);
  }
  if (shown.lower || shown.upper) {
    const double middle = across + plot.bar / 2;
    DrawWhisker(canvas, plot.Place(plot.At(low), middle), plot.Place(plot.At(high), middle),
                !plot.horizontal, CapsOf(shown));
  }
  DrawEndLabel(canvas, plot, plot.At(backwards ? low : std::max(high, 0.0)), across, shown.text,
               backwards);
}

void DrawGroups(Canvas& canvas, const Plot& plot, const Rows& rows, std::size_t category) {
  const double middle = (plot.slots[category] + plot.slots[category + 1]) / 2;
  double across = middle - plot.bar * static_cast<double>(rows.size()) / 2;
  for (std::size_t s = 0; s < rows.size(); ++s) {
    DrawOneBar(canvas, plot, across, SeriesColor(s), rows[s][category]);
    across += plot.bar;
  }
}

// The number inside its part of a stack, where there is room for it.
void DrawPartLabel(Canvas& canvas, const Box& box, std::string_view color, const Shown& shown) {
  const double width = TextWidth(shown.text, kLabelSize) + 4;
  if (box.width < width || box.height < 15) return;
  const Point at{box.x + box.width / 2, box.y + box.height / 2};
  const bool plain = shown.mark == Mark::kValue;
  if (!plain) canvas.Rectangle({at.x - width / 2, at.y - 7, width, 14}, {.fill = kPaper});
  canvas.Text({at.x, at.y + 4}, shown.text,
              {.anchor = Anchor::kMiddle, .fill = plain ? InkOn(color) : kInk});
}

void DrawStack(Canvas& canvas, const Plot& plot, const Rows& rows, std::size_t category) {
  const double middle = (plot.slots[category] + plot.slots[category + 1]) / 2;
  const double across = middle - plot.bar / 2;
  double above = 0;
  double below = 0;
  Mark gap = Mark::kValue;
  for (std::size_t s = 0; s < rows.size(); ++s) {
    const Shown& shown = rows[s][category];
    if (!shown.value) {
      if (gap != Mark::kMissing) gap = shown.mark;
      continue;
    }
    double& sum = *shown.value < 0 ? below : above;
    const Box box = plot.Bar(plot.At(sum), plot.At(sum + *shown.value), across);
    sum += *shown.value;
    if (*shown.value == 0) continue;
    DrawMarkedBox(canvas, box, SeriesColor(s), shown.mark);
    canvas.Rectangle(box, {.stroke = kPaper});
    DrawPartLabel(canvas, box, SeriesColor(s), shown);
  }
  if (gap == Mark::kValue && above == 0 && below == 0) {
    canvas.Line(plot.Place(plot.At(0), across), plot.Place(plot.At(0), across + plot.bar),
                {.stroke = kSoft, .width = 3});
  }
  if (gap == Mark::kValue) return;
  const double end = plot.At(above) + 3 * plot.Forward();
  DrawMarkedBox(canvas, plot.Bar(end, end + kStub * plot.Forward(), across), kSoft, gap);
}

// The y below the labels of the categories or ticks.
double BottomOf(const BarChart& chart, const Plot& plot) {
  if (plot.horizontal) return plot.slots.back() + kLeading + 8;
  std::size_t lines = 1;
  for (std::size_t i = 0; i < chart.categories.size(); ++i) {
    const double slot = plot.slots[i + 1] - plot.slots[i];
    lines = std::max(lines, WrapText(chart.categories[i], slot - 4, kLabelSize).size());
  }
  return plot.from + kLeading * static_cast<double>(lines) + 8;
}

}  // namespace

std::string RenderBarChart(const BarChart& chart) {
  if (chart.categories.empty() || chart.series.empty()) return EmptyChart(chart.text);
  const Rows rows = ShowAll(chart.series, chart.categories.size(), chart.text, chart.percent);
  const Rows sums = chart.stacked ? StackSums(rows, chart.categories.size()) : rows;
  const Axis axis = AxisOf(sums, 6, true, chart.text, chart.percent);
  Canvas canvas;
  const double top = DrawHeading(
      canvas, chart.text,
      MakeLegend(chart.series, rows, chart.text.language, Swatch::kBox, !chart.stacked));
  const double ticks = WidestTick(axis, chart.text, chart.percent) + 10;
  const bool upright =
      !chart.horizontal && FitsUpright(chart, rows, kChartWidth - 2 * kMargin - ticks);
  const Plot plot =
      upright ? UprightPlot(chart, axis, top) : HorizontalPlot(chart, axis, rows, top);
  DrawGrid(canvas, chart, plot);
  for (std::size_t i = 0; i < chart.categories.size(); ++i) {
    if (chart.stacked) {
      DrawStack(canvas, plot, rows, i);
    } else {
      DrawGroups(canvas, plot, rows, i);
    }
  }
  const double zero = plot.At(0);
  canvas.Line(plot.Place(zero, plot.slots.front()), plot.Place(zero, plot.slots.back()),
              {.stroke = kSoft, .width = 1.2});
  DrawCategories(canvas, chart, plot);
  return FinishChart(canvas, chart.text, BottomOf(chart, plot));
}

}  // namespace thb
