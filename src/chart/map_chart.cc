#include <algorithm>
#include <cmath>
#include <set>

#include "chart/chart.h"
#include "chart/internal/classes.h"
#include "chart/internal/europe.h"
#include "chart/internal/marks.h"
#include "chart/internal/page.h"
#include "chart/internal/text_layout.h"
#include "chart/internal/words.h"
#include "codes/names.h"

namespace thb {
namespace {

constexpr double kMapWidth = 540;
constexpr double kMapHeight = 534;
constexpr double kLegendLeft = kMargin + kMapWidth + 14;
constexpr double kCodeSize = 11;
constexpr double kCodeRoom = 4;   // Spot::room that a code needs
constexpr double kTinyArea = 60;  // square units below which a country gets a disc on the map
constexpr double kDisc = 6;
constexpr std::string_view kSea = "#F4F6F8";
constexpr std::string_view kLand = "#E2E2E2";
constexpr std::string_view kOutline = "#3D3D3D";
constexpr std::string_view kFaintOutline = "#ABABAB";

struct Region {
  const Country* country = nullptr;
  Shown shown;
  std::string_view color = kPaper;
  bool labelled = false;
};

Result<std::vector<Region>> MakeRegions(const MapChart& chart, const Europe& europe,
                                        const std::vector<Shown>& values, const Classes& classes) {
  std::vector<Region> regions;
  for (const auto& [geo, value] : chart.values) {
    const auto country =
        std::find_if(europe.countries.begin(), europe.countries.end(),
                     [&code = geo](const Country& one) { return one.geo == code; });
    if (country == europe.countries.end() || country->rings.empty()) {
      return Fail(ErrorCode::kUnknownCode, "country " + geo + " is not on the map of Europe",
                  "values[" + geo + "]", "use Eurostat geo codes of European countries");
    }
    Region region;
    region.country = &*country;
    region.shown = values[regions.size()];
    if (region.shown.value && region.shown.mark != Mark::kZero) {
      region.color =
          classes.classes[classes.IndexOf(*region.shown.value, chart.text.decimals)].color;
    }
    region.labelled = country->spot.room >= kCodeRoom;
    regions.push_back(std::move(region));
  }
  return regions;
}

void DrawLand(Canvas& canvas, const Europe& europe, const std::vector<Region>& regions) {
  std::set<std::string_view> own;
  for (const Region& region : regions) {
    own.insert(region.country->geo);
  }
  std::vector<Ring> others;
  for (const Country& country : europe.countries) {
    if (own.contains(country.geo)) continue;
    others.insert(others.end(), country.rings.begin(), country.rings.end());
  }
  canvas.Path(RingPath(others), {.fill = kLand});
  for (const Region& region : regions) {
    FillMarked(canvas, region.country->rings, region.color, region.shown.mark);
  }
  std::string faint;
  std::string strong;
  for (const Border& border : europe.borders) {
    const bool mine = own.contains(border.first) || own.contains(border.second);
    for (const std::vector<Point>& line : border.lines) {
      (mine ? strong : faint) += LinePath(line);
    }
  }
  canvas.Path(faint, {.stroke = kFaintOutline, .width = 0.5});
  canvas.Path(strong, {.stroke = kOutline, .width = 0.7});
}

void DrawDisc(Canvas& canvas, const Region& region) {
  constexpr int kCorners = 24;
  constexpr double kTurn = 2 * 3.14159265358979323846 / kCorners;
  const Point at = region.country->spot.at;
  Ring ring;
  for (int i = 0; i < kCorners; ++i) {
    ring.push_back({at.x + kDisc * std::cos(kTurn * i), at.y + kDisc * std::sin(kTurn * i)});
  }
  FillMarked(canvas, {ring}, region.color, region.shown.mark);
  canvas.Circle(at, kDisc, {.stroke = kOutline});
}

bool IsHatched(Mark mark) {
  return mark != Mark::kValue && mark != Mark::kZero;
}

// Letters cannot be read on hatching.
void DrawLabelGround(Canvas& canvas, const Region& region) {
  const double width = TextWidth(region.country->geo, kCodeSize, true) + 3;
  const double height = kCodeSize + 2;
  const Point at = region.country->spot.at;
  canvas.Rectangle({at.x - width / 2, at.y - height / 2, width, height}, {.fill = kPaper});
}

// The code alone: numbers would fit on some countries only, and stand in the table beside the map.
void DrawRegionLabel(Canvas& canvas, const Region& region) {
  const Point at = region.country->spot.at;
  const std::string_view ink = IsHatched(region.shown.mark) ? kInk : InkOn(region.color);
  canvas.Text({at.x, at.y + 4}, region.country->geo,
              {.size = kCodeSize, .anchor = Anchor::kMiddle, .bold = true, .fill = ink});
}

// All grounds come before all letters, so that no ground covers a neighbour's code.
void DrawRegionLabels(Canvas& canvas, const std::vector<Region>& regions) {
  for (const Region& region : regions) {
    if (region.labelled && IsHatched(region.shown.mark)) DrawLabelGround(canvas, region);
  }
  for (const Region& region : regions) {
    if (region.labelled) DrawRegionLabel(canvas, region);
  }
}

std::vector<LegendItem> MapLegend(const std::vector<Region>& regions, const Classes& classes,
                                  const std::string& language) {
  std::vector<LegendItem> legend;
  std::set<Mark> marks;
  bool any = false;
  for (const Region& region : regions) {
    const bool classed = region.shown.value && region.shown.mark != Mark::kZero;
    any = any || classed;
    if (region.shown.mark != Mark::kValue) marks.insert(region.shown.mark);
  }
  for (std::size_t i = classes.classes.size(); any && i-- > 0;) {
    legend.push_back({classes.classes[i].label, classes.classes[i].color});
  }
  for (const Mark mark : marks) {
    const bool filled = mark == Mark::kEstimated || mark == Mark::kProvisional;
    legend.push_back(
        {MarkWord(mark, language), filled ? std::string_view("#4F94C4") : kSoft, mark});
  }
  legend.push_back({ChartWord("not_covered", language), kLand});
  return legend;
}

// Swatch and words in the column beside the map; returns the y below.
double DrawEntry(Canvas& canvas, const LegendItem& item, double y) {
  constexpr double kText = kLegendLeft + 28;
  DrawSwatch(canvas, {kLegendLeft, y}, item);
  if (item.mark != Mark::kMissing) {
    canvas.Rectangle({kLegendLeft, y, 22, 12}, {.stroke = kSoft, .width = 0.7});
  }
  const auto lines = WrapText(item.label, kChartWidth - kMargin - kText, kLabelSize);
  canvas.Lines({kText, y + 10.5}, lines, kLeading, {});
  return y + kLeading * static_cast<double>(lines.size()) + 5;
}

// Where each value is provisional, stripes on every country would hide the shades and tell nothing
// apart: one line says it. Returns whether it is so.
bool TakeProvisionalOff(std::vector<Shown>& values) {
  bool any = false;
  for (const Shown& value : values) {
    if (!value.value) continue;
    any = true;
    if (value.mark != Mark::kProvisional) return false;
  }
  for (Shown& value : values) {
    if (value.mark == Mark::kProvisional)
      value.mark = *value.value == 0 ? Mark::kZero : Mark::kValue;
  }
  return any;
}

// Words of the column beside the map that belong to no swatch; returns the y below.
double DrawRemark(Canvas& canvas, const std::string& text, double y) {
  const auto lines = WrapText(text, kChartWidth - kMargin - kLegendLeft, kLabelSize);
  canvas.Lines({kLegendLeft, y + 22}, lines, kLeading, {.fill = kSoft});
  return y + 18 + kLeading * static_cast<double>(lines.size());
}

double DrawColumn(Canvas& canvas, const std::vector<Region>& regions, const Classes& classes,
                  const std::string& language, bool provisional, double y) {
  for (const LegendItem& item : MapLegend(regions, classes, language)) {
    y = DrawEntry(canvas, item, y);
  }
  if (provisional) y = DrawRemark(canvas, ChartWord("all_provisional", language), y);
  bool headed = false;
  for (const Region& region : regions) {
    if (region.labelled) continue;
    if (!headed) {
      y = DrawRemark(canvas, ChartWord("small_states", language), y);
      headed = true;
    }
    y = DrawEntry(canvas,
                  {region.country->geo + "\u00a0 " + CountryName(region.country->geo, language),
                   region.color, region.shown.mark},
                  y);
  }
  return y;
}

}  // namespace

Result<std::string> RenderMap(const MapChart& chart) {
  std::vector<Shown> values;
  for (const auto& [geo, value] : chart.values) {
    values.push_back(Show(value, chart.text, chart.percent));
  }
  const bool provisional = TakeProvisionalOff(values);
  const Classes classes = TRY(MakeClasses(chart.breaks, values, chart.text, chart.percent));
  Canvas canvas;
  const double top = DrawHeading(canvas, chart.text, {}) + 4;
  const Box frame{kMargin, top, kMapWidth, kMapHeight};
  const Europe europe = TRY(LoadEurope(frame));
  std::vector<Region> regions = TRY(MakeRegions(chart, europe, values, classes));
  canvas.Rectangle(frame, {.fill = kSea});
  DrawLand(canvas, europe, regions);
  for (const Region& region : regions) {
    if (region.country->area < kTinyArea) DrawDisc(canvas, region);
  }
  DrawRegionLabels(canvas, regions);
  canvas.Rectangle(frame, {.stroke = kFaintOutline, .width = 0.7});
  const double below = DrawColumn(canvas, regions, classes, chart.text.language, provisional, top);
  return FinishChart(canvas, chart.text, std::max(below, top + kMapHeight) + 4);
}

}  // namespace thb
