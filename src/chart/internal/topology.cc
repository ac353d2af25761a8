#include "chart/internal/topology.h"

#include <simdjson.h>

#include <cstdint>
#include <cstdlib>

namespace thb {
namespace {

using simdjson::dom::array;
using simdjson::dom::element;

ArcRef IndexOf(ArcRef ref) {
  return ref < 0 ? ~ref : ref;
}

// simdjson's exceptions are caught in ReadTopology.
std::vector<ArcRef> ReadRing(array ring) {
  std::vector<ArcRef> refs;
  for (const element ref : ring) {
    refs.push_back(static_cast<ArcRef>(std::int64_t{ref}));
  }
  return refs;
}

void ReadRings(element geometry, std::vector<std::vector<ArcRef>>& rings) {
  const std::string_view type = geometry["type"];
  if (type == "Polygon") {
    for (const element ring : array(geometry["arcs"])) {
      rings.push_back(ReadRing(ring));
    }
  } else if (type == "MultiPolygon") {
    for (const element polygon : array(geometry["arcs"])) {
      for (const element ring : array(polygon)) {
        rings.push_back(ReadRing(ring));
      }
    }
  }
}

std::string_view TextOr(simdjson::simdjson_result<element> value) {
  std::string_view text;
  return value.get(text) == simdjson::SUCCESS ? text : std::string_view();
}

struct Transform {
  double scale_x = 1;
  double scale_y = 1;
  double move_x = 0;
  double move_y = 0;
};

// Points are differences from the point before, in quanta.
std::vector<Point> ReadArc(array arc, const Transform& transform) {
  std::vector<Point> points;
  std::int64_t x = 0;
  std::int64_t y = 0;
  for (const element pair : arc) {
    x += std::int64_t{pair.at(0)};
    y += std::int64_t{pair.at(1)};
    points.push_back({static_cast<double>(x) * transform.scale_x + transform.move_x,
                      static_cast<double>(y) * transform.scale_y + transform.move_y});
  }
  return points;
}

void ReadArcs(element document, Topology& topology) {
  const element transform = document["transform"];
  const Transform quanta{double(transform["scale"].at(0)), double(transform["scale"].at(1)),
                         double(transform["translate"].at(0)),
                         double(transform["translate"].at(1))};
  const array arcs = document["arcs"];
  topology.arcs.resize(arcs.size());
  std::vector<bool> used(arcs.size());
  for (const TopologyShape& shape : topology.shapes) {
    for (const std::vector<ArcRef>& ring : shape.rings) {
      for (const ArcRef ref : ring) {
        used.at(static_cast<std::size_t>(IndexOf(ref))) = true;
      }
    }
  }
  std::size_t index = 0;
  for (const element arc : arcs) {
    if (used[index]) topology.arcs[index] = ReadArc(arc, quanta);
    ++index;
  }
}

}  // namespace

Result<Topology> ReadTopology(
    std::string_view json, std::string_view object,
    const std::function<bool(std::string_view id, std::string_view name)>& wanted) {
  try {
    simdjson::dom::parser parser;
    const element document = parser.parse(json.data(), json.size());
    Topology topology;
    for (const element geometry : array(document["objects"][object]["geometries"])) {
      const std::string_view id = TextOr(geometry["id"]);
      const std::string_view name = TextOr(geometry["properties"]["name"]);
      if (!wanted(id, name)) continue;
      TopologyShape& shape = topology.shapes.emplace_back();
      shape.id = id;
      shape.name = name;
      ReadRings(geometry, shape.rings);
    }
    ReadArcs(document, topology);
    return topology;
  } catch (const std::exception& error) {
    return Fail(ErrorCode::kParse,
                std::string("the shapes of the map cannot be read: ") + error.what(),
                std::string(object), "rebuild with the pinned world-atlas package");
  }
}

}  // namespace thb
