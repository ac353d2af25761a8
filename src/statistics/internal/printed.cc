#include "statistics/internal/printed.h"

#include <optional>
#include <string_view>

#include <algorithm>

#include "base/text.h"

namespace thb {
namespace {

// "14,311": a comma before exactly three digits groups thousands where a count is meant.
bool GroupsThousands(const std::string& text) {
  const auto groups = Split(text, ',');
  if (groups.size() < 2 || groups[0].empty() || groups[0].size() > 3) return false;
  return std::all_of(groups.begin() + 1, groups.end(), [](std::string_view group) {
    return group.size() == 3 && ParseInt(group).has_value();
  });
}

std::optional<double> ReadNumber(std::string text, bool count, int& decimals) {
  // Spaces group digits: plain, no-break and narrow no-break.
  for (const char* space : {" ", "\xC2\xA0", "\xE2\x80\xAF"}) text = ReplaceAll(text, space, "");
  if (EndsWith(text, "%")) text.pop_back();
  if (count && GroupsThousands(text)) text = ReplaceAll(text, ",", "");
  if (text.find('.') == std::string::npos) text = ReplaceAll(text, ",", ".");
  const auto value = ParseDecimal(text);
  if (!value) return std::nullopt;
  const std::size_t point = text.find('.');
  decimals = point == std::string::npos ? 0 : static_cast<int>(text.size() - point - 1);
  return value;
}

bool IsCode(std::string_view text) {
  return text.size() >= 2 &&
         text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") ==
             std::string_view::npos &&
         !ParseInt(text);
}

}  // namespace

Printed ReadPrinted(const Claim& claim) {
  Printed printed;
  std::string text = claim.value;
  if (StartsWith(text, "<")) printed.op = "lt";
  if (StartsWith(text, ">")) printed.op = "gt";
  if (!printed.op.empty()) text = std::string(Trim(text.substr(1)));
  if (const std::size_t slash = text.find('/'); slash != std::string::npos) {
    const auto top = ParseDecimal(Trim(std::string_view(text).substr(0, slash)));
    const auto bottom = ParseDecimal(Trim(std::string_view(text).substr(slash + 1)));
    if (!top || !bottom || *bottom == 0) return printed;
    printed.kind = Printed::Kind::kFraction;
    printed.number = 100 * *top / *bottom;
    return printed;
  }
  if (const auto number = ReadNumber(text, UnitOf(claim) == "NR", printed.decimals)) {
    printed.kind = Printed::Kind::kNumber;
    printed.number = *number;
    return printed;
  }
  const std::string codes = ReplaceAll(ReplaceAll(ReplaceAll(text, ",", ";"), " ", ";"), "|", ";");
  for (const std::string_view code : Split(codes, ';')) {
    if (code.empty()) continue;
    if (!IsCode(code)) return printed;
    printed.list.emplace_back(code);
  }
  if (!printed.list.empty()) printed.kind = Printed::Kind::kList;
  return printed;
}

std::string UnitOf(const Claim& claim) {
  const std::string unit = ToLowerAscii(claim.unit);
  const auto has = [&](std::string_view word) { return unit.find(word) != std::string::npos; };
  if (unit == "pp" || StartsWith(unit, "percentage point")) return "PP";
  if (unit == "pc" || unit == "%" || StartsWith(unit, "percent")) return "PC";
  if (unit == "p_mhab" || has("per million")) return "P_MHAB";
  if (unit == "nr" || StartsWith(unit, "count")) return "NR";
  return "";
}

std::string OperatorOf(const Claim& claim, const Printed& printed) {
  if (!claim.op.empty()) return claim.op;
  if (!printed.op.empty()) return printed.op;
  return ToLowerAscii(claim.unit).find("almost") == std::string::npos ? "" : "almost";
}

}  // namespace thb
