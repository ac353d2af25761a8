#pragma once
// Content rules over a file that has been read and parsed. rules/*.vtl says what VTL can say; a few
// named checks in C++ say the rest (sums over all countries, several dimensions or several years).
// rules/rules.csv has the severity and the explanation of each; docs/validation.md explains them.
//
// A suppressed cell enters as its bounds, and a rule is broken only where every value within them
// breaks it. A rule that a missing cell takes part in is not evaluated; a cell that was not sent
// counts as zero beside others of its breakdown, because returns leave out their zeros.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "codes/codes.h"
#include "statistics/dataset.h"
#include "statistics/observation.h"
#include "statistics/snapshot.h"

namespace thb {

struct ValidateOptions {
  bool foreign = false;             // or as the file says
  std::string form_counting;        // main, mentions or unknown; "": as the file says
  std::string sender;               // geo of the state that sends a return; "": not stated
  const Snapshot* prior = nullptr;  // for the year before, and what SDMX actions are applied to
  std::string rules_text;           // VTL that replaces all content rules; "": the shipped ones
  std::string rules_place;          // its file name, for messages
};

// One row of rules/rules.csv.
struct RuleDescription {
  std::string id;
  Severity severity_return = Severity::kError;
  Severity severity_foreign = Severity::kWarning;
  std::map<std::string, std::string> parameters;  // "factor" -> "3"; form counting -> severity
  std::string title_en;
  std::string title_nl;
  std::string description_en;
  std::string source;
};

// Every rule that a finding of Validate can name when the shipped rules are used.
class RuleBook {
 public:
  static Result<RuleBook> Load();
  const RuleDescription* Find(std::string_view id) const;
  const std::vector<RuleDescription>& all() const { return all_; }

 private:
  std::vector<RuleDescription> all_;  // sorted by id
};

// The findings of content rules, sorted by rule and key; those of file.findings are not repeated.
// Errors: those of VtlProgram where rules_text is wrong; kLimit.
Result<std::vector<Finding>> Validate(const ParsedFile& file, const Codes& codes,
                                      const Datasets& datasets, const ValidateOptions& options);

bool HasErrors(const std::vector<Finding>& findings);

}  // namespace thb
