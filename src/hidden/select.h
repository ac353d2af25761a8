#pragma once
// Which log-linear model: the selections that published estimates use, each exactly as published.
//
// Stepwise (Chan, Silverman and Vincent 2021, as in SparseMSE). From the main effects on, every
// pair of lists that is not in the model is compared with its fit: p = min(P(X <= n), P(X >= n))
// for X ~ Poisson(fitted persons on both), n persons on both; one tail, not doubled. The pair of
// the smallest p (the first of equal ones, in the order of the columns) whose model is admissible
// is added as long as its p is below the threshold.
//
// BIC (Silverman, Chan and Vincent 2024, Statistics in Medicine 43). Of all admissible hierarchical
// models with interactions of up to `max_order` lists the one with the smallest
// BIC = -2 log likelihood + parameters x log(persons observed); a parameter at minus infinity
// counts. Exhaustive for up to five lists at any order and six at order two. For replicates models
// are left out only where a bound shows that they cannot be the best: the deviance of a model that
// contains them and the parameters that they have at least. Beyond that size a search is made, and
// named: from the main effects, the one term whose addition or removal lowers the BIC most, until
// none does. It may miss the best model.
//
// Assumptions: those of loglinear.h; and that one model is the truth. Selection is unstable on
// sparse tables: its own uncertainty is in the interval only where it is repeated in each replicate
// of the bootstrap (bootstrap.h).

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "hidden/lists.h"
#include "hidden/loglinear.h"
#include "hidden/stop.h"

namespace thb {

enum class SelectionMethod { kStepwise, kBic, kFixed };

inline constexpr double kStepwiseThreshold = 0.02;

struct SelectionOptions {
  SelectionMethod method = SelectionMethod::kStepwise;
  double threshold = kStepwiseThreshold;  // of stepwise
  std::size_t max_order = 0;  // of BIC; 0: 3 for up to five lists, 2 for more; lists - 1 at most
  ModelTerms fixed;           // of kFixed
  // Where it becomes true, a selection ends soon and what it gives is void.
  StopFlag stop = nullptr;
};

// What one selection on one table ends with.
struct Selection {
  ModelTerms terms;
  bool admissible = false;
  double unobserved = 0;  // infinite where not even the main effects have an estimate
};

// One model and what it says.
struct ScoredModel {
  ModelTerms terms;
  double bic = 0;
  double total = 0;
};

struct StepwiseStep {
  ListMask pair = 0;
  double p = 0;
};

struct SelectedModel {
  LoglinearFit fit;
  std::string search;               // how models were looked for, a phrase
  std::vector<StepwiseStep> steps;  // of stepwise
  std::vector<ScoredModel> ranked;  // admissible models by BIC, best first, at most kMaxRanked
  std::size_t models = 0;           // that the ranking looked at
  std::size_t admissible = 0;       // of them
};

inline constexpr std::size_t kMaxRanked = 200;

// Repeats one selection on other counts of the same lists (2^lists of them). For one thread; the
// answer depends on the counts alone.
class Selector {
 public:
  virtual ~Selector() = default;
  virtual Selection Select(std::span<const double> counts) = 0;
};

// The order that `max_order` stands for.
std::size_t EffectiveOrder(const SelectionOptions& options, std::size_t lists);
// Whether BIC over this many lists and this order is exhaustive.
bool IsExhaustive(std::size_t lists, std::size_t max_order);

// `table` guides only the speed of the search.
std::unique_ptr<Selector> MakeSelector(const ListTable& table, const SelectionOptions& options);

// The selection alone, once. At least two lists and one person.
Selection SelectOnce(const ListTable& table, const SelectionOptions& options);

// Selection on the table itself, with a ranking by BIC where that search is exhaustive, whatever
// the method. Errors: kStructure for fewer than two lists or nobody, kLimit for a fixed model of
// too many terms, kInterrupted where it was stopped. A table or model without an estimate is no
// error: the fit says so.
Result<SelectedModel> SelectModel(const ListTable& table, const SelectionOptions& options);

}  // namespace thb
