#include "demo/internal/tables.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "base/text.h"

namespace thb {
namespace {

std::vector<std::string> Resolve(std::string_view code) {
  if (code == "ICCS02043_02044") {
    return {"BEG", "CRIM", "ORG", "BENFR", "FMAR", "SHAM", "ADOPT", "SURR", "OTH"};
  }
  if (code == "EU27_2020") return {"NAT", "EU27_2020_FOR"};
  return {std::string(code)};
}

}  // namespace

Result<CellFilter> ParseCellFilter(std::string_view text, const std::string& place) {
  CellFilter filter;
  if (text.empty()) return filter;
  for (const std::string_view part : Split(text, ';')) {
    const auto sides = Split(part, '=');
    if (sides.size() != 2 || sides[0].empty() || sides[1].empty()) {
      return Fail(ErrorCode::kParse, "\"" + std::string(part) + "\" is not dimension=code", place);
    }
    auto& codes = filter[std::string(sides[0])];
    for (const std::string_view code : Split(sides[1], '+')) {
      for (std::string& resolved : Resolve(code)) codes.push_back(std::move(resolved));
    }
  }
  return filter;
}

Table::Table(std::vector<TableAxis> axes) : axes_(std::move(axes)), stride_(axes_.size(), 1) {
  std::size_t size = 1;
  for (std::size_t axis = axes_.size(); axis-- > 0;) {
    stride_[axis] = size;
    size *= axes_[axis].codes.size();
  }
  weights_.assign(size, 0.0);
}

const TableAxis& Table::axis(std::string_view dimension) const {
  const auto found = std::ranges::find(axes_, dimension, &TableAxis::dimension);
  assert(found != axes_.end());
  return *found;
}

const std::string& Table::Code(std::size_t cell, std::string_view dimension) const {
  const auto at = static_cast<std::size_t>(&axis(dimension) - axes_.data());
  return axes_[at].codes[Digit(cell, at)];
}

std::optional<std::vector<std::size_t>> Table::Select(const CellFilter& filter) const {
  std::vector<std::vector<bool>> admitted;
  for (const TableAxis& axis : axes_) admitted.emplace_back(axis.codes.size(), true);
  for (const auto& [dimension, codes] : filter) {
    const auto found = std::ranges::find(axes_, dimension, &TableAxis::dimension);
    if (found == axes_.end()) return std::nullopt;
    auto& flags = admitted[static_cast<std::size_t>(found - axes_.begin())];
    flags.assign(flags.size(), false);
    for (const std::string& code : codes) {
      const auto at = std::ranges::find(found->codes, code);
      if (at == found->codes.end()) return std::nullopt;
      flags[static_cast<std::size_t>(at - found->codes.begin())] = true;
    }
  }
  std::vector<std::size_t> cells;
  for (std::size_t cell = 0; cell < size(); ++cell) {
    bool in = true;
    for (std::size_t axis = 0; in && axis < axes_.size(); ++axis) {
      in = admitted[axis][Digit(cell, axis)];
    }
    if (in) cells.push_back(cell);
  }
  return cells;
}

double Table::Sum(std::span<const std::size_t> cells) const {
  double sum = 0;
  for (const std::size_t cell : cells) sum += weights_[cell];
  return sum;
}

void Table::Scale(std::span<const std::size_t> cells, double factor) {
  for (const std::size_t cell : cells) weights_[cell] *= factor;
}

void Table::AddTo(Program& program) {
  for (std::size_t cell = 0; cell < size(); ++cell) {
    const std::size_t variable = program.AddCount(weights_[cell]);
    if (cell == 0) first_ = variable;
  }
}

std::vector<std::int64_t> Table::Counts(const std::vector<std::int64_t>& solution) const {
  const auto begin = solution.begin() + static_cast<std::ptrdiff_t>(first_);
  return {begin, begin + static_cast<std::ptrdiff_t>(size())};
}

void AppendTerms(std::vector<Term>& terms, const Table& table, std::span<const std::size_t> cells,
                 double coefficient) {
  for (const std::size_t cell : cells) terms.push_back({table.Variable(cell), coefficient});
}

const std::vector<std::string>& SexCodes() {
  static const std::vector<std::string> kCodes = {"F", "M", "UNK"};
  return kCodes;
}

const std::vector<std::string>& AgeCodes() {
  static const std::vector<std::string> kCodes = {"Y_LT18", "Y_GE18", "UNK"};
  return kCodes;
}

const std::vector<std::string>& FormCodes() {
  static const std::vector<std::string> kCodes = {"ICCS02041", "ICCS02042", "BEG",  "CRIM",
                                                  "ORG",       "BENFR",     "FMAR", "SHAM",
                                                  "ADOPT",     "SURR",      "OTH",  "UNK"};
  return kCodes;
}

const std::vector<std::string>& CitizenGroups() {
  static const std::vector<std::string> kCodes = {"NAT", "EU27_2020_FOR", "NEU27_2020_FOR", "OTH",
                                                  "UNK"};
  return kCodes;
}

const std::vector<std::string>& MemberStates() {
  static const std::vector<std::string> kCodes = {
      "BE", "BG", "CZ", "DK", "DE", "EE", "IE", "EL", "ES", "FR", "HR", "IT", "CY", "LV",
      "LT", "LU", "HU", "MT", "NL", "AT", "PL", "PT", "RO", "SI", "SK", "FI", "SE"};
  return kCodes;
}

}  // namespace thb
