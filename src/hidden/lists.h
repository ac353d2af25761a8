#pragma once
// Overlapping lists of registered persons: how many are on exactly these lists and on no other.
// What multiple systems estimation starts from. Nothing here identifies anybody.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace thb {

inline constexpr std::size_t kMaxLists = 16;
inline constexpr double kMaxListCount = 1e9;

// Bit i stands for list i.
using ListMask = std::uint32_t;

// Persons on exactly the lists of `mask`. Equal bounds where the count is known; a suppressed cell
// ("<5") lies within its bounds and `count` is their middle.
struct OverlapCell {
  ListMask mask = 0;
  double count = 0;
  double lower = 0;
  double upper = 0;
};

struct ListTable {
  std::vector<std::string> lists;  // names, 1 to kMaxLists
  // Cells that were sent, mask ascending, each once and never 0. Others were observed to be zero.
  std::vector<OverlapCell> cells;

  double Observed() const;         // sum of the counts
  bool HasBounds() const;          // a cell is suppressed
  double At(ListMask mask) const;  // 0 where no such cell was sent
};

// The table of these lists only: who is on none of them is no longer observed.
ListTable KeepLists(const ListTable& table, ListMask keep);
// The table in which two lists count as one, named "A+B", in the place of the first.
ListTable MergeLists(const ListTable& table, std::size_t first, std::size_t second);

// One table per stratum: every combination of the strata columns that occurs, sorted.
struct Stratum {
  std::vector<std::string> values;  // of StratifiedLists::columns
  ListTable table;
  ListMask applicable = 0;  // lists that can hold anybody of this stratum
};

struct StratifiedLists {
  std::vector<std::string> columns;  // strata columns, may be empty
  std::vector<Stratum> strata;       // one where there are no strata columns
  ListTable pooled;                  // all strata together
};

// Reads a CSV with a header. Columns whose values are all 0 or 1 (or empty: the list does not apply
// to that stratum) are lists; `count` holds counts, "<5" and ":c" suppressed ones; without it each
// row is one person. Every other column must be named in `strata_columns`. Errors: kParse,
// kStructure, kBadValue, kLimit, each with file and line.
Result<StratifiedLists> ReadLists(std::string_view csv, const std::string& place,
                                  const std::vector<std::string>& strata_columns);

}  // namespace thb
