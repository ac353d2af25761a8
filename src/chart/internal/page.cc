#include "chart/internal/page.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <utility>

#include "chart/internal/marks.h"
#include "chart/internal/text_layout.h"
#include "chart/internal/words.h"
#include "codes/format.h"

namespace thb {
namespace {

constexpr double kTitleSize = 17;
constexpr double kSmallSize = 11;
constexpr double kSwatchWidth = 22;
constexpr double kSwatchHeight = 12;

Ring Regular(Point centre, double radius, int corners, double turn) {
  constexpr double kPi = 3.14159265358979323846;
  Ring ring;
  for (int i = 0; i < corners; ++i) {
    const double angle = turn + 2 * kPi * i / corners;
    ring.push_back({centre.x + radius * std::sin(angle), centre.y - radius * std::cos(angle)});
  }
  return ring;
}

Ring PointShape(Point at, std::size_t series) {
  constexpr double kPi = 3.14159265358979323846;
  switch (series % 5) {
    case 0:
      return Regular(at, 4.5, 16, 0);
    case 1:
      return Regular(at, 5.6, 4, kPi / 4);
    case 2:
      return Regular(at, 5.8, 3, 0);
    case 3:
      return Regular(at, 6, 4, 0);
    default:
      return Regular(at, 5.8, 3, kPi);
  }
}

bool HasBounds(const std::vector<std::vector<Shown>>& rows) {
  for (const std::vector<Shown>& row : rows) {
    for (const Shown& shown : row) {
      if (shown.value && (shown.lower || shown.upper)) return true;
    }
  }
  return false;
}

// The legend in rows; returns the y below.
double DrawLegend(Canvas& canvas, std::span<const LegendItem> legend, double y) {
  double x = kMargin;
  for (const LegendItem& item : legend) {
    const double room = kChartWidth - 2 * kMargin - kSwatchWidth - 6;
    const std::vector<std::string> lines = WrapText(item.label, room, kLabelSize);
    const double width = kSwatchWidth + 6 + TextWidth(lines.front(), kLabelSize) + 18;
    if (x > kMargin && x + width - 18 > kChartWidth - kMargin) {
      x = kMargin;
      y += kLeading + 4;
    }
    DrawSwatch(canvas, {x, y}, item);
    canvas.Lines({x + kSwatchWidth + 6, y + 10.5}, lines, kLeading, {.size = kLabelSize});
    x += width;
    y += kLeading * static_cast<double>(lines.size() - 1);
  }
  return legend.empty() ? y : y + kLeading + 6;
}

}  // namespace

std::vector<Mark> MarksIn(const std::vector<std::vector<Shown>>& rows) {
  std::set<Mark> marks;
  for (const std::vector<Shown>& row : rows) {
    for (const Shown& shown : row) {
      if (shown.mark != Mark::kValue) marks.insert(shown.mark);
    }
  }
  return {marks.begin(), marks.end()};
}

std::vector<LegendItem> MakeLegend(const std::vector<Series>& series,
                                   const std::vector<std::vector<Shown>>& rows,
                                   std::string_view language, Swatch swatch, bool bounds) {
  std::vector<LegendItem> legend;
  for (std::size_t i = 0; series.size() > 1 && i < series.size(); ++i) {
    legend.push_back({series[i].name, SeriesColor(i), Mark::kValue, swatch, i});
  }
  for (const Mark mark : MarksIn(rows)) {
    // A zero is labelled as such; the others need their shape explained.
    if (mark == Mark::kZero) continue;
    legend.push_back({MarkWord(mark, language), kSoft, mark, swatch, 0});
  }
  if (bounds && HasBounds(rows)) {
    legend.push_back({ChartWord("bounds", language), kInk, Mark::kValue, Swatch::kWhisker, 0});
  }
  return legend;
}

void DrawPoint(Canvas& canvas, Point at, std::size_t series, Mark mark) {
  const std::string_view color = SeriesColor(series);
  if (mark == Mark::kMissing || mark == Mark::kSuppressed) {
    DrawMarkedBox(canvas, {at.x - 6, at.y - 6, 12, 12}, color, mark);
    return;
  }
  const bool hollow = mark == Mark::kEstimated;
  canvas.Path(RingPath({PointShape(at, series)}),
              {.fill = hollow ? kPaper : color, .stroke = hollow ? color : kPaper, .width = 1.4});
  if (mark == Mark::kProvisional) canvas.Circle(at, 1.7, {.fill = kPaper});
}

void DrawWhisker(Canvas& canvas, Point from, Point to, bool upright, WhiskerCaps caps) {
  const Paint paint{.stroke = kInk, .width = 1.2};
  const double cap = 4;
  const Point side = upright ? Point{cap, 0} : Point{0, cap};
  // A white edge keeps it visible on dark bars.
  canvas.Line(from, to, {.stroke = kPaper, .width = 3});
  canvas.Line(from, to, paint);
  for (const auto& [end, capped] : {std::pair(from, caps.from), std::pair(to, caps.to)}) {
    if (!capped) continue;
    canvas.Line({end.x - side.x, end.y - side.y}, {end.x + side.x, end.y + side.y}, paint);
  }
}

void DrawLabel(Canvas& canvas, Point at, std::string_view text, const Lettering& lettering) {
  const double width = TextWidth(text, lettering.size, lettering.bold);
  const double back = lettering.anchor == Anchor::kStart ? 0
                      : lettering.anchor == Anchor::kEnd ? width
                                                         : width / 2;
  canvas.Rectangle({at.x - back, at.y - lettering.size * 0.85, width, lettering.size},
                   {.fill = kPaper});
  canvas.Text(at, text, lettering);
}

void DrawSwatch(Canvas& canvas, Point at, const LegendItem& item) {
  const Point middle{at.x + kSwatchWidth / 2, at.y + kSwatchHeight / 2};
  switch (item.swatch) {
    case Swatch::kBox:
      DrawMarkedBox(canvas, {at.x, at.y, kSwatchWidth, kSwatchHeight}, item.color, item.mark);
      if (item.mark == Mark::kZero) {
        canvas.Text({middle.x, middle.y + 4}, "0", {.size = kSmallSize, .anchor = Anchor::kMiddle});
      }
      return;
    case Swatch::kPoint: {
      const bool line = item.mark != Mark::kMissing && item.mark != Mark::kSuppressed;
      const std::string_view dash = item.mark == Mark::kEstimated ? "4 3" : "";
      if (line) {
        canvas.Line({at.x, middle.y}, {at.x + kSwatchWidth, middle.y},
                    {.stroke = SeriesColor(item.series), .width = 2, .dash = dash});
      }
      DrawPoint(canvas, middle, item.series, item.mark);
      return;
    }
    case Swatch::kWhisker:
      DrawWhisker(canvas, {at.x + 2, middle.y}, {at.x + kSwatchWidth - 2, middle.y}, false);
      return;
    case Swatch::kReference:
      canvas.Line({middle.x, at.y - 1}, {middle.x, at.y + kSwatchHeight + 1},
                  {.stroke = item.color, .width = 1.5, .dash = kReferenceDash});
      return;
  }
}

double DrawHeading(Canvas& canvas, const ChartText& text, std::span<const LegendItem> legend) {
  const double room = kChartWidth - 2 * kMargin;
  double y = 22;
  if (!text.title.empty()) {
    const auto lines = WrapText(text.title, room, kTitleSize, true);
    canvas.Lines({kMargin, y}, lines, 21, {.size = kTitleSize, .bold = true});
    y += 21 * static_cast<double>(lines.size());
  }
  if (!text.unit.empty()) {
    const auto lines =
        WrapText(ChartWord("unit", text.language) + " " + text.unit, room, kLabelSize);
    canvas.Lines({kMargin, y}, lines, kLeading, {.size = kLabelSize, .fill = kSoft});
    y += kLeading * static_cast<double>(lines.size());
  }
  return DrawLegend(canvas, legend, y - 6);
}

std::string FinishChart(Canvas& canvas, const ChartText& text, double top) {
  double y = top;
  if (!text.source.empty()) {
    const auto lines = WrapText(ChartWord("source", text.language) + " " + text.source,
                                kChartWidth - 2 * kMargin, kSmallSize);
    canvas.Lines({kMargin, y + 14}, lines, 14, {.size = kSmallSize, .fill = kSoft});
    y += 14 * static_cast<double>(lines.size());
  }
  return canvas.Finish(text, std::ceil(y + kMargin));
}

std::string EmptyChart(const ChartText& text) {
  Canvas canvas;
  const double top = DrawHeading(canvas, text, {});
  canvas.Text({kMargin, top + 24}, ChartWord("nothing", text.language), {.size = kLabelSize});
  return FinishChart(canvas, text, top + 36);
}

Axis AxisOf(const std::vector<std::vector<Shown>>& rows, int ticks, bool zero,
            const ChartText& text, bool percent) {
  bool any = zero;
  double lowest = 0;
  double highest = 0;
  for (const std::vector<Shown>& row : rows) {
    for (const Shown& shown : row) {
      double low = 0;
      double high = 0;
      if (!shown.Extent(low, high)) continue;
      lowest = any ? std::min(lowest, low) : low;
      highest = any ? std::max(highest, high) : high;
      any = true;
    }
  }
  return MakeAxis(lowest, highest, ticks, text.decimals == 0 && !percent);
}

std::string TickText(double tick, const Axis& axis, const ChartText& text, bool percent) {
  return percent ? FormatPercent(tick, axis.decimals, text.language)
                 : FormatDecimal(tick, axis.decimals, text.language);
}

double WidestTick(const Axis& axis, const ChartText& text, bool percent) {
  double widest = 0;
  for (const double tick : axis.ticks) {
    widest = std::max(widest, TextWidth(TickText(tick, axis, text, percent), kLabelSize));
  }
  return widest;
}

}  // namespace thb
