#include "hidden/internal/cells.h"

#include <bit>

#include "base/text.h"

namespace thb {
namespace {

constexpr double kFewOverlaps = 10;

double OnAllOf(const ListTable& table, ListMask lists) {
  double sum = 0;
  for (const OverlapCell& cell : table.cells) {
    if ((cell.mask & lists) == lists) sum += cell.count;
  }
  return sum;
}

double OnSeveral(const ListTable& table) {
  double sum = 0;
  for (const OverlapCell& cell : table.cells) {
    if (std::popcount(cell.mask) > 1) sum += cell.count;
  }
  return sum;
}

}  // namespace

Remark SuppressedRemark() {
  return {
      "Suppressed counts: the point takes the middle of their bounds, the interval reaches as far "
      "as the bounds do.",
      "suppressed"};
}

Result<void> CheckForEstimation(const ListTable& table, std::size_t max_lists,
                                const std::string& method) {
  const std::size_t lists = table.lists.size();
  const std::string count = std::to_string(lists) + (lists == 1 ? " list" : " lists");
  if (lists < 3) {
    return Fail(ErrorCode::kUnsupported,
                "method " + method + " needs three lists, here is " + count, "--method",
                "with two lists nothing can tell dependence from a small population");
  }
  if (lists > max_lists) {
    return Fail(ErrorCode::kUnsupported,
                "method " + method + " takes at most " + std::to_string(max_lists) +
                    " lists, here are " + count,
                "--method", "merge lists of one kind, or use stepwise");
  }
  for (std::size_t list = 0; list < lists; ++list) {
    if (OnAllOf(table, ListMask{1} << list) <= 0) {
      return Fail(ErrorCode::kStructure, "nobody is on list " + table.lists[list], "",
                  "leave the list out");
    }
  }
  if (OnSeveral(table) <= 0) {
    return Fail(ErrorCode::kStructure, "nobody is on two lists", "",
                "without an overlap the data say nothing about those on no list");
  }
  return {};
}

std::vector<Remark> DataWarnings(const ListTable& table) {
  std::vector<Remark> warnings;
  if (table.HasBounds()) warnings.push_back(SuppressedRemark());
  for (std::size_t inner = 0; inner < table.lists.size(); ++inner) {
    for (std::size_t outer = 0; outer < table.lists.size(); ++outer) {
      if (inner == outer) continue;
      const ListMask one = ListMask{1} << inner;
      const ListMask both = one | ListMask{1} << outer;
      if (OnAllOf(table, one) > 0 && OnAllOf(table, both) == OnAllOf(table, one)) {
        warnings.push_back({"Everybody on list " + table.lists[inner] + " is on list " +
                                table.lists[outer] + " too: is one a part of the other?",
                            "list_within",
                            {{"inner", table.lists[inner]}, {"outer", table.lists[outer]}}});
      }
    }
  }
  const double several = OnSeveral(table);
  if (several < kFewOverlaps) {
    warnings.push_back({"Only " + FormatNumber(several) + " persons are on more than one list.",
                        "few_overlaps",
                        {{"n", several}}});
  }
  return warnings;
}

}  // namespace thb
