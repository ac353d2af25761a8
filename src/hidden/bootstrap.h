#pragma once
// How uncertain an estimate is, selection included: the bootstrap.
//
// Estimator. Persons observed are drawn anew, with replacement, and the whole procedure, selection
// included, is repeated on each replicate. Bias-corrected and accelerated (BCa) intervals (Efron
// 1987, JASA 82): the bias correction is the share of replicates below the estimate, the
// acceleration comes from the estimates with one person less in each observed cell, weighted by the
// counts (as Silverman 2020 and SparseMSE do). Quantiles are of type 8 (Hyndman and Fan 1996). A
// replicate without an estimate (no overlap left) counts as infinite, never as absent.
//
// The Monte Carlo error of an end point is its standard deviation when the replicates are
// themselves resampled, from the bias correction to the quantile.
//
// Suppressed cells are drawn anew within their bounds, each whole number alike, before each
// replicate is drawn, so that what is not known about them widens the interval.
//
// Replicate i draws from stream i of the seed: the result depends on the seed, not on the threads.
//
// Assumptions: persons are independent of each other; the procedure's own assumptions. The interval
// is not a safeguard against a wrong model: where no candidate is right, it may well miss.

#include <cstdint>
#include <functional>
#include <vector>

#include "base/result.h"
#include "hidden/lists.h"
#include "hidden/select.h"
#include "hidden/stop.h"

namespace thb {

inline constexpr std::size_t kMaxReplicates = 1'000'000;

struct BootstrapOptions {
  std::size_t replicates = 1000;
  std::uint64_t seed = 1;
  std::size_t threads = 1;
  double level = 0.95;
  // Called now and then from the calling thread, with the replicates done.
  std::function<void(std::size_t done)> progress;
  StopFlag stop = nullptr;
};

struct BootstrapInterval {
  double level = 0;
  double lower = 0;
  double upper = 0;
  double lower_error = 0;  // Monte Carlo standard error; infinite where it cannot be known
  double upper_error = 0;
};

struct ModelShare {
  ModelTerms terms;
  double share = 0;  // of the replicates that chose it
};

// What one person less in a cell does.
struct CellInfluence {
  ListMask mask = 0;
  double count = 0;
  double total = 0;  // the estimate with one person less, of all persons; infinite where none
};

struct BootstrapResult {
  std::size_t wanted = 0;
  std::size_t done = 0;
  std::size_t without_estimate = 0;  // of those done
  bool interrupted = false;
  std::vector<double> totals;        // of the replicates done, ascending, infinite ones last
  std::vector<double> by_replicate;  // NaN where a replicate was not done
  double bias_correction = 0;
  double acceleration = 0;
  BootstrapInterval bca;                 // at the level asked for
  BootstrapInterval bca80;               // at 80 percent
  BootstrapInterval percentile;          // plain quantiles, at the level asked for
  std::vector<ModelShare> models;        // most frequent first
  std::vector<CellInfluence> influence;  // by cell, mask ascending
};

// The quantile of type 8 of ascending values, at least one.
double QuantileType8(const std::vector<double>& ascending, double p);

// The bootstrap of the sum of independent strata: their replicates added, one person less in any
// cell of any of them. The parts have equally many replicates, of different seeds.
BootstrapResult AddBootstraps(const std::vector<const BootstrapResult*>& parts,
                              const std::vector<double>& points, const BootstrapOptions& options);

// `point` is the estimate of the total on the table itself. Errors: kUsage for options out of
// range.
Result<BootstrapResult> Bootstrap(const ListTable& table, const SelectionOptions& selection,
                                  double point, const BootstrapOptions& options);

}  // namespace thb
