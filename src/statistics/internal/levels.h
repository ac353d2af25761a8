#pragma once
// How the count of one state and year is read from, or added up out of, what was sent.
//
// A level is the set of dimensions that a cell breaks down (is not at the total of). A query needs
// one level; the slice may hold that level, finer ones, or only coarser ones.

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "statistics/snapshot.h"

namespace thb {

// Bit i: dimension i is broken down.
using LevelMask = std::uint32_t;

// The cells of one level and the codes that each dimension takes there.
struct Level {
  std::vector<const SnapshotCell*> cells;
  std::vector<std::set<std::string>> stored;
};

// The levels of one slice, apart for each combination of selectors (legal status, offence):
// dimensions without a total select; they are no breakdown.
struct SliceLevels {
  std::map<std::vector<std::string>, std::map<LevelMask, Level>> by_selectors;
  bool foreign = false;  // a foreign table took part
};

SliceLevels SortIntoLevels(const Snapshot& snapshot, const Dataset& dataset,
                           const std::map<Key, SnapshotCell>& slice);

// The contract of Snapshot::Resolve, on one slice.
Resolved ResolveInSlice(const Snapshot& snapshot, const Dataset& dataset, const Where& where,
                        std::string_view geo, const SliceLevels& slice);

}  // namespace thb
