#pragma once
// A whole file of lists, estimated: all persons together, each stratum apart, and the sum of the
// strata. What the command and the page both ask for.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "hidden/bayesian.h"
#include "hidden/estimate.h"
#include "hidden/lists.h"

namespace thb {

struct SurveyMethod {
  std::string name = "stepwise";
  std::optional<BayesianMethod> bayesian;  // one of those, in place of a log-linear one
  SelectionMethod selection = SelectionMethod::kStepwise;
};

// "stepwise", "bic", "bayes", "dga" or "lcmcr". Errors: kUsage.
Result<SurveyMethod> ParseSurveyMethod(const std::string& name);

struct SurveyRequest {
  SurveyMethod method;
  EstimateOptions options;  // but for the selection's method; level, seed, threads and stop go for
                            // the Bayesian methods too
  std::string model;        // of SelectionMethod::kFixed, as written: "A:B + B:C"
};

// One table of the file and its estimate, or why it has none.
struct SurveyPart {
  std::string stratum;  // "sex=F age=Y_LT18"; "" all persons
  std::vector<Remark> warnings;
  Result<PopulationEstimate> estimate;
};

struct SurveyAnswer {
  SurveyPart pooled;
  std::vector<SurveyPart> strata;         // empty where the file has no strata columns
  std::optional<PopulationEstimate> sum;  // of the strata, where each has an estimate
};

// The progress of a part, by its stratum ("all persons"); null where nobody watches.
using SurveyProgress =
    std::function<std::function<void(std::size_t done)>(const std::string& part)>;

// Never fails as a whole: each part has its estimate or its own error.
SurveyAnswer EstimateSurvey(const StratifiedLists& lists, const SurveyRequest& request,
                            const SurveyProgress& progress);

}  // namespace thb
