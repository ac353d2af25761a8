#pragma once
// The cube as one array: a cell for every combination of values, ALL among them, whether or not it
// occurs. For tables that are small or well filled.

#include "statistics/cube.h"

namespace thb {

// True where the array is small in itself or for the number of records.
bool FitsDenseCube(const RecordTable& table);

// table must fit. Errors: kLimit.
Result<Cube> ComputeDenseCube(const RecordTable& table, int threads, const CubeLimits& limits);

}  // namespace thb
