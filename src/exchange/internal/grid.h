#pragma once
// A rectangle of texts: one sheet of a workbook, or a CSV file.

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace thb {

inline constexpr std::size_t kMaxGridColumns = 1000;
inline constexpr std::size_t kMaxGridRows = std::size_t{1} << 20;  // as many as a sheet can have
inline constexpr std::size_t kMaxGridCells = 20'000'000;

// Owns texts whose views stay valid when it is moved.
class TextArena {
 public:
  std::string_view Store(std::string_view text);

 private:
  std::vector<std::unique_ptr<char[]>> blocks_;
  std::size_t used_ = 0;
  std::size_t capacity_ = 0;
};

// A cell that a formula fills.
struct FormulaCell {
  std::size_t row = 0;     // as numbered in the file, from 1
  std::size_t column = 0;  // from 0
  bool has_value = false;  // the program that saved the file left the result beside it
};

class Grid {
 public:
  // `separator` stands between place and row number: ":" for lines, "!" for sheets.
  // `field_separator` is that of a CSV file, 0 for a sheet.
  Grid(std::string place, std::string separator, char field_separator = '\0')
      : place_(std::move(place)),
        separator_(std::move(separator)),
        field_separator_(field_separator) {}

  // Starts a row. Errors: kLimit.
  Result<void> AddRow(std::size_t number);
  // Puts a text into the last row; cells skipped on the way are empty. The text must outlive the
  // grid, as those of arena() do. Errors: kLimit; kParse where `column` is not past the last one.
  Result<void> AddCell(std::size_t column, std::string_view text);
  void AddFormula(FormulaCell formula) { formulas_.push_back(formula); }

  std::size_t rows() const { return rows_.size(); }
  std::span<const std::string_view> Row(std::size_t row) const;
  // Empty where the row is shorter.
  std::string_view At(std::size_t row, std::size_t column) const;
  // The number of the row in the file.
  std::size_t Number(std::size_t row) const { return rows_[row].number; }
  // "file.csv:17", "file.xlsx!Sheet1!17".
  std::string Place(std::size_t row) const;
  const std::string& place() const { return place_; }
  // Of the sheet, "" for a CSV file.
  const std::string& name() const { return name_; }
  void SetName(std::string name) { name_ = std::move(name); }
  char field_separator() const { return field_separator_; }
  const std::vector<FormulaCell>& formulas() const { return formulas_; }
  TextArena& arena() { return arena_; }
  // Keeps alive what views point into.
  void Keep(std::shared_ptr<const std::vector<std::string>> texts) { texts_ = std::move(texts); }

 private:
  struct RowSpan {
    std::size_t number;
    std::size_t first;  // in cells_
    std::size_t count;
  };

  std::string place_;
  std::string name_;
  std::string separator_;
  char field_separator_;
  std::vector<RowSpan> rows_;
  std::vector<std::string_view> cells_;
  std::vector<FormulaCell> formulas_;
  TextArena arena_;
  std::shared_ptr<const std::vector<std::string>> texts_;
};

// Reads CSV; the separator is guessed from the first line. Errors: as CsvReader.
Result<Grid> ReadCsvGrid(std::string_view content, const std::string& place);

// "B7" for column 1 of row 7.
std::string CellName(std::size_t row_number, std::size_t column);

}  // namespace thb
