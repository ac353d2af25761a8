#pragma once
// The shapes of Europe in the units of a drawing.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "chart/internal/canvas.h"
#include "chart/internal/geometry.h"

namespace thb {

struct Country {
  std::string geo;          // Eurostat code
  std::vector<Ring> rings;  // inside the frame, largest first; islands below a speck left out
  double area = 0;          // of the rings, in square units
  Spot spot;                // where its label fits best
};

// A stretch of coast or border, drawn once.
struct Border {
  std::string first, second;  // the countries on both sides; second "" at a coast
  std::vector<std::vector<Point>> lines;
};

struct Europe {
  std::vector<Country> countries;  // sorted by code; those outside the frame have no rings
  std::vector<Border> borders;     // in the order of the source
};

bool IsOnMap(std::string_view geo);

// Lays the European window over `frame`: from Iceland to Cyprus and from Crete to the North Cape.
// The frame should be as wide as high. Overseas territories, Azores, Madeira and the Canary Islands
// are outside. Errors: kParse.
Result<Europe> LoadEurope(const Box& frame);

}  // namespace thb
