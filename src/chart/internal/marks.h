#pragma once
// How the marks of a value look. One set of shapes serves bars, maps, legends.

#include <string>
#include <string_view>
#include <vector>

#include "chart/internal/canvas.h"

namespace thb {

// Colours of series, each at least 3:1 against white and told apart by lightness too; they repeat
// after the last.
std::string_view SeriesColor(std::size_t series);
std::size_t SeriesColorCount();
// Relative contrast of two "#RRGGBB" colours, 1 to 21 (WCAG 2.1).
double Contrast(std::string_view a, std::string_view b);
// White or black, whichever is easier to read on `background`.
std::string_view InkOn(std::string_view background);

enum class Hatch { kRising, kFalling, kLevel };

// Parallel lines inside rings (even-odd), `spacing` apart, as a path to be stroked. Lines are drawn
// out rather than named as a pattern because PDF renderers differ on patterns. All hatches share
// one grid, so that neighbours continue one another.
std::string HatchPath(const std::vector<Ring>& rings, double spacing, Hatch direction);

// Fills a shape as `mark` in `color`; the outline of boxes is the caller's with DrawMarkedBox.
void FillMarked(Canvas& canvas, const std::vector<Ring>& rings, std::string_view color, Mark mark);
// A box (bar, swatch) with the outline that its mark has.
void DrawMarkedBox(Canvas& canvas, const Box& box, std::string_view color, Mark mark);

}  // namespace thb
