#pragma once
// A table of one dataset: a dimension down, a dimension across, filters for the rest. What the
// explorer shows, draws and gives as a file.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/date.h"
#include "base/result.h"
#include "codes/codes.h"
#include "statistics/dataset.h"
#include "statistics/snapshot.h"

namespace thb {

// A larger table is refused with the advice to filter.
inline constexpr std::size_t kMaxCrosstabCells = 20'000;

struct CrosstabQuery {
  const Dataset* dataset = nullptr;
  std::string rows;
  std::string columns;
  Where filters;  // codes of any dimension; of rows and columns, those that are shown
  std::optional<Period> period;
};

// The sum over the states and years of one place of the table.
struct CrosstabCell {
  Cell cell;
  std::size_t missing = 0;  // states and years without a figure that the sum would have
  std::size_t parts = 1;
};

struct Crosstab {
  CrosstabQuery query;
  std::vector<std::string> row_codes;
  std::vector<std::string> column_codes;
  std::vector<std::vector<CrosstabCell>> cells;  // by row, then by column

  // The filter that one cell stands for: time and geo included, what is at its total left out.
  Where At(std::size_t row, std::size_t column) const;
};

// The codes that a dataset holds, by dimension, in the order of the code lists.
std::map<std::string, std::vector<std::string>> StoredCodes(const Codes& codes,
                                                            const Snapshot& snapshot,
                                                            const Dataset& dataset);

// Dimensions without a total that are neither rows, columns, geo nor time get their first code
// where none is chosen: suspected, prosecuted and convicted are not added up.
void CompleteFilters(const std::map<std::string, std::vector<std::string>>& stored,
                     CrosstabQuery& query);

// Errors: kUsage (a dimension that is not there, rows equal to columns), kUnknownCode, kLimit.
Result<Crosstab> MakeCrosstab(const Codes& codes, const Snapshot& snapshot,
                              const std::map<std::string, std::vector<std::string>>& stored,
                              CrosstabQuery query);

// The cells behind one filter, as the way back shows them. Errors: as above.
Result<std::vector<SnapshotCell>> CellsBehind(const Codes& codes, const Snapshot& snapshot,
                                              const Dataset& dataset, const Where& where);

// The table as cells of its dataset, for files: several codes or years that one place adds up are
// joined by "+". Sums that are not complete carry flag d.
std::vector<SnapshotCell> ToCells(const Crosstab& table);

}  // namespace thb
