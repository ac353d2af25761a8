#pragma once
// Tables for the tests of this room.

#include <bit>
#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

#include "base/files.h"
#include "hidden/lists.h"

namespace thb {

// A published table, where THB_REFERENCE_DIR has it.
inline std::optional<ListTable> ReferenceTable(const std::string& name) {
  const char* folder = std::getenv("THB_REFERENCE_DIR");
  if (folder == nullptr) return std::nullopt;
  const auto text = ReadFile(std::string(folder) + "/mse/" + name + ".csv");
  if (!text) return std::nullopt;
  auto lists = ReadLists(*text, name, {});
  return lists ? std::optional(std::move(lists->pooled)) : std::nullopt;
}

// Lists A, B, ... with these counts by cell.
inline ListTable TableOf(const std::vector<double>& counts) {
  ListTable table;
  for (std::size_t w = 1; w < counts.size(); ++w) {
    if (counts[w] <= 0) continue;
    table.cells.push_back({static_cast<ListMask>(w), counts[w], counts[w], counts[w]});
  }
  for (std::size_t n = 1; n < counts.size(); n *= 2) {
    table.lists.push_back(std::string(1, static_cast<char>('A' + std::bit_width(n) - 1)));
  }
  return table;
}

}  // namespace thb
