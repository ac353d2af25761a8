#pragma once
// Walks the sealed values of a column in batches, in the order of their rows.

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "store/database.h"
#include "store/internal/data_classes.h"

namespace thb {

inline constexpr std::size_t kSealedBatch = 200;

struct SealedRow {
  std::string row;
  std::string value;
};

// Calls `batch` with about kSealedBatch rows at a time, those after `position` ("" is the
// beginning), all rows of one value of the row column together. Empty values are left out.
Result<void> WalkSealedRows(
    Database& database, const SealedColumn& column, std::string position,
    const std::function<Result<void>(const std::vector<SealedRow>& rows)>& batch);

}  // namespace thb
