#include "store/internal/data_classes.h"

#include "base/resources.h"
#include "base/text.h"

namespace thb {
namespace {

// The words in backticks of a text.
std::vector<std::string> Names(std::string_view text) {
  std::vector<std::string> names;
  const auto parts = Split(text, '`');
  for (std::size_t i = 1; i < parts.size(); i += 2) names.emplace_back(parts[i]);
  return names;
}

}  // namespace

Result<std::vector<SealedColumn>> SealedColumns() {
  const auto page = FindResource("docs/data-classes.md");
  if (!page) return Fail(ErrorCode::kInternal, "docs/data-classes.md is not embedded");
  std::vector<SealedColumn> columns;
  std::string table;
  for (const std::string_view line : Split(*page, '\n')) {
    if (StartsWith(line, "#")) {
      const auto names = Names(line);
      table = names.size() == 1 ? names[0] : "";
    }
    const auto cells = Split(line, '|');
    if (table.empty() || cells.size() < 4 || !StartsWith(Trim(cells[2]), "sealed by ")) continue;
    const auto rows = Names(cells[2]);
    if (rows.size() != 1) {
      return Fail(ErrorCode::kInternal, "no column after 'sealed by'", "docs/data-classes.md");
    }
    for (const std::string& column : Names(cells[1])) columns.push_back({table, rows[0], column});
  }
  return columns;
}

}  // namespace thb
