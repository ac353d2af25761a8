#include "chart/internal/geometry.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace thb {
namespace {

double SegmentDistance(Point p, Point a, Point b) {
  const double dx = b.x - a.x;
  const double dy = b.y - a.y;
  const double length = dx * dx + dy * dy;
  const double share =
      length > 0 ? std::clamp(((p.x - a.x) * dx + (p.y - a.y) * dy) / length, 0.0, 1.0) : 0.0;
  return std::hypot(p.x - a.x - share * dx, p.y - a.y - share * dy);
}

void KeepFar(const std::vector<Point>& line, std::size_t first, std::size_t last, double tolerance,
             std::vector<bool>& kept) {
  double farthest = tolerance;
  std::size_t index = first;
  for (std::size_t i = first + 1; i < last; ++i) {
    const double distance = SegmentDistance(line[i], line[first], line[last]);
    if (distance > farthest) {
      farthest = distance;
      index = i;
    }
  }
  if (index == first) return;
  kept[index] = true;
  KeepFar(line, first, index, tolerance, kept);
  KeepFar(line, index, last, tolerance, kept);
}

// Positive inside the half plane of one edge of the window.
double Inside(Point p, const Box& window, int edge) {
  switch (edge) {
    case 0:
      return p.x - window.x;
    case 1:
      return window.x + window.width - p.x;
    case 2:
      return p.y - window.y;
    default:
      return window.y + window.height - p.y;
  }
}

Point Cross(Point a, Point b, double at_a, double at_b) {
  const double share = at_a / (at_a - at_b);
  return {a.x + share * (b.x - a.x), a.y + share * (b.y - a.y)};
}

// Liang and Barsky's idea, edge by edge: false where nothing of the segment is inside.
bool ClipSegment(Point& a, Point& b, const Box& window) {
  for (int edge = 0; edge < 4; ++edge) {
    const double at_a = Inside(a, window, edge);
    const double at_b = Inside(b, window, edge);
    if (at_a < 0 && at_b < 0) return false;
    if (at_a < 0) {
      a = Cross(a, b, at_a, at_b);
    } else if (at_b < 0) {
      b = Cross(a, b, at_a, at_b);
    }
  }
  return true;
}

bool Contains(const Ring& ring, Point p) {
  bool inside = false;
  for (std::size_t i = 0, j = ring.size() - 1; i < ring.size(); j = i++) {
    const Point& a = ring[i];
    const Point& b = ring[j];
    if ((a.y > p.y) != (b.y > p.y) && p.x < (b.x - a.x) * (p.y - a.y) / (b.y - a.y) + a.x) {
      inside = !inside;
    }
  }
  return inside;
}

double EdgeDistance(const Ring& ring, Point p) {
  double nearest = std::numeric_limits<double>::max();
  for (std::size_t i = 0, j = ring.size() - 1; i < ring.size(); j = i++) {
    nearest = std::min(nearest, SegmentDistance(p, ring[j], ring[i]));
  }
  return nearest;
}

}  // namespace

Point ProjectLaea(Point degrees) {
  constexpr double kRadius = 6371007.2;  // authalic radius of GRS80
  constexpr double kDegree = 3.14159265358979323846 / 180;
  constexpr double kLat0 = 52 * kDegree;
  constexpr double kLon0 = 10 * kDegree;
  const double lat = degrees.y * kDegree;
  const double lon = degrees.x * kDegree - kLon0;
  const double cos_c =
      std::sin(kLat0) * std::sin(lat) + std::cos(kLat0) * std::cos(lat) * std::cos(lon);
  const double k = std::sqrt(2 / std::max(1 + cos_c, 1e-9));
  return {kRadius * k * std::cos(lat) * std::sin(lon),
          kRadius * k *
              (std::cos(kLat0) * std::sin(lat) - std::sin(kLat0) * std::cos(lat) * std::cos(lon))};
}

std::vector<Point> Simplify(const std::vector<Point>& line, double tolerance) {
  if (line.size() < 3) return line;
  std::vector<bool> kept(line.size());
  kept.front() = kept.back() = true;
  KeepFar(line, 0, line.size() - 1, tolerance, kept);
  std::vector<Point> out;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (kept[i]) out.push_back(line[i]);
  }
  return out;
}

Ring ClipRing(const Ring& ring, const Box& window) {
  Ring current = ring;
  for (int edge = 0; edge < 4; ++edge) {
    Ring next;
    for (std::size_t i = 0; i < current.size(); ++i) {
      const Point a = current[i];
      const Point b = current[(i + 1) % current.size()];
      const double at_a = Inside(a, window, edge);
      const double at_b = Inside(b, window, edge);
      if (at_a >= 0) next.push_back(a);
      if ((at_a < 0) != (at_b < 0)) next.push_back(Cross(a, b, at_a, at_b));
    }
    current = std::move(next);
  }
  return current;
}

std::vector<std::vector<Point>> ClipLine(const std::vector<Point>& line, const Box& window) {
  std::vector<std::vector<Point>> pieces;
  bool open = false;
  for (std::size_t i = 1; i < line.size(); ++i) {
    Point a = line[i - 1];
    Point b = line[i];
    if (!ClipSegment(a, b, window)) {
      open = false;
      continue;
    }
    const bool leaves = b.x != line[i].x || b.y != line[i].y;
    const bool enters = a.x != line[i - 1].x || a.y != line[i - 1].y;
    if (!open || enters) pieces.push_back({a});
    pieces.back().push_back(b);
    open = !leaves;
  }
  return pieces;
}

double Area(const Ring& ring) {
  double twice = 0;
  for (std::size_t i = 0, j = ring.size() - 1; i < ring.size(); j = i++) {
    twice += ring[j].x * ring[i].y - ring[i].x * ring[j].y;
  }
  return std::abs(twice) / 2;
}

Spot WidestSpot(const Ring& ring) {
  // Letters are wider than high: half as much room is needed below as beside.
  constexpr double kSquash = 0.5;
  constexpr int kSteps = 16;
  if (ring.empty()) return {};
  Ring flat = ring;
  Point low{std::numeric_limits<double>::max(), std::numeric_limits<double>::max()};
  Point high{-low.x, -low.y};
  for (Point& p : flat) {
    p.x *= kSquash;
    low = {std::min(low.x, p.x), std::min(low.y, p.y)};
    high = {std::max(high.x, p.x), std::max(high.y, p.y)};
  }
  Spot best;
  for (int i = 1; i < kSteps; ++i) {
    for (int j = 1; j < kSteps; ++j) {
      const Point p{low.x + (high.x - low.x) * i / kSteps, low.y + (high.y - low.y) * j / kSteps};
      if (!Contains(flat, p)) continue;
      const double room = EdgeDistance(flat, p);
      if (room > best.room) best = {{p.x / kSquash, p.y}, room};
    }
  }
  return best;
}

}  // namespace thb
