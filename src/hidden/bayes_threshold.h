#pragma once
// Hidden population by Bayesian thresholding of the interactions of a log-linear model.
//
// Estimator: Poisson log-linear model of the observed cells with all pairs of lists; flat priors on
// the intercept and the main effects, normal priors with mean zero on the pairs. Pairs whose
// posterior mean is less than `threshold` posterior standard deviations from zero are dropped, and
// the model is fitted again; the total is the observed plus the exponential of the intercept.
// Posteriors by Hamiltonian Monte Carlo in coordinates that the Hessian at the mode makes round,
// several chains until they agree.
// Assumptions: a closed population, correct linkage, everybody of one kind, no interaction of three
// or more lists. The interval takes the chosen pairs for given, so it is too narrow where a pair
// lies near the threshold; that is said in the warnings.
// Literature: Silverman (2020), J. R. Statist. Soc. A 183(3); Neal (2011), Handbook of Markov Chain
// Monte Carlo, ch. 5. The R package MultipleSystemsEstimation computes the same by MCMCpack.

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "hidden/convergence.h"
#include "hidden/lists.h"
#include "hidden/remark.h"
#include "hidden/stop.h"

namespace thb {

inline constexpr std::size_t kMaxThresholdLists = 10;

struct ThresholdOptions {
  double level = 0.95;
  double threshold = 2;
  double prior_variance = 1;  // of a pair; 0: flat (improper) prior
  std::uint64_t seed = 1;
  std::size_t chains = 4;
  std::size_t first_sweeps = 500;
  std::size_t rounds = 6;
  std::size_t threads = 1;  // the result does not depend on it
  StopFlag stop = nullptr;
};

struct PairEffect {
  ListMask lists = 0;
  double strength = 0;        // |posterior mean| / posterior standard deviation
  double strength_error = 0;  // Monte Carlo standard error of it
  bool retained = false;
  bool minus_infinite = false;  // nobody on both lists, under a flat prior: stays in the model
};

struct ThresholdEstimate {
  double observed = 0;
  PosteriorSummary total;
  PosteriorSummary all_pairs;     // the total before any pair was dropped
  ChainDiagnostics diagnostics;   // of the total in the last fit
  bool converged = false;         // both fits, all effects
  std::vector<PairEffect> pairs;  // in the order 01, 02, 12, 03, 13, 23, ...
  std::string model;              // retained pairs, "LA:NG + NG:GP", or "independence"
  Chains totals;                  // the draws behind `total`
  std::vector<Remark> warnings;
};

// Errors: kUnsupported for fewer than three or more than kMaxThresholdLists lists; kStructure where
// nobody is on two lists, or where the posterior is improper (flat prior and no maximum likelihood
// estimate, or lists that the data cannot tell apart); kUsage for options out of range;
// kInterrupted where it was stopped before both fits had a first round.
Result<ThresholdEstimate> EstimateByThreshold(const ListTable& table,
                                              const ThresholdOptions& options);

}  // namespace thb
