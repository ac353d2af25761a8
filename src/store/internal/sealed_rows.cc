#include "store/internal/sealed_rows.h"

#include <span>

namespace thb {
namespace {

Result<std::vector<SealedRow>> Read(Database& database, const SealedColumn& column,
                                    const std::string& condition,
                                    std::span<const SqlValue> values) {
  std::vector<SealedRow> rows;
  TRY(database.Query("SELECT " + column.row + ", " + column.column + " FROM " + column.table +
                         " WHERE " + column.column + " <> ''" + condition,
                     values, [&](const SqlRow& row) -> Result<void> {
                       rows.push_back({std::string(row.Text(0)), std::string(row.Text(1))});
                       return {};
                     }));
  return rows;
}

}  // namespace

Result<void> WalkSealedRows(
    Database& database, const SealedColumn& column, std::string position,
    const std::function<Result<void>(const std::vector<SealedRow>& rows)>& batch) {
  const std::string order = " ORDER BY " + column.row + " LIMIT " + std::to_string(kSealedBatch);
  while (true) {
    const SqlValue after = position;
    const bool begins = position.empty();
    auto rows = TRY(Read(database, column, (begins ? "" : " AND " + column.row + " > $1") + order,
                         std::span(&after, begins ? 0 : 1)));
    if (rows.empty()) return {};
    position = rows.back().row;
    if (rows.size() == kSealedBatch) {
      // The next batch begins after this row, so all that belongs to it comes now.
      std::erase_if(rows, [&](const SealedRow& row) { return row.row == position; });
      const SqlValue last = position;
      for (auto& row :
           TRY(Read(database, column, " AND " + column.row + " = $1", std::span(&last, 1)))) {
        rows.push_back(std::move(row));
      }
    }
    TRY(batch(rows));
  }
}

}  // namespace thb
