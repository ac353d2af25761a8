#pragma once
// TopoJSON: shapes made of shared arcs.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "chart/internal/canvas.h"

namespace thb {

// Index of an arc, or ~index where it runs backwards.
using ArcRef = int;

struct TopologyShape {
  std::string id;                          // ISO 3166 numeric, "" where the territory has none
  std::string name;                        // English
  std::vector<std::vector<ArcRef>> rings;  // outer rings and holes alike: they fill by even-odd
};

struct Topology {
  std::vector<TopologyShape> shapes;
  // Degrees, x longitude, y latitude. Arcs that no shape uses are empty.
  std::vector<std::vector<Point>> arcs;
};

// Reads object `object` of a quantised topology, only the shapes that `wanted(id, name)` names.
// Errors: kParse.
Result<Topology> ReadTopology(
    std::string_view json, std::string_view object,
    const std::function<bool(std::string_view id, std::string_view name)>& wanted);

}  // namespace thb
