#pragma once
// How the count of one state and year is read from, or added up out of, what was sent.
//
// A level is the set of dimensions that a cell breaks down (is not at the total of). A query needs
// one level; the slice may hold that level, finer ones, or only coarser ones.

#include <map>
#include <string_view>

#include "statistics/snapshot.h"

namespace thb {

// The contract of Snapshot::Resolve, on one slice.
Resolved ResolveInSlice(const Snapshot& snapshot, const Dataset& dataset, const Where& where,
                        std::string_view geo, const std::map<Key, SnapshotCell>& slice);

}  // namespace thb
