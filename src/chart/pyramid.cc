#include <algorithm>
#include <cmath>

#include "chart/chart.h"
#include "chart/internal/marks.h"
#include "chart/internal/page.h"
#include "chart/internal/text_layout.h"

namespace thb {
namespace {

using Rows = std::vector<std::vector<Shown>>;

constexpr double kBar = 20;
constexpr double kStub = 14;
constexpr double kWidestGroup = 150;

// One of the two sides: its axis grows from `zero` towards `far`.
struct Side {
  Axis axis;
  double zero = 0;
  double far = 0;

  double At(double value) const { return axis.At(value, zero, far); }
  double Outwards() const { return far > zero ? 1 : -1; }
  Anchor Away() const { return far > zero ? Anchor::kStart : Anchor::kEnd; }
};

Box Between(double a, double b, double y) {
  return {std::min(a, b), y, std::abs(b - a), kBar - 2};
}

void DrawSide(Canvas& canvas, const Side& side, const Shown& shown, double y, std::size_t series) {
  const std::string_view color = SeriesColor(series);
  double low = 0;
  double high = 0;
  const bool numbers = shown.Extent(low, high);
  double end = side.zero + kStub * side.Outwards();
  if (shown.value) {
    end = side.At(std::max(*shown.value, 0.0));
    if (*shown.value > 0) {
      DrawMarkedBox(canvas, Between(side.zero, end, y), color, shown.mark);
    } else {
      canvas.Line({side.zero, y}, {side.zero, y + kBar - 2}, {.stroke = color, .width = 3});
    }
    if (shown.lower || shown.upper) {
      const double middle = y + kBar / 2 - 1;
      DrawWhisker(canvas, {side.At(low), middle}, {side.At(high), middle}, false, CapsOf(shown));
      end = side.At(high);
    }
  } else {
    const double begin = side.At(numbers ? shown.lower.value_or(0) : 0);
    if (numbers) end = side.At(high);
    if (std::abs(end - begin) < kStub) end = begin + kStub * side.Outwards();
    DrawMarkedBox(canvas, Between(begin, end, y), color, shown.mark);
  }
  DrawLabel(canvas, {end + 5 * side.Outwards(), y + kBar / 2 + 3}, shown.text,
            {.anchor = side.Away()});
}

void DrawSideAxis(Canvas& canvas, const Side& side, const Pyramid& chart, double top,
                  double bottom) {
  double last = -1;
  for (const double tick : side.axis.ticks) {
    const double x = side.At(tick);
    canvas.Line({x, top}, {x, bottom}, {.stroke = tick == 0 ? kSoft : kGrid});
    const std::string text = TickText(tick, side.axis, chart.text, chart.percent);
    const double half = TextWidth(text, kLabelSize) / 2;
    // The words of the two zeros would meet in the middle column only where groups are narrow.
    const double from_zero = std::abs(x - side.zero);
    if (last >= 0 && from_zero - half < last + 8) continue;
    canvas.Text({x, bottom + kLeading}, text, {.anchor = Anchor::kMiddle});
    last = from_zero + half;
  }
}

double LabelRoom(const Rows& rows) {
  double room = 20;
  for (const std::vector<Shown>& row : rows) {
    for (const Shown& shown : row) {
      room = std::max(room, TextWidth(shown.text, kLabelSize) + 8);
    }
  }
  return std::min(room, 140.0);
}

}  // namespace

std::string RenderPyramid(const Pyramid& chart) {
  if (chart.groups.empty()) return EmptyChart(chart.text);
  const std::vector<Series> both = {chart.left, chart.right};
  const Rows rows = ShowAll(both, chart.groups.size(), chart.text, chart.percent);
  Canvas canvas;
  auto legend = MakeLegend(both, rows, chart.text.language, Swatch::kBox, true);
  legend.erase(legend.begin(), legend.begin() + 2);  // each side has its name above it
  double top = DrawHeading(canvas, chart.text, legend) + 20;
  double names = 30;
  for (const std::string& group : chart.groups) {
    for (const std::string& line : WrapText(group, kWidestGroup, kLabelSize)) {
      names = std::max(names, TextWidth(line, kLabelSize));
    }
  }
  const double half = names / 2 + 10;
  const double room = LabelRoom(rows);
  const Axis axis =
      MakeAxis(0, std::max(AxisOf(rows, 4, true, chart.text, chart.percent).upper, 0.0), 4,
               chart.text.decimals == 0 && !chart.percent);
  const Side left{axis, kChartWidth / 2 - half, kMargin + room};
  const Side right{axis, kChartWidth / 2 + half, kChartWidth - kMargin - room};
  canvas.Text({left.zero - 4, top}, chart.left.name,
              {.size = 13, .anchor = Anchor::kEnd, .bold = true});
  canvas.Text({right.zero + 4, top}, chart.right.name, {.size = 13, .bold = true});
  top += 8;
  std::vector<double> tops;
  double y = top + 4;
  for (std::size_t g = chart.groups.size(); g-- > 0;) {
    tops.insert(tops.begin(), y);
    const auto lines = WrapText(chart.groups[g], kWidestGroup, kLabelSize);
    y += std::max(kBar, kLeading * static_cast<double>(lines.size())) + 4;
  }
  DrawSideAxis(canvas, left, chart, top, y);
  DrawSideAxis(canvas, right, chart, top, y);
  for (std::size_t g = 0; g < chart.groups.size(); ++g) {
    const auto lines = WrapText(chart.groups[g], kWidestGroup, kLabelSize);
    canvas.Lines({kChartWidth / 2, tops[g] + kBar / 2 + 3}, lines, kLeading,
                 {.anchor = Anchor::kMiddle});
    DrawSide(canvas, left, rows[0][g], tops[g], 0);
    DrawSide(canvas, right, rows[1][g], tops[g], 1);
  }
  return FinishChart(canvas, chart.text, y + kLeading + 10);
}

}  // namespace thb
