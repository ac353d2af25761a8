#pragma once
// The cube as sorted lists of the cells that occur. For tables with many values of which few
// combinations occur.

#include "statistics/cube.h"

namespace thb {

// Errors: kLimit, also where the codes of a cell do not fit 128 bits.
Result<Cube> ComputeSparseCube(const RecordTable& table, int threads, const CubeLimits& limits);

// What both forms of the cube say when it has too many cells.
tl::unexpected<Error> TooManyCells(const CubeLimits& limits);

}  // namespace thb
