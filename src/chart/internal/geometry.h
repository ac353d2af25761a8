#pragma once
// Projecting, thinning, clipping and labelling of rings and lines.

#include <vector>

#include "chart/internal/canvas.h"

namespace thb {

// ETRS89-LAEA (EPSG:3035) on the sphere of equal area, in metres east and north of the centre
// 52 N 10 E. Equal areas stay equal, as choropleth maps need. The sphere's error is below 0.5 %.
// J. P. Snyder, Map Projections: A Working Manual, USGS 1987, p. 185, eqs. 24-2 to 24-4.
Point ProjectLaea(Point degrees);

// Douglas and Peucker 1973: drops points that lie within `tolerance` of the line without them. The
// ends stay, so that arcs shared by two shapes keep fitting.
std::vector<Point> Simplify(const std::vector<Point>& line, double tolerance);

// Sutherland and Hodgman 1974. Parts that the window cuts apart stay joined along its edge.
Ring ClipRing(const Ring& ring, const Box& window);
// The pieces of a line inside the window.
std::vector<std::vector<Point>> ClipLine(const std::vector<Point>& line, const Box& window);

double Area(const Ring& ring);

struct Spot {
  Point at;
  double room = 0;  // half the height that is free about it; the width is twice the height
};
// Where a short text fits best inside the ring.
Spot WidestSpot(const Ring& ring);

}  // namespace thb
