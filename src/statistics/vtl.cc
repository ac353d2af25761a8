#include "statistics/vtl.h"

#include <algorithm>
#include <bit>
#include <limits>

#include "base/text.h"
#include "statistics/internal/vtl_ast.h"
#include "statistics/internal/vtl_check.h"
#include "statistics/internal/vtl_parser.h"

namespace thb {

Result<VtlTable> VtlTable::Make(std::vector<std::string> dimensions, std::vector<VtlPoint> points) {
  if (points.size() > kMaxVtlPoints) {
    return Fail(ErrorCode::kLimit, "more than 2^30 cells in a table", {},
                "split the file by state");
  }
  VtlTable table;
  table.dimensions_ = std::move(dimensions);
  table.points_ = std::move(points);
  const std::size_t width = table.dimensions_.size();
  table.codes_.resize(width);
  table.positions_.resize(width);
  std::vector<std::vector<std::uint64_t>> digits(width);
  for (std::size_t d = 0; d < width; ++d) {
    digits[d].reserve(table.points_.size());
    for (const VtlPoint& point : table.points_) {
      const std::string& code = (*point.key)[d];
      const auto [found, is_new] = table.positions_[d].emplace(code, table.codes_[d].size());
      if (is_new) table.codes_[d].push_back(code);
      digits[d].push_back(found->second);
    }
  }
  std::uint64_t stride = 1;
  for (std::size_t d = 0; d < width; ++d) {
    table.strides_.push_back(stride);
    const std::uint64_t size = std::max<std::uint64_t>(1, table.codes_[d].size());
    if (stride > std::numeric_limits<std::uint64_t>::max() / size) {
      return Fail(ErrorCode::kLimit, "more combinations of codes than 64 bits hold", {},
                  "split the file by state");
    }
    stride *= size;
  }
  table.packed_.resize(table.points_.size());
  table.values_.reserve(table.points_.size());
  for (std::size_t i = 0; i < table.points_.size(); ++i) {
    for (std::size_t d = 0; d < width; ++d) table.packed_[i] += digits[d][i] * table.strides_[d];
    table.values_.push_back(IntervalOf(*table.points_[i].cell));
  }
  TRY(table.Hash());
  return table;
}

Result<void> VtlTable::Hash() {
  slots_.assign(std::bit_ceil(2 * points_.size() + 1), 0);
  for (std::size_t i = 0; i < points_.size(); ++i) {
    const std::size_t slot = SlotOf(packed_[i]);
    if (slots_[slot] != 0) {
      return Fail(ErrorCode::kConflict, "a key occurs twice", JoinKey(*points_[i].key),
                  "remove one of the rows");
    }
    slots_[slot] = static_cast<std::uint32_t>(i + 1);
  }
  return {};
}

// The slot that holds a packed key, or the free one where it would go.
std::size_t VtlTable::SlotOf(std::uint64_t packed) const {
  constexpr std::uint64_t kGolden = 0x9e3779b97f4a7c15;  // Fibonacci hashing (Knuth 1973)
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = ((packed * kGolden) >> 32) & mask;
  while (slots_[slot] != 0 && packed_[slots_[slot] - 1] != packed) slot = (slot + 1) & mask;
  return slot;
}

std::optional<std::size_t> VtlTable::IndexOf(std::string_view dimension) const {
  const auto found = std::find(dimensions_.begin(), dimensions_.end(), dimension);
  if (found == dimensions_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - dimensions_.begin());
}

std::uint64_t VtlTable::Without(std::uint64_t packed, std::size_t dimension) const {
  const std::uint64_t size = std::max<std::uint64_t>(1, codes_[dimension].size());
  return packed - (packed / strides_[dimension] % size) * strides_[dimension];
}

std::optional<std::uint64_t> VtlTable::Offset(std::size_t dimension, std::string_view code) const {
  const auto found = positions_[dimension].find(std::string(code));
  if (found == positions_[dimension].end()) return std::nullopt;
  return found->second * strides_[dimension];
}

std::size_t VtlTable::Position(std::uint64_t packed) const {
  if (points_.empty()) return npos;
  const std::uint32_t found = slots_[SlotOf(packed)];
  return found == 0 ? npos : found - 1;
}

const VtlPoint* VtlTable::Find(std::uint64_t packed) const {
  const std::size_t position = Position(packed);
  return position == npos ? nullptr : &points_[position];
}

Key VtlTable::Unpack(std::uint64_t packed) const {
  Key key;
  for (std::size_t d = 0; d < dimensions_.size(); ++d) {
    key.push_back(codes_[d][packed / strides_[d] % codes_[d].size()]);
  }
  return key;
}

Result<VtlProgram> VtlProgram::Parse(std::string_view text, const std::string& place) {
  ParsedVtl parsed = TRY(ParseVtl(text, place));
  VtlProgram program;
  program.script_ = std::make_shared<const VtlScript>(std::move(parsed.script));
  program.rules_ = std::move(parsed.rules);
  return program;
}

Result<std::vector<VtlResult>> VtlProgram::Run(
    const std::map<std::string, const VtlTable*>& tables) const {
  std::vector<VtlResult> results;
  for (const VtlStatement& statement : script_->statements) {
    const auto table = tables.find(statement.dataset);
    if (table == tables.end()) {
      std::vector<std::string> names;
      for (const auto& [name, unused] : tables) names.push_back(name);
      return Fail(ErrorCode::kNotFound, "no dataset " + statement.dataset, statement.place,
                  "choose one of " + Join(names, ", "));
    }
    const VtlRuleset& ruleset = script_->rulesets.at(statement.ruleset);
    TRY(CheckVtl(statement, ruleset, *table->second, results));
  }
  return results;
}

}  // namespace thb
