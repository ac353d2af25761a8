#pragma once
// An estimate as it is reported: never a number alone. The point, its interval, what moves it, the
// overlaps that carry it, and whether the data support it.
//
// Estimators: those of select.h for the point, bootstrap.h for the interval, with the profile
// likelihood of the chosen model (profile.h) beside it. The sensitivity repeats the selection with
// each list left out and with each two lists merged, lists the models whose BIC is close to the
// best one, and moves the assumption that no data can test: that the highest-order interaction is
// absent. Were the odds of the lists' joint pattern k times what the model says, the dark figure
// would be k times as large (Aleshin-Guendel, Sadinle and Wakefield 2024, JASA 119; Gerritse, van
// der Heijden and Bakker 2015, Journal of Official Statistics 31); k = 1/2 and 2 are shown.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "hidden/bootstrap.h"
#include "hidden/convergence.h"
#include "hidden/lists.h"
#include "hidden/profile.h"
#include "hidden/remark.h"
#include "hidden/select.h"
#include "hidden/verdict.h"

namespace thb {

// Models within so much of the best BIC count as about as good (Raftery 1995: positive evidence
// starts at 2, strong at 6).
inline constexpr double kNearBestBic = 4;
// Likelihood ratio from which differing visibility (gamma > 0) beside the selected model is taken
// for a warning: 15 percent, one-sided. A coverage study set it (docs/methods): a lower limit warns
// of more than a fifth of the sound estimates, a higher one misses more of the wrong ones.
inline constexpr double kVisibilityRatio = 1.07;
// The same model without other dependence counts as fitting as well up to here.
inline constexpr double kVisibilityBic = 2;
inline constexpr std::size_t kMaxListsForMerging = 8;

struct AlternativeModel {
  std::string model;
  double bic = 0;
  double above_best = 0;  // BIC less the best one
  double total = 0;
};

enum class SensitivityKind { kListLeftOut, kListsMerged, kVisibility, kInteraction, kSuppressed };

std::string SensitivityName(SensitivityKind kind);

struct SensitivityRow {
  SensitivityKind kind = SensitivityKind::kListLeftOut;
  Remark what;                  // "without LA", "LA and NG as one list", ...
  double observed = 0;          // in that variant
  std::optional<double> total;  // nothing where that variant has no estimate
};

struct CarryingOverlap {
  std::string lists;  // "LA:NG", and on no other
  double count = 0;
  double total = 0;  // the estimate with one person less there; infinite where none is left
};

struct PopulationEstimate {
  std::string method;
  double observed = 0;
  double point = 0;
  BootstrapInterval interval;    // at the level asked for
  BootstrapInterval interval80;  // level 0 where the method has none
  std::string interval_method;   // how it was made
  std::optional<ProfileInterval> profile;
  std::string model;
  std::string search;
  bool converged = false;
  std::size_t replicates = 0;  // done
  std::size_t replicates_wanted = 0;
  std::size_t models = 0;      // that were looked at
  std::size_t admissible = 0;  // of them
  std::vector<AlternativeModel> alternatives;
  std::vector<ModelShare> chosen;  // in the replicates
  std::vector<SensitivityRow> sensitivity;
  std::vector<CarryingOverlap> overlaps;
  VerdictEvidence evidence;
  Judgement judgement;
  std::vector<Remark> warnings;
  BootstrapResult bootstrap;               // behind it all
  std::optional<ChainDiagnostics> chains;  // of a method that simulates its posterior
  std::vector<double> posterior;           // draws of the total, or quantiles of it
};

struct EstimateOptions {
  SelectionOptions selection;
  BootstrapOptions bootstrap;  // 0 replicates: the profile likelihood gives the interval
                               // its stop flag ends the whole
};

// Repeats a method on a variant of the table: the total, or nothing where it has no estimate.
using PointEstimator = std::function<std::optional<double>(const ListTable&)>;

// "without LA".
Remark WithoutList(const std::string& list);

// Rows for each list left out, each two merged (up to kMaxListsForMerging lists), the bounds of
// suppressed cells, and the interaction moved. Stopped, those that are done.
std::vector<SensitivityRow> Sensitivity(const ListTable& table, double point,
                                        const PointEstimator& estimator, StopFlag stop);

// Where counts are suppressed, the tables with all of them at an end of their bounds: lower, upper,
// and where both kinds are suppressed, overlaps low with single lists high (which gives the largest
// estimate as a rule) and the reverse. None where all counts are known.
std::vector<ListTable> TablesAtBounds(const ListTable& table);
// What is added to how an interval was made that reaches as far as they do.
inline constexpr const char* kWidened = ", widened to the bounds of suppressed counts";

// A warning for each kind of row that was not tried because there are too many lists for it.
void NameUntried(const ListTable& table, PopulationEstimate& estimate);

// What differing visibility would do, beside the log-linear model of `terms` (whose BIC is `bic`)
// and in place of it: rows of the sensitivity. Where it improves the one by more than chance would,
// or fits as well as it, that speaks to the verdict.
void AddVisibility(const ListTable& table, const ModelTerms& terms, double bic,
                   PopulationEstimate& estimate);

// What every method tells the verdict: overlaps, and ranges over the sensitivity rows.
VerdictEvidence EvidenceOf(const ListTable& table, double point, double lower, double upper,
                           const std::vector<SensitivityRow>& sensitivity);

// Errors: kUnsupported for fewer than two lists; kStructure where the table or a given model has no
// estimate, which says why; kUsage for options out of range; kInterrupted where it was stopped
// before a model was chosen. Stopped later, the estimate rests on what was done, and says so.
Result<PopulationEstimate> EstimateLoglinear(const ListTable& table,
                                             const EstimateOptions& options);

// The sum of separate estimates of strata, from the sums of their replicates. The parts were made
// with different seeds and equally many replicates. Sensitivity stays with the parts.
PopulationEstimate SumOfStrata(const std::vector<PopulationEstimate>& parts, double level);

}  // namespace thb
