#pragma once
// Hidden population where persons differ in how likely each list is to hold them.
//
// Estimator: non-parametric latent class model. Persons belong to classes; within a class the lists
// are independent. Class weights come from a stick-breaking Dirichlet process, cut off at a largest
// number of classes, with a gamma prior on its concentration; list probabilities within a class are
// uniform; the total has the prior 1/N. Posterior by Markov chain Monte Carlo over the table of
// cells: the unobserved persons and, in part of each sweep, the classes of all persons are
// integrated out, so that the cost does not depend on the number of persons and the poorly known
// direction (the whole class is larger and less visible) is walked along directly.
// Chains that start apart and do not come together show a posterior with several modes. They are
// then replaced by ladders: chains at powers of the likelihood from 1 down to 0.01 that exchange
// states (parallel tempering), so that each mode is visited as often as it is probable.
// Assumptions: a closed population, correct linkage, persons independent of each other, and
// dependence between lists only through classes. Negative dependence is fitted badly, and classes
// that no list sees are known from the prior alone: the interval is not a safeguard against them.
// Literature: Manrique-Vallier (2016), Biometrics 72(4); Ishwaran and James (2001), JASA 96(453);
// Papaspiliopoulos and Roberts (2008), Biometrika 95(1), for the label moves; Geyer (1991),
// Computing Science and Statistics 23, for the ladders. The R package LCMCR samples the same
// posterior with one chain, which stays in one mode.

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "hidden/convergence.h"
#include "hidden/lists.h"
#include "hidden/remark.h"
#include "hidden/stop.h"

namespace thb {

inline constexpr std::size_t kMaxLatentClasses = 64;

struct LatentClassOptions {
  double level = 0.95;
  std::size_t classes = 10;  // 1 to kMaxLatentClasses
  double alpha_shape = 0.25;
  double alpha_rate = 0.25;
  std::uint64_t seed = 1;
  std::size_t chains = 8;
  std::size_t first_sweeps = 500;  // warm-up of a chain; rounds double from there
  std::size_t rounds = 8;          // until converged, at most so many
  bool ladders = true;             // where the chains disagree; half as many ladders as chains
  std::size_t threads = 1;         // the result does not depend on it
  StopFlag stop = nullptr;
};

struct LatentClassEstimate {
  double observed = 0;
  PosteriorSummary total;
  ChainDiagnostics diagnostics;
  bool converged = false;    // by the limits of convergence.h
  double mean_classes = 0;   // posterior mean of the classes that hold an observed person
  std::uint64_t sweeps = 0;  // over all chains, each rung of a ladder counted
  bool ladders = false;      // the posterior has several modes, and ladders were used
  Chains totals;             // the draws behind `total`
  std::vector<Remark> warnings;
};

// Suppressed and other fractional counts are rounded. Errors: kUnsupported for fewer than three
// lists; kStructure where nobody is on two; kUsage for options out of range; kInterrupted where it
// was stopped before the chains had a first round.
Result<LatentClassEstimate> EstimateLatentClasses(const ListTable& table,
                                                  const LatentClassOptions& options);

}  // namespace thb
