#include "exchange/internal/grid.h"

#include <algorithm>
#include <cstring>

#include "base/csv.h"

namespace thb {

std::string_view TextArena::Store(std::string_view text) {
  constexpr std::size_t kBlockBytes = std::size_t{1} << 16;
  if (text.empty()) return {};
  if (capacity_ - used_ < text.size()) {
    capacity_ = std::max(kBlockBytes, text.size());
    blocks_.push_back(std::make_unique<char[]>(capacity_));
    used_ = 0;
  }
  char* to = blocks_.back().get() + used_;
  std::memcpy(to, text.data(), text.size());
  used_ += text.size();
  return {to, text.size()};
}

Result<void> Grid::AddRow(std::size_t number) {
  if (rows_.size() == kMaxGridRows) {
    return Fail(ErrorCode::kLimit, "more than " + std::to_string(kMaxGridRows) + " rows", place_,
                "split the file");
  }
  rows_.push_back({number, cells_.size(), 0});
  return {};
}

Result<void> Grid::AddCell(std::size_t column, std::string_view text) {
  RowSpan& row = rows_.back();
  if (column < row.count) {
    return Fail(ErrorCode::kParse,
                "cell " + CellName(row.number, column) + " is out of order or repeated", place_,
                "save the workbook anew");
  }
  if (column >= kMaxGridColumns) {
    return Fail(ErrorCode::kLimit, "more than " + std::to_string(kMaxGridColumns) + " columns",
                Place(rows_.size() - 1), "remove the columns that are not needed");
  }
  if (row.first + column >= kMaxGridCells) {
    return Fail(ErrorCode::kLimit, "more than " + std::to_string(kMaxGridCells) + " cells", place_,
                "split the file");
  }
  cells_.resize(row.first + column);
  cells_.push_back(text);
  row.count = column + 1;
  return {};
}

std::span<const std::string_view> Grid::Row(std::size_t row) const {
  return std::span(cells_).subspan(rows_[row].first, rows_[row].count);
}

std::string_view Grid::At(std::size_t row, std::size_t column) const {
  return column < rows_[row].count ? cells_[rows_[row].first + column] : std::string_view();
}

std::string Grid::Place(std::size_t row) const {
  return place_ + separator_ + std::to_string(rows_[row].number);
}

Result<Grid> ReadCsvGrid(std::string_view content, const std::string& place) {
  const char separator = GuessSeparator(content);
  Grid grid(place, ":", separator);
  CsvReader reader(content, place, separator, {.max_columns = kMaxGridColumns});
  std::vector<std::string> fields;
  while (TRY(reader.Next(fields))) {
    TRY(grid.AddRow(reader.line()));
    for (std::size_t i = 0; i < fields.size(); ++i) {
      TRY(grid.AddCell(i, grid.arena().Store(fields[i])));
    }
  }
  return grid;
}

std::string CellName(std::size_t row_number, std::size_t column) {
  std::string letters;
  for (std::size_t rest = column + 1; rest > 0; rest = (rest - 1) / 26) {
    letters.insert(letters.begin(), static_cast<char>('A' + (rest - 1) % 26));
  }
  return letters + std::to_string(row_number);
}

}  // namespace thb
