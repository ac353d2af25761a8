#pragma once
// The totals of the Union that Eurostat publishes beside the states of its tables.

#include <vector>

#include "codes/codes.h"
#include "statistics/dataset.h"
#include "statistics/snapshot.h"

namespace thb {

// All cells of a dataset in key order; of a view also its totals EU27_2020: the sum of what the
// states sent, with flag d where one of the 27 is missing, and bounds where a cell is suppressed. A
// total that a sender sent stands as it was sent.
std::vector<SnapshotCell> CellsWithTotals(const Snapshot& snapshot, const Dataset& dataset,
                                          const Codes& codes);

}  // namespace thb
