#pragma once
// The Bayesian methods as they are reported: estimate, interval, sensitivity and verdict, in the
// same form as the log-linear ones. What each computes and assumes is in its own header
// (bayes_threshold.h, decomposable.h, latent_class.h).
//
// The point is the posterior median, the interval equal-tailed. The sensitivity repeats the method,
// with shorter chains, on the table without each list and with each two lists merged. Where counts
// are suppressed the point takes the middle of their bounds, and the whole method is repeated with
// all of them at either end, and with overlaps and single lists at opposite ends: the interval is
// the envelope of these posteriors' intervals. It is no posterior of the counts: which of them are
// likely within their bounds is not asked.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "hidden/estimate.h"
#include "hidden/lists.h"
#include "hidden/stop.h"

namespace thb {

enum class BayesianMethod { kThreshold, kDecomposable, kLatentClass };

// "bayes", "dga" and "lcmcr", as on the command line; nothing for another name.
std::optional<BayesianMethod> BayesianMethodOf(std::string_view name);

struct BayesianOptions {
  BayesianMethod method = BayesianMethod::kDecomposable;
  double level = 0.95;
  std::uint64_t seed = 1;
  std::size_t threads = 1;
  // For studies of many tables: shorter chains, which may not converge, and of the sensitivity only
  // the rows without a list.
  bool brief = false;
  StopFlag stop = nullptr;
};

// Errors: those of the method; kInterrupted where it was stopped before the chains had a first
// round. Stopped later, the estimate rests on the last whole round and says so.
Result<PopulationEstimate> EstimateBayesian(const ListTable& table, const BayesianOptions& options);

// The sum of separate estimates of strata: their posteriors are independent, so draws are added in
// an order that the seed mixes. At least one part.
PopulationEstimate SumOfPosteriors(const std::vector<PopulationEstimate>& parts, double level,
                                   std::uint64_t seed);

}  // namespace thb
