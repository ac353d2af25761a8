#pragma once
// Contingency tables whose cells are counts of a Program: the person table (sex by age by
// citizenship by form), the state table and others state one population from several sides.

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "demo/internal/program.h"

namespace thb {

// Dimension -> codes that are admitted; dimensions that are not named are not restricted.
using CellFilter = std::map<std::string, std::vector<std::string>>;

// "sex=F;age=Y_LT18+UNK". The aggregates of this file (ICCS02043_02044, EU27_2020) are resolved
// into their codes. Errors: kParse with `place`.
Result<CellFilter> ParseCellFilter(std::string_view text, const std::string& place);

struct TableAxis {
  std::string dimension;
  std::vector<std::string> codes;
};

class Table {
 public:
  explicit Table(std::vector<TableAxis> axes);

  std::size_t size() const { return weights_.size(); }
  const std::vector<TableAxis>& axes() const { return axes_; }
  const TableAxis& axis(std::string_view dimension) const;
  // The code that a cell has on a dimension. The dimension exists.
  const std::string& Code(std::size_t cell, std::string_view dimension) const;
  std::size_t Digit(std::size_t cell, std::size_t axis) const {
    return cell / stride_[axis] % axes_[axis].codes.size();
  }
  // The cells that the filter admits, ascending; nothing where the table lacks one of its
  // dimensions or codes.
  std::optional<std::vector<std::size_t>> Select(const CellFilter& filter) const;

  std::vector<double>& weights() { return weights_; }
  const std::vector<double>& weights() const { return weights_; }
  double Sum(std::span<const std::size_t> cells) const;
  void Scale(std::span<const std::size_t> cells, double factor);

  // Makes every cell a count of the programme with its weight as prior.
  void AddTo(Program& program);
  std::size_t Variable(std::size_t cell) const { return first_ + cell; }
  // The table's part of a solution.
  std::vector<std::int64_t> Counts(const std::vector<std::int64_t>& solution) const;

 private:
  std::vector<TableAxis> axes_;
  std::vector<std::size_t> stride_;
  std::vector<double> weights_;
  std::size_t first_ = 0;
};

// Appends one term per cell.
void AppendTerms(std::vector<Term>& terms, const Table& table, std::span<const std::size_t> cells,
                 double coefficient);

// The codes that records carry; citizenship in groups as seen from the reporting state.
const std::vector<std::string>& SexCodes();
const std::vector<std::string>& AgeCodes();
const std::vector<std::string>& FormCodes();
const std::vector<std::string>& CitizenGroups();
const std::vector<std::string>& MemberStates();

}  // namespace thb
