#include "hidden/bayes_threshold.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <memory>
#include <numeric>

#include "base/draws.h"
#include "base/text.h"
#include "hidden/internal/cells.h"
#include "hidden/internal/chain_run.h"
#include "hidden/internal/poisson_posterior.h"
#include "hidden/loglinear.h"

namespace thb {
namespace {

constexpr std::size_t kKeptDraws = 2000;
constexpr std::size_t kMaxChains = 256;
constexpr std::size_t kMaxRounds = 20;

Result<void> CheckOptions(const ThresholdOptions& options) {
  const auto refuse = [](const std::string& what, const std::string& remedy) {
    return Fail(ErrorCode::kUsage, what, "Bayesian thresholding", remedy);
  };
  if (!(options.level > 0 && options.level < 1)) {
    return refuse("not a level: " + FormatNumber(options.level), "give one between 0 and 1");
  }
  if (!(options.threshold >= 0) || !(options.prior_variance >= 0)) {
    return refuse("the threshold and the prior variance cannot be negative", "use 2 and 1");
  }
  if (options.chains < 1 || options.chains > kMaxChains || options.first_sweeps < 1 ||
      options.rounds < 1 || options.rounds > kMaxRounds) {
    return refuse("chains, sweeps or rounds out of range", "use 4 chains and 6 rounds");
  }
  return {};
}

std::vector<PairEffect> AllPairs(const ListTable& table, bool flat_prior) {
  const std::vector<double> counts = DenseCounts(table);
  std::vector<PairEffect> pairs;
  for (std::size_t j = 1; j < table.lists.size(); ++j) {
    for (std::size_t i = 0; i < j; ++i) {
      PairEffect pair;
      pair.lists = ListMask{1} << i | ListMask{1} << j;
      double both = 0;
      for (ListMask cell = 0; cell < counts.size(); ++cell) {
        if ((cell & pair.lists) == pair.lists) both += counts[cell];
      }
      pair.minus_infinite = flat_prior && both <= 0;
      pair.retained = !pair.minus_infinite;
      pairs.push_back(pair);
    }
  }
  return pairs;
}

// Intercept, main effects, then the retained pairs; cells that a minus infinite pair empties are
// left out.
PoissonModel ModelOf(const ListTable& table, const std::vector<PairEffect>& pairs,
                     double prior_variance) {
  PoissonModel model;
  model.terms.push_back(0);
  for (std::size_t i = 0; i < table.lists.size(); ++i) model.terms.push_back(ListMask{1} << i);
  model.precision.assign(model.terms.size(), 0);
  for (const PairEffect& pair : pairs) {
    if (!pair.retained) continue;
    model.terms.push_back(pair.lists);
    model.precision.push_back(prior_variance > 0 ? 1 / prior_variance : 0);
  }
  const std::vector<double> counts = DenseCounts(table);
  for (ListMask cell = 1; cell < counts.size(); ++cell) {
    const bool empty = std::any_of(pairs.begin(), pairs.end(), [cell](const PairEffect& pair) {
      return pair.minus_infinite && (cell & pair.lists) == pair.lists;
    });
    if (empty) continue;
    model.cells.push_back(cell);
    model.counts.push_back(counts[cell]);
  }
  return model;
}

// Columns of the run: the terms, then the total.
Result<ChainRun> Sample(const PoissonModel& model, double observed, std::uint64_t seed,
                        const ThresholdOptions& options) {
  const std::optional<PoissonFrame> frame = FindMode(model);
  if (!frame) {
    return Fail(ErrorCode::kStructure, "the posterior of this model is not proper",
                "Bayesian thresholding",
                "there are too few overlaps for it: merge lists, or use a prior with a variance");
  }
  std::vector<std::unique_ptr<PoissonChain>> chains;
  for (std::size_t c = 0; c < options.chains; ++c) {
    chains.push_back(std::make_unique<PoissonChain>(model, *frame, StreamOf(seed, c)));
  }
  const auto advance = [&](std::size_t chain, std::size_t sweeps, std::size_t every,
                           std::vector<double>* rows) {
    if (every > 0) chains[chain]->Freeze();
    for (std::size_t i = 1; i <= sweeps; ++i) {
      chains[chain]->Sweep();
      if (every == 0 || i % every != 0) continue;
      const std::vector<double> terms = chains[chain]->Terms();
      rows->insert(rows->end(), terms.begin(), terms.end());
      rows->push_back(observed + PortableExp(std::min(terms[0], 500.0)));
    }
  };
  ChainPlan plan;
  plan.chains = options.chains;
  plan.first_sweeps = options.first_sweeps;
  plan.rounds = options.rounds;
  plan.kept = kKeptDraws;
  plan.threads = options.threads;
  plan.stop = options.stop;
  ChainRun run = RunChains(plan, model.terms.size() + 1, advance);
  TRY(CheckHasRound(run));
  return run;
}

void MeasureStrength(const Chains& draws, PairEffect* pair) {
  double sum = 0;
  double count = 0;
  for (const auto& chain : draws) {
    sum += std::accumulate(chain.begin(), chain.end(), 0.0);
    count += static_cast<double>(chain.size());
  }
  const double mean = sum / count;
  double squares = 0;
  for (const auto& chain : draws) {
    for (const double value : chain) squares += (value - mean) * (value - mean);
  }
  const double sd = std::sqrt(squares / (count - 1));
  const double ess = std::max(1.0, DiagnoseChains(draws).bulk_ess);
  pair->strength = std::fabs(mean) / sd;
  pair->strength_error = std::sqrt((1 + pair->strength * pair->strength / 2) / ess);
}

std::string ModelName(const ListTable& table, const std::vector<PairEffect>& pairs) {
  std::string name;
  for (const PairEffect& pair : pairs) {
    if (!pair.retained && !pair.minus_infinite) continue;
    if (!name.empty()) name += " + ";
    name += TermName(pair.lists, table.lists);
    if (pair.minus_infinite) name += " (never both)";
  }
  return name.empty() ? "independence" : name;
}

void WarnOfThreshold(const ListTable& table, double threshold, ThresholdEstimate* estimate) {
  for (const PairEffect& pair : estimate->pairs) {
    if (pair.minus_infinite) continue;
    if (std::fabs(pair.strength - threshold) < 3 * pair.strength_error) {
      const std::string name = TermName(pair.lists, table.lists);
      estimate->warnings.push_back({"The pair " + name +
                                        " lies at the threshold within simulation error: another "
                                        "seed may choose another model.",
                                    "at_threshold",
                                    {{"pair", name}}});
    }
  }
}

}  // namespace

Result<ThresholdEstimate> EstimateByThreshold(const ListTable& table,
                                              const ThresholdOptions& options) {
  TRY(CheckOptions(options));
  TRY(CheckForEstimation(table, kMaxThresholdLists, "bayes"));
  const std::vector<double> counts = DenseCounts(table);
  ThresholdEstimate estimate;
  estimate.observed = std::accumulate(counts.begin(), counts.end(), 0.0);
  estimate.warnings = DataWarnings(table);
  estimate.pairs = AllPairs(table, options.prior_variance == 0);
  // Two seeds from one, so that the fits are independent.
  Random seeds = StreamOf(options.seed, options.chains);
  const std::uint64_t first_seed = seeds.Next();
  const std::uint64_t second_seed = seeds.Next();

  const PoissonModel full = ModelOf(table, estimate.pairs, options.prior_variance);
  const ChainRun all = TRY(Sample(full, estimate.observed, first_seed, options));
  std::size_t column = 1 + table.lists.size();
  for (PairEffect& pair : estimate.pairs) {
    if (pair.minus_infinite) continue;
    MeasureStrength(all.columns[column++], &pair);
    pair.retained = pair.strength >= options.threshold;
  }
  const PoissonModel chosen = ModelOf(table, estimate.pairs, options.prior_variance);
  ChainRun run = TRY(Sample(chosen, estimate.observed, second_seed, options));
  estimate.total = SummariseChains(run.columns.back(), options.level);
  estimate.diagnostics = DiagnoseChains(run.columns.back());
  estimate.totals = std::move(run.columns.back());
  estimate.all_pairs = SummariseChains(all.columns.back(), options.level);
  estimate.converged = all.diagnostics.Converged() && run.diagnostics.Converged();
  estimate.model = ModelName(table, estimate.pairs);
  WarnOfThreshold(table, options.threshold, &estimate);
  return estimate;
}

}  // namespace thb
