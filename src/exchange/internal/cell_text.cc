#include "exchange/internal/cell_text.h"

#include <cmath>

#include "base/text.h"

namespace thb {
namespace {

constexpr std::string_view kNotApplicable = "not_applicable";
constexpr std::string_view kNotSent = "not_sent";
constexpr std::string_view kConflict = "conflict";

// `what` names the figure: "value", "lower bound".
Result<double> ReadCount(std::string_view text, const std::string& what, const std::string& place) {
  const std::string shown = what + " \"" + std::string(text.substr(0, 40)) + "\"";
  const auto number = ParseDecimal(text);
  if (!number) {
    return Fail(ErrorCode::kBadValue, shown + " is not a number", place,
                "write digits only; leave it empty or write : where there is none");
  }
  if (*number < 0) {
    return Fail(ErrorCode::kBadValue, shown + " is negative", place, "correct the figure");
  }
  if (*number != std::floor(*number)) {
    return Fail(ErrorCode::kBadValue, shown + " is not a whole number", place,
                "write a count, without separators of thousands");
  }
  if (*number > kMaxCount) {
    return Fail(ErrorCode::kBadValue, shown + " is too large for a count", place,
                "correct the figure");
  }
  return *number;
}

Result<std::string> ReadConf(std::string_view text, const Codes& codes, const std::string& place) {
  const std::string conf(Trim(text));
  const CodeList* list = codes.Find("conf_status");
  if (!conf.empty() && list != nullptr) TRY(list->Check(conf, place));
  return conf;
}

Result<std::string> ReadFlags(const std::string& text, const Codes& codes,
                              const std::string& place) {
  const CodeList* list = codes.Find("obs_status");
  const bool is_normal = text.empty() || (list != nullptr && list->Find(text) != nullptr);
  return is_normal ? text : NormaliseFlags(text, place);
}

Result<Cell> ReadBounds(const CellText& text, std::string_view less, const std::string& place) {
  if (!less.empty()) {
    const double below = TRY(ReadCount(less, "value <", place));
    if (below < 1) {
      return Fail(ErrorCode::kBadValue, "no count is less than " + std::string(less), place,
                  "correct the figure");
    }
    return Cell::Suppressed(0, below - 1, "");
  }
  const double lower = text.lower.empty() ? 0 : TRY(ReadCount(text.lower, "lower bound", place));
  if (text.upper.empty()) return Cell::Suppressed(lower, -1, "");
  const double upper = TRY(ReadCount(text.upper, "upper bound", place));
  if (upper < lower) {
    return Fail(ErrorCode::kBadValue,
                "the upper bound " + std::string(text.upper) + " is below the lower bound", place,
                "correct the bounds");
  }
  return Cell::Suppressed(lower, upper, "");
}

Result<Cell> ReadReason(const CellText& text, const Codes& codes, const std::string& place) {
  const std::string reason(Trim(text.reason));
  if (const CodeList* list = codes.Find("missing_reason")) TRY(list->Check(reason, place));
  Cell cell = Cell::Missing(reason);
  if (text.candidates.empty()) return cell;
  if (reason != kConflict) {
    return Fail(ErrorCode::kStructure, "candidates without the reason conflict", place,
                "clear the candidates or give the reason");
  }
  for (const std::string_view candidate : Split(text.candidates, kCandidateSeparator)) {
    cell.candidates.emplace_back(candidate);
  }
  return cell;
}

// A cell of which neither value nor bounds nor reason are given.
Cell Unexplained(const std::string& flags, const std::string& conf) {
  const bool held_back = !conf.empty() && conf != "F";
  if (held_back || flags.find('c') != std::string::npos) return Cell::Suppressed(0, -1, "");
  const bool no_sense = flags.find('z') != std::string::npos;
  return Cell::Missing(std::string(no_sense ? kNotApplicable : kNotSent));
}

}  // namespace

std::string_view LessThan(std::string_view value) {
  if (!StartsWith(value, "<")) return {};
  return Trim(value.substr(1));
}

Result<Cell> ReadCell(const CellText& text, const Codes& codes, const std::string& place) {
  std::string_view value = Trim(text.value);
  std::string flags(Trim(text.flags));
  if (StartsWith(value, ":")) {
    flags += value.substr(1);
    value = {};
  }
  if (text.nan_is_missing && (value == "NaN" || value == "#N/A")) value = {};
  const std::string_view less = LessThan(value);
  if (!less.empty() && flags.find('c') == std::string::npos) flags += 'c';
  flags = TRY(ReadFlags(flags, codes, place));
  const std::string conf = TRY(ReadConf(text.conf, codes, place));
  const bool bounded = !less.empty() || !text.lower.empty() || !text.upper.empty();
  const bool valued = !value.empty() && less.empty();
  const bool explained = !Trim(text.reason).empty();
  if (int{bounded} + int{valued} + int{explained} > 1) {
    return Fail(ErrorCode::kStructure, "a cell has two of value, bounds and missing reason", place,
                "keep one of them");
  }
  Cell cell;
  if (valued) {
    cell = Cell::Value(TRY(ReadCount(value, "value", place)));
  } else if (bounded) {
    cell = TRY(ReadBounds(text, less, place));
  } else if (explained) {
    cell = TRY(ReadReason(text, codes, place));
  } else {
    cell = Unexplained(flags, conf);
  }
  cell.flags = flags;
  cell.conf = conf;
  return cell;
}

CellFields PrintCell(const Cell& cell) {
  CellFields fields;
  fields.flags = cell.flags;
  fields.conf = cell.conf;
  switch (cell.state) {
    case CellState::kValue:
      fields.value = FormatNumber(cell.value);
      break;
    case CellState::kSuppressed:
      fields.lower = FormatNumber(cell.lower);
      if (cell.upper >= 0) fields.upper = FormatNumber(cell.upper);
      break;
    case CellState::kMissing:
      fields.reason = cell.reason.empty() ? std::string(kNotSent) : cell.reason;
      fields.candidates = Join(cell.candidates, std::string(1, kCandidateSeparator));
      break;
  }
  return fields;
}

}  // namespace thb
