#include "chart/internal/europe.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>

#include "base/resources.h"
#include "chart/internal/topology.h"

namespace thb {
namespace {

constexpr std::string_view kResource = "maps/countries-50m.json";
// Metres east and north of 52 N 10 E.
constexpr double kWest = -1950000;
constexpr double kEast = 2300000;
constexpr double kSouth = -1950000;
constexpr double kTolerance = 0.45;  // of the outlines, in units of the drawing
constexpr double kSpeck = 1.5;       // square units

struct Territory {
  std::string_view key;  // ISO 3166 numeric; the English name where there is none
  std::string_view geo;  // Eurostat code of the country that it is drawn with
};

constexpr std::array kTerritories = std::to_array<Territory>({
    {"040", "AT"}, {"056", "BE"}, {"100", "BG"}, {"191", "HR"},    {"196", "CY"},
    {"203", "CZ"}, {"208", "DK"}, {"233", "EE"}, {"246", "FI"},    {"248", "FI"},
    {"250", "FR"}, {"276", "DE"}, {"300", "EL"}, {"348", "HU"},    {"372", "IE"},
    {"380", "IT"}, {"428", "LV"}, {"440", "LT"}, {"442", "LU"},    {"470", "MT"},
    {"528", "NL"}, {"616", "PL"}, {"620", "PT"}, {"642", "RO"},    {"703", "SK"},
    {"705", "SI"}, {"724", "ES"}, {"752", "SE"}, {"008", "AL"},    {"020", "AD"},
    {"031", "AZ"}, {"051", "AM"}, {"070", "BA"}, {"112", "BY"},    {"234", "FO"},
    {"268", "GE"}, {"304", "GL"}, {"336", "VA"}, {"352", "IS"},    {"438", "LI"},
    {"492", "MC"}, {"498", "MD"}, {"499", "ME"}, {"578", "NO"},    {"643", "RU"},
    {"674", "SM"}, {"688", "RS"}, {"756", "CH"}, {"792", "TR"},    {"804", "UA"},
    {"807", "MK"}, {"826", "UK"}, {"831", "GG"}, {"832", "JE"},    {"833", "IM"},
    {"012", "DZ"}, {"364", "IR"}, {"368", "IQ"}, {"376", "IL"},    {"398", "KZ"},
    {"400", "JO"}, {"422", "LB"}, {"434", "LY"}, {"504", "MA"},    {"682", "SA"},
    {"760", "SY"}, {"788", "TN"}, {"818", "EG"}, {"Kosovo", "XK"}, {"N. Cyprus", "CY"},
});

std::string_view GeoOf(std::string_view id, std::string_view name) {
  for (const Territory& territory : kTerritories) {
    if (territory.key == (id.empty() ? name : id)) return territory.geo;
  }
  return {};
}

Point Place(Point degrees, const Box& frame) {
  const Point metres = ProjectLaea(degrees);
  const double scale = frame.width / (kEast - kWest);
  const double north = kSouth + frame.height / scale;
  return {frame.x + (metres.x - kWest) * scale, frame.y + (north - metres.y) * scale};
}

void PlaceArcs(Topology& topology, const Box& frame) {
  for (std::vector<Point>& arc : topology.arcs) {
    for (Point& point : arc) {
      point = Place(point, frame);
    }
    arc = Simplify(arc, kTolerance);
  }
}

Ring JoinArcs(const Topology& topology, const std::vector<ArcRef>& refs) {
  Ring ring;
  for (const ArcRef ref : refs) {
    const bool backwards = ref < 0;
    std::vector<Point> arc = topology.arcs[static_cast<std::size_t>(backwards ? ~ref : ref)];
    if (backwards) std::reverse(arc.begin(), arc.end());
    // Each arc begins where the one before ended.
    ring.insert(ring.end(), arc.begin(), arc.empty() ? arc.end() : arc.end() - 1);
  }
  return ring;
}

struct KeptRing {
  Ring ring;
  double area = 0;
  const std::vector<ArcRef>* arcs = nullptr;
};

// The rings of a country that are seen, largest first; the largest always.
std::vector<KeptRing> KeepRings(const Topology& topology, std::string_view geo, const Box& frame) {
  std::vector<KeptRing> kept;
  for (const TopologyShape& shape : topology.shapes) {
    if (GeoOf(shape.id, shape.name) != geo) continue;
    for (const std::vector<ArcRef>& refs : shape.rings) {
      KeptRing one{ClipRing(JoinArcs(topology, refs), frame), 0, &refs};
      one.area = one.ring.size() < 3 ? 0 : Area(one.ring);
      if (one.area > 0) kept.push_back(std::move(one));
    }
  }
  std::sort(kept.begin(), kept.end(), [](const KeptRing& a, const KeptRing& b) {
    return a.area != b.area ? a.area > b.area : *a.arcs < *b.arcs;
  });
  while (kept.size() > 1 && kept.back().area < kSpeck) {
    kept.pop_back();
  }
  return kept;
}

// Which countries each arc of a kept ring bounds.
using Owners = std::map<std::size_t, std::vector<std::string>>;

Country MakeCountry(const Topology& topology, std::string_view geo, const Box& frame,
                    Owners& owners) {
  Country country;
  country.geo = geo;
  for (KeptRing& kept : KeepRings(topology, geo, frame)) {
    country.area += kept.area;
    for (const ArcRef ref : *kept.arcs) {
      owners[static_cast<std::size_t>(ref < 0 ? ~ref : ref)].push_back(country.geo);
    }
    country.rings.push_back(std::move(kept.ring));
  }
  if (!country.rings.empty()) country.spot = WidestSpot(country.rings.front());
  return country;
}

}  // namespace

bool IsOnMap(std::string_view geo) {
  return std::any_of(kTerritories.begin(), kTerritories.end(),
                     [&](const Territory& territory) { return territory.geo == geo; });
}

Result<Europe> LoadEurope(const Box& frame) {
  const auto resource = FindResource(kResource);
  if (!resource) {
    return Fail(ErrorCode::kInternal, "the shapes of the map are not embedded",
                std::string(kResource), "rebuild after npm ci");
  }
  Topology topology =
      TRY(ReadTopology(*resource, "countries", [](std::string_view id, std::string_view name) {
        return !GeoOf(id, name).empty();
      }));
  PlaceArcs(topology, frame);
  std::set<std::string_view> codes;
  for (const Territory& territory : kTerritories) {
    codes.insert(territory.geo);
  }
  Europe europe;
  Owners owners;
  for (const std::string_view geo : codes) {
    europe.countries.push_back(MakeCountry(topology, geo, frame, owners));
  }
  for (const auto& [arc, sides] : owners) {
    const bool inner = sides.size() > 1 && sides[0] == sides[1];
    if (inner) continue;
    Border border{sides[0], sides.size() > 1 ? sides[1] : "", ClipLine(topology.arcs[arc], frame)};
    if (!border.lines.empty()) europe.borders.push_back(std::move(border));
  }
  return europe;
}

}  // namespace thb
