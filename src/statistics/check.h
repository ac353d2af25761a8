#pragma once
// Recomputing claimed figures (rules 17 to 19): a claims file names an indicator and the printed
// value; each claim is reproduced, differs, or is not computable.

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "statistics/indicator.h"

namespace thb {

struct Claim {
  std::string id;
  std::string indicator;  // "" or a reason of kReasons where it is no statistic of ours
  std::string geo;
  std::string period;  // as written; parsed where the claim is computable
  std::string value;   // as printed: "63", "<1", "1/4", "RO;FR;IT"
  std::string unit;    // "" the indicator's; NR, PC, PP, P_MHAB, LIST or the words of a report
  std::string where;
  std::string denominator;
  std::string base;
  std::string op;    // "", eq, lt, gt, almost, list, top
  std::string item;  // op top: the code whose rank is claimed to be within `value`
  std::string as_of;
  std::string impute;
  std::string compare_to;  // id of the claim that it is printed beside
  std::string place;       // file:line
};

// Reads id,indicator,geo,period,value,unit and the optional columns named as the fields of Claim.
// A file without the column `indicator` restates the figures of COM(2022) 736 by their ids; what
// they mean is looked up in mappings/report_2022_figures.csv. Errors: kStructure, kParse, kUsage.
Result<std::vector<Claim>> ParseClaims(std::string_view text, const std::string& place);

struct CheckRow {
  std::string id;
  std::string verdict;  // reproduced, differs, not_computable
  std::string claimed;
  std::string computed;  // "" where there is no value
  // Figure ids that do have the claimed value; of a reproduced change, the one of the panel or of
  // the totals by which it was reproduced where that is not the claimed one (rule 14).
  std::vector<std::string> matches;
  std::string reason;  // not_computable: no_dataset, no_data, ...; else how it differs
  std::vector<std::string> warnings;  // unequal_windows, sign, ...
};

// What a check may look at beside the collection as it stands: the collection as of another date,
// or with totals imputed. Either part may be empty.
struct View {
  std::string as_of;
  std::string impute;
};
using EvaluateIn = std::function<Result<IndicatorValue>(const IndicatorQuery&, const View&)>;

struct CheckContext {
  const Indicators* indicators = nullptr;
  const Codes* codes = nullptr;
  EvaluateIn evaluate;
  // Views in which a differing claim may be true: earlier vintages, imputed totals.
  std::vector<View> other_views;
};

// One row per claim, in order. Errors only where a claim is malformed (kUsage, with its place).
Result<std::vector<CheckRow>> CheckClaims(const std::vector<Claim>& claims,
                                          const CheckContext& context);

}  // namespace thb
