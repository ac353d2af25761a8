#pragma once
// The progress report: figures read through an Evaluator become a Document. What a sentence says
// follows from the figures and from documented thresholds (docs/report.md); what is not there is
// said, not left out.

#include <string>
#include <vector>

#include "base/date.h"
#include "base/result.h"
#include "codes/codes.h"
#include "policy/contributions.h"
#include "policy/national_estimates.h"
#include "report/document.h"
#include "statistics/indicator.h"

namespace thb {

struct ReportInput {
  const Evaluator& reported;           // what the states sent
  const Evaluator* imputed = nullptr;  // the same with missing states estimated, or none
  Period period;
  Language language = Language::kEn;
  std::vector<Contribution> contributions = {};  // in file order
  Instant now = 0;                               // the date of the report
  std::string method = {};                       // id of the imputation method: "locf"
  std::string release = {};                      // name of the release, "" where there is none
  bool synthetic = false;                        // the records were generated
  // Estimates of states whose period lies within the report's; never added up.
  std::vector<NationalEstimate> national = {};
};

// Errors: those of Evaluator::Evaluate, kInternal for a broken locale, kParse for the map.
Result<Document> BuildReport(const ReportInput& input);

}  // namespace thb
