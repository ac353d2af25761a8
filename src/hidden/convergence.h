#pragma once
// Have the chains of a Markov chain Monte Carlo run found the same distribution, and how precise is
// what they say?
//
// Estimators: rank-normalised split R-hat (the larger of the plain and the folded one), bulk and
// tail effective sample size, Monte Carlo standard error of a quantile. Assumptions: chains of
// equal length, started apart, after warm-up. Literature: Vehtari, Gelman, Simpson, Carpenter and
// Buerkner (2021), Bayesian Analysis 16(2); Geyer (1992), Statistical Science 7(4).

#include <string>
#include <vector>

namespace thb {

// One vector of draws for each chain, all of one length.
using Chains = std::vector<std::vector<double>>;

// The limits that Vehtari et al. recommend.
inline constexpr double kMaxRhat = 1.01;
inline constexpr double kMinEffectiveDraws = 400;

struct ChainDiagnostics {
  double rhat = 0;      // infinite where chains stand still at different values
  double bulk_ess = 0;  // effective draws for the middle
  double tail_ess = 0;  // the smaller one of the 5 % and the 95 % quantile
  std::size_t chains = 0;
  std::size_t draws = 0;  // kept, over all chains
  bool Converged() const {
    return rhat < kMaxRhat && bulk_ess >= kMinEffectiveDraws && tail_ess >= kMinEffectiveDraws;
  }
};

// At least one chain of at least 8 draws; with fewer R-hat is infinite and nothing is effective.
ChainDiagnostics DiagnoseChains(const Chains& chains);

// Monte Carlo standard error of the quantile `probability` of all draws.
double QuantileError(const Chains& chains, double probability);

// What a posterior says about one number.
struct PosteriorSummary {
  double mean = 0;
  double median = 0;
  double lower = 0;  // equal-tailed interval
  double upper = 0;
  double level = 0.95;
  double median_error = 0;  // Monte Carlo standard errors, 0 for a posterior that was computed
  double lower_error = 0;
  double upper_error = 0;
};

PosteriorSummary SummariseChains(const Chains& chains, double level);

}  // namespace thb
