// Reads our own CSV and XLSX: one row per cell, a column per dimension, then the parts of the cell.

#include <algorithm>
#include <map>
#include <memory>

#include "base/text.h"
#include "exchange/internal/reader.h"
#include "exchange/internal/table_builder.h"

namespace thb {
namespace {

constexpr std::size_t kAbsent = std::string::npos;
constexpr std::size_t kHeaderRows = 20;  // within which the header must be

struct PlainColumns {
  std::vector<std::string> names;
  std::map<std::string, std::size_t, std::less<>> position;

  std::size_t Find(std::string_view name) const {
    const auto found = position.find(name);
    return found == position.end() ? kAbsent : found->second;
  }
};

struct Table {
  TableBuilder builder;
  std::vector<std::size_t> positions;
};

std::optional<std::size_t> FindHeader(const Grid& grid) {
  for (std::size_t row = 0; row < std::min(grid.rows(), kHeaderRows); ++row) {
    const auto cells = grid.Row(row);
    if (std::find(cells.begin(), cells.end(), kValueColumn) != cells.end()) return row;
  }
  return std::nullopt;
}

class PlainReader {
 public:
  PlainReader(const Grid& grid, std::size_t header, const ReadContext& context)
      : grid_(grid), header_(header), context_(context) {}

  Result<ParsedFile> Read();

 private:
  Result<void> ReadHeader();
  Result<void> CheckFormulas() const;
  Result<void> CheckColumns(const Dataset& dataset) const;
  Result<Table*> TableOf(std::string_view id, const std::string& place);
  Result<void> ReadRow(std::size_t row);
  std::string_view At(std::size_t row, std::string_view name) const {
    const std::size_t column = columns_.Find(name);
    return column == kAbsent ? std::string_view() : grid_.At(row, column);
  }

  const Grid& grid_;
  std::size_t header_;
  const ReadContext& context_;
  PlainColumns columns_;
  std::size_t dataset_column_ = kAbsent;
  std::map<std::string, std::unique_ptr<Table>, std::less<>> tables_;
  std::vector<Table*> order_;
};

Result<ParsedFile> PlainReader::Read() {
  TRY(ReadHeader());
  TRY(CheckFormulas());
  ParsedFile file;
  for (std::size_t row = header_ + 1; row < grid_.rows(); ++row) {
    const auto cells = grid_.Row(row);
    if (std::all_of(cells.begin(), cells.end(), [](auto cell) { return Trim(cell).empty(); })) {
      continue;
    }
    TRY(CheckRecord(grid_, row, columns_.names));
    ++file.rows_read;
    file.synthetic |= At(row, kCommentColumn) == kSyntheticComment;
    TRY(ReadRow(row));
  }
  for (Table* table : order_) table->builder.MoveInto(file);
  return file;
}

Result<void> PlainReader::ReadHeader() {
  for (const std::string_view cell : grid_.Row(header_)) columns_.names.emplace_back(Trim(cell));
  TRY(CheckDistinct(columns_.names, grid_.Place(header_)));
  for (std::size_t i = 0; i < columns_.names.size(); ++i) {
    columns_.position.emplace(columns_.names[i], i);
  }
  // Eurostat's SDMX-CSV, saved as a workbook, names its dataset in another column.
  dataset_column_ = columns_.Find("dataset");
  if (dataset_column_ == kAbsent) dataset_column_ = columns_.Find("DATAFLOW");
  return {};
}

// A return says its figures; what a formula made of them may have changed since it was saved.
Result<void> PlainReader::CheckFormulas() const {
  for (const FormulaCell& formula : grid_.formulas()) {
    if (formula.row < grid_.Number(header_)) continue;
    return Fail(ErrorCode::kUnsupported,
                "cell " + CellName(formula.row, formula.column) + " holds a formula", grid_.place(),
                "paste the figures as values");
  }
  return {};
}

Result<void> PlainReader::CheckColumns(const Dataset& dataset) const {
  constexpr std::string_view kOther[] = {
      kValueColumn,      kFlagColumn,    kConfColumn, kLowerColumn, kUpperColumn, kReasonColumn,
      kCandidatesColumn, kCommentColumn, "dataset",   "DATAFLOW",   "LAST UPDATE"};
  std::vector<std::string> known(std::begin(kOther), std::end(kOther));
  for (const Dimension& dimension : dataset.dimensions) known.push_back(dimension.id);
  known.emplace_back("TIME_PERIOD");
  for (const std::string& name : columns_.names) {
    if (name.empty() || std::find(known.begin(), known.end(), name) != known.end()) continue;
    const auto nearest = Nearest(name, known);
    return Fail(ErrorCode::kStructure,
                "column \"" + name.substr(0, 80) + "\" is no column of " + dataset.id,
                grid_.Place(header_),
                nearest ? "did you mean " + *nearest + "?" : "remove it, or give a --mapping");
  }
  return {};
}

Result<Table*> PlainReader::TableOf(std::string_view id, const std::string& place) {
  if (const auto found = tables_.find(id); found != tables_.end()) return found->second.get();
  std::vector<std::string> dimensions;
  for (const std::string& name : columns_.names) {
    if (!name.empty() && name == ToLowerAscii(name) && name != "dataset") {
      dimensions.push_back(name);
    }
  }
  const ReadContext at{context_.options, context_.codes, context_.datasets, place};
  const Dataset* dataset = TRY(ChooseDataset(id, dimensions, at));
  TRY(CheckColumns(*dataset));
  auto positions = TRY(LocateDimensions(*dataset, columns_.names, grid_.Place(header_)));
  auto table =
      std::make_unique<Table>(Table{TableBuilder(*dataset, context_), std::move(positions)});
  order_.push_back(table.get());
  return tables_.emplace(id, std::move(table)).first->second.get();
}

Result<void> PlainReader::ReadRow(std::size_t row) {
  const std::string place = grid_.Place(row);
  const std::string_view id =
      dataset_column_ == kAbsent ? std::string_view() : grid_.At(row, dataset_column_);
  Table& table = *TRY(TableOf(id, place));
  std::vector<std::string_view> codes;
  for (const std::size_t position : table.positions) {
    codes.push_back(position == kAbsent ? std::string_view() : grid_.At(row, position));
  }
  const CellText text{At(row, kValueColumn),     At(row, kFlagColumn),  At(row, kConfColumn),
                      At(row, kLowerColumn),     At(row, kUpperColumn), At(row, kReasonColumn),
                      At(row, kCandidatesColumn)};
  return table.builder.Add(codes, text, place);
}

}  // namespace

Result<std::optional<ParsedFile>> ReadPlainTable(const Grid& grid, const ReadContext& context) {
  const auto header = FindHeader(grid);
  if (!header) return std::nullopt;
  return TRY(PlainReader(grid, *header, context).Read());
}

}  // namespace thb
