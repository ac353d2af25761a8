#pragma once
// Writes SVG elements. Units are those of the view box, 720 wide.

#include <string>
#include <string_view>
#include <vector>

#include "chart/chart.h"

namespace thb {

inline constexpr double kChartWidth = 720;
inline constexpr std::string_view kInk = "#222222";   // text
inline constexpr std::string_view kSoft = "#595959";  // axes, missing, suppressed: 7:1 on white
inline constexpr std::string_view kGrid = "#D9D9D9";
inline constexpr std::string_view kPaper = "#FFFFFF";

struct Point {
  double x = 0;
  double y = 0;
};
using Ring = std::vector<Point>;  // closed without repeating its first point

struct Box {
  double x = 0;
  double y = 0;
  double width = 0;
  double height = 0;

  Ring ToRing() const;
};

struct Paint {
  std::string_view fill = "none";
  std::string_view stroke = "none";
  double width = 1;
  std::string_view dash = {};
};

enum class Anchor { kStart, kMiddle, kEnd };

struct Lettering {
  double size = 12;
  Anchor anchor = Anchor::kStart;
  bool bold = false;
  std::string_view fill = kInk;
};

// At most one decimal, no negative zero. Not finite gives "0", so that no coordinate can be NaN.
std::string Coordinate(double value);
// "M0,0l1,0…z" of closed rings, in relative steps of tenths whose rounding does not add up.
std::string RingPath(const std::vector<Ring>& rings);
std::string LinePath(const std::vector<Point>& points);

class Canvas {
 public:
  void Rectangle(const Box& box, const Paint& paint);
  void Line(Point from, Point to, const Paint& paint);
  void Circle(Point centre, double radius, const Paint& paint);
  void Path(std::string_view commands, const Paint& paint);
  // `at` is on the base line.
  void Text(Point at, std::string_view text, const Lettering& lettering);
  // Lines downwards from `at`, `leading` apart.
  void Lines(Point at, const std::vector<std::string>& lines, double leading,
             const Lettering& lettering);
  // The document. `height` is that of the view box.
  std::string Finish(const ChartText& text, double height) const;

 private:
  std::string body_;
};

}  // namespace thb
