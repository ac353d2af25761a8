#include "statistics/observation.h"

#include "base/text.h"

namespace thb {

Cell Cell::Value(double value, std::string flags) {
  Cell cell;
  cell.state = CellState::kValue;
  cell.value = value;
  cell.flags = std::move(flags);
  return cell;
}

Cell Cell::Suppressed(double lower, double upper, std::string flags) {
  Cell cell;
  cell.state = CellState::kSuppressed;
  cell.lower = lower;
  cell.upper = upper;
  cell.flags = std::move(flags);
  return cell;
}

Cell Cell::Missing(std::string reason, std::string flags) {
  Cell cell;
  cell.reason = std::move(reason);
  cell.flags = std::move(flags);
  return cell;
}

std::string_view SeverityName(Severity severity) {
  switch (severity) {
    case Severity::kInfo:
      return "info";
    case Severity::kWarning:
      return "warning";
    case Severity::kError:
      return "error";
  }
  return "error";
}

std::string DescribeKey(const Dataset& dataset, const Key& key) {
  std::string out;
  for (std::size_t i = 0; i < key.size() && i < dataset.dimensions.size(); ++i) {
    const Dimension& dimension = dataset.dimensions[i];
    if (!dimension.total.empty() && key[i] == dimension.total) continue;
    if (!out.empty()) out += ' ';
    out += dimension.id + "=" + key[i];
  }
  return out;
}

std::string JoinKey(const Key& key) {
  return Join(key, ".");
}

}  // namespace thb
