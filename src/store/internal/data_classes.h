#pragma once
// The sealed columns, from docs/data-classes.md, which is embedded in the program.

#include <string>
#include <vector>

#include "base/result.h"

namespace thb {

struct SealedColumn {
  std::string table;
  std::string row;  // the column whose value is the row of the field's address
  std::string column;
};

// In the order of the page. Errors: kInternal where the page is not in its form.
Result<std::vector<SealedColumn>> SealedColumns();

}  // namespace thb
