#include "chart/internal/marks.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <map>

namespace thb {
namespace {

constexpr std::array<std::string_view, 6> kSeriesColors = {"#12436D", "#E8590C", "#1F9188",
                                                           "#801650", "#8C6BC4", "#3D3D3D"};
constexpr double kHatchSpacing = 5;

// WCAG 2.1, relative luminance.
double Luminance(std::string_view color) {
  constexpr std::array<double, 3> kWeights = {0.2126, 0.7152, 0.0722};
  double sum = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    const std::string hex(color.substr(1 + 2 * i, 2));
    const double part = static_cast<double>(std::strtol(hex.c_str(), nullptr, 16)) / 255;
    sum += kWeights[i] * (part <= 0.03928 ? part / 12.92 : std::pow((part + 0.055) / 1.055, 2.4));
  }
  return sum;
}

// Across: the coordinate in which the lines of a hatch are spaced. Along: the other.
Point ToHatch(Point point, Hatch direction) {
  constexpr double kHalfRoot = 0.70710678118654752;
  switch (direction) {
    case Hatch::kRising:
      return {(point.x - point.y) * kHalfRoot, (point.x + point.y) * kHalfRoot};
    case Hatch::kFalling:
      return {(point.x + point.y) * kHalfRoot, (point.x - point.y) * kHalfRoot};
    case Hatch::kLevel:
      break;
  }
  return {point.x, point.y};
}

Point FromHatch(Point point, Hatch direction) {
  constexpr double kHalfRoot = 0.70710678118654752;
  switch (direction) {
    case Hatch::kRising:
      return {(point.x + point.y) * kHalfRoot, (point.y - point.x) * kHalfRoot};
    case Hatch::kFalling:
      return {(point.x + point.y) * kHalfRoot, (point.x - point.y) * kHalfRoot};
    case Hatch::kLevel:
      break;
  }
  return point;
}

}  // namespace

std::string_view SeriesColor(std::size_t series) {
  return kSeriesColors[series % kSeriesColors.size()];
}

std::size_t SeriesColorCount() {
  return kSeriesColors.size();
}

double Contrast(std::string_view a, std::string_view b) {
  const double first = Luminance(a) + 0.05;
  const double second = Luminance(b) + 0.05;
  return std::max(first, second) / std::min(first, second);
}

std::string_view InkOn(std::string_view background) {
  // One of the two always has 4.5:1; the grey black of kInk does not reach it on middle tones.
  return Contrast(background, kPaper) >= 4.5 ? kPaper : std::string_view("#000000");
}

std::string HatchPath(const std::vector<Ring>& rings, double spacing, Hatch direction) {
  std::map<long long, std::vector<double>> crossings;  // line number -> where edges cross it
  for (const Ring& ring : rings) {
    for (std::size_t i = 0; i < ring.size(); ++i) {
      Point a = ToHatch(ring[i], direction);
      Point b = ToHatch(ring[(i + 1) % ring.size()], direction);
      if (a.y > b.y) std::swap(a, b);
      // Half-open, so that a corner on a line counts once. Lines lie between the grid's whole
      // numbers, off the edges of boxes.
      const auto first = static_cast<long long>(std::ceil(a.y / spacing - 0.5));
      for (long long k = first; (static_cast<double>(k) + 0.5) * spacing < b.y; ++k) {
        const double y = (static_cast<double>(k) + 0.5) * spacing;
        crossings[k].push_back(a.x + (b.x - a.x) * (y - a.y) / (b.y - a.y));
      }
    }
  }
  std::string out;
  for (auto& [line, places] : crossings) {
    std::sort(places.begin(), places.end());
    const double y = (static_cast<double>(line) + 0.5) * spacing;
    for (std::size_t i = 0; i + 1 < places.size(); i += 2) {
      if (places[i + 1] - places[i] < 0.5) continue;
      out += LinePath(
          {FromHatch({places[i], y}, direction), FromHatch({places[i + 1], y}, direction)});
    }
  }
  return out;
}

void FillMarked(Canvas& canvas, const std::vector<Ring>& rings, std::string_view color, Mark mark) {
  const bool empty = mark == Mark::kMissing || mark == Mark::kSuppressed || mark == Mark::kZero;
  canvas.Path(RingPath(rings), {.fill = empty ? kPaper : color});
  const std::string_view lines = InkOn(color);
  switch (mark) {
    case Mark::kValue:
    case Mark::kZero:
      return;
    case Mark::kMissing:
      canvas.Path(HatchPath(rings, 2 * kHatchSpacing, Hatch::kFalling), {.stroke = kSoft});
      return;
    case Mark::kSuppressed:
      canvas.Path(HatchPath(rings, kHatchSpacing, Hatch::kRising), {.stroke = kSoft});
      canvas.Path(HatchPath(rings, kHatchSpacing, Hatch::kFalling), {.stroke = kSoft});
      return;
    case Mark::kEstimated:
      canvas.Path(HatchPath(rings, kHatchSpacing, Hatch::kRising), {.stroke = lines, .width = 1.6});
      return;
    case Mark::kProvisional:
      canvas.Path(HatchPath(rings, kHatchSpacing, Hatch::kLevel), {.stroke = lines, .width = 1.4});
      return;
  }
}

void DrawMarkedBox(Canvas& canvas, const Box& box, std::string_view color, Mark mark) {
  if (mark == Mark::kValue) {
    canvas.Rectangle(box, {.fill = color});
    return;
  }
  FillMarked(canvas, {box.ToRing()}, color, mark);
  const bool missing = mark == Mark::kMissing;
  const bool grey = missing || mark == Mark::kSuppressed;
  canvas.Rectangle(box, {.stroke = grey ? kSoft : color,
                         .width = 1.2,
                         .dash = missing ? std::string_view("3 2") : std::string_view()});
}

}  // namespace thb
