#pragma once
// Checks the cells of one table as it was sent and turns them into observations of our datasets.

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "exchange/internal/cell_text.h"
#include "exchange/internal/reader.h"

namespace thb {

// Of one table in one file; the largest known has 47 000.
inline constexpr std::size_t kMaxObservations = 5'000'000;

// Counts rows that have no place, by reason, in the order in which the reasons came up.
class SkipCounter {
 public:
  void Add(const std::string& reason, const std::string& place, std::size_t rows = 1);
  std::vector<SkippedRows> Take() { return std::move(rows_); }

 private:
  std::vector<SkippedRows> rows_;
  std::map<std::string, std::size_t> position_;
};

class TableBuilder {
 public:
  // `table` may be a view; its cells go to the datasets that it is cut from.
  TableBuilder(const Dataset& table, const ReadContext& context);

  const Dataset& table() const { return *table_; }

  // A cell with its codes in the order of the table's dimensions. An absent frequency or unit is
  // annual or a number of persons. Only a delete may have empty codes, which stand for all.
  // Rows of a view that count no persons, or that our datasets do not keep, are skipped.
  // Errors: kUnknownCode, kBadValue, kStructure, kLimit.
  Result<void> Add(std::span<const std::string_view> codes, const CellText& text,
                   const std::string& place, std::optional<Action> action = std::nullopt);
  // The same for a cell that is known already.
  Result<void> AddCell(std::span<const std::string_view> codes, const Cell& cell,
                       const std::string& place, std::optional<Action> action = std::nullopt);

  // Appends the parts that have observations; the skipped rows go to `skips`.
  void MoveInto(ParsedFile& file);

 private:
  // Where the cells of the table end up.
  struct Target {
    const Dataset* dataset = nullptr;
    const ViewSource* source = nullptr;  // null where the table is its own dataset
    TablePart part;
  };

  Result<Key> CheckKey(std::span<const std::string_view> codes, const std::string& place,
                       bool wildcards);
  Result<std::string> CheckCode(std::size_t dimension, std::string_view code,
                                const std::string& place);
  // The key in the target's dataset, or the dimension of the table that has no place there.
  tl::expected<Key, std::size_t> Convert(const Target& target, const Key& key) const;
  void ResolveNationals(const Dataset& dataset, Key& key) const;
  void Append(Target& target, Key key, const Cell& cell, const std::string& place,
              std::optional<Action> action) const;

  const Dataset* table_;
  const ReadContext& context_;
  std::vector<Target> targets_;
  std::vector<std::set<std::string, std::less<>>> known_;  // codes already checked, by dimension
  SkipCounter skips_;
  std::size_t observations_ = 0;
};

// Appends to the skipped rows of a file; equal reasons are added up.
void MergeSkipped(ParsedFile& file, std::vector<SkippedRows> skipped);

}  // namespace thb
