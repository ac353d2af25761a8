#include "statistics/view_totals.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>

namespace thb {
namespace {

constexpr std::string_view kUnion = "EU27_2020";

struct Sum {
  std::set<std::string> known;
  std::string flags;
  double lower = 0;
  double upper = 0;
  bool suppressed = false;
  bool bounded = true;

  void Add(const Cell& cell, const std::string& geo) {
    flags += cell.flags;
    if (cell.state == CellState::kMissing) return;
    known.insert(geo);
    const bool hidden = cell.state == CellState::kSuppressed;
    suppressed |= hidden;
    bounded &= !hidden || cell.upper >= 0;
    lower += hidden ? cell.lower : cell.value;
    upper += hidden ? std::max(0.0, cell.upper) : cell.value;
  }

  Cell Total(std::size_t members) const {
    std::string marks = known.size() == members ? "" : "d";
    if (flags.find('e') != std::string::npos) marks += "e";
    return suppressed ? Cell::Suppressed(lower, bounded ? upper : -1, MergeFlags(marks + "c"))
                      : Cell::Value(lower, MergeFlags(marks));
  }
};

}  // namespace

std::vector<SnapshotCell> CellsWithTotals(const Snapshot& snapshot, const Dataset& dataset,
                                          const Codes& codes) {
  std::vector<SnapshotCell> cells = snapshot.Cells(dataset);
  const bool sent =
      std::any_of(dataset.sources.begin(), dataset.sources.end(), [&](const ViewSource& source) {
        return snapshot.Geos(source.dataset).count(std::string(kUnion)) > 0;
      });
  if (!dataset.is_view() || sent) return cells;
  const auto members = codes.Members(kUnion);
  std::map<Key, Sum> sums;
  for (const SnapshotCell& cell : cells) {
    const std::string& geo = cell.key[dataset.geo_index()];
    if (std::find(members.begin(), members.end(), geo) == members.end()) continue;
    Key key = cell.key;
    key[dataset.geo_index()] = kUnion;
    sums[std::move(key)].Add(cell.cell, geo);
  }
  for (const auto& [key, sum] : sums) {
    if (sum.known.empty()) continue;
    SnapshotCell total;
    total.key = key;
    total.cell = sum.Total(members.size());
    cells.push_back(std::move(total));
  }
  std::sort(cells.begin(), cells.end(),
            [](const SnapshotCell& a, const SnapshotCell& b) { return a.key < b.key; });
  return cells;
}

}  // namespace thb
