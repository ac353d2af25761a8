#include "hidden/bayesian.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/draws.h"
#include "base/text.h"
#include "hidden/bayes_threshold.h"
#include "hidden/decomposable.h"
#include "hidden/latent_class.h"
#include "hidden/loglinear.h"

namespace thb {
namespace {

constexpr double kInnerLevel = 0.8;
constexpr double kShownProbability = 0.05;
constexpr double kInfinity = std::numeric_limits<double>::infinity();

std::vector<double> Pooled(const Chains& chains) {
  std::vector<double> draws;
  for (const auto& chain : chains) draws.insert(draws.end(), chain.begin(), chain.end());
  return draws;
}

BootstrapInterval IntervalOf(const PosteriorSummary& summary) {
  return {summary.level, summary.lower, summary.upper, summary.lower_error, summary.upper_error};
}

std::string Percent(double share) {
  return FormatNumber(std::round(100 * share)) + " %";
}

void TakeChains(const Chains& totals, const PosteriorSummary& summary,
                const ChainDiagnostics& diagnostics, bool converged, PopulationEstimate* estimate) {
  estimate->point = summary.median;
  estimate->interval = IntervalOf(summary);
  estimate->interval80 = IntervalOf(SummariseChains(totals, kInnerLevel));
  estimate->posterior = Pooled(totals);
  estimate->chains = diagnostics;
  estimate->converged = converged;
  estimate->interval_method =
      "posterior, " + std::to_string(diagnostics.chains) + " chains, R-hat " +
      FormatNumber(std::round(diagnostics.rhat * 1000) / 1000) + ", effective draws " +
      FormatNumber(std::floor(std::min(diagnostics.bulk_ess, diagnostics.tail_ess)));
}

// An estimate and the log-linear model that comes closest to what it rests on.
struct Answer {
  PopulationEstimate estimate;
  ModelTerms terms;
};

// How long chains are.
enum class Effort {
  kFull,
  kBrief,    // for studies
  kGlimpse,  // for the point of a variant of the table
};

Result<Answer> Threshold(const ListTable& table, const BayesianOptions& options, Effort effort) {
  ThresholdOptions own;
  own.level = options.level;
  own.seed = options.seed;
  own.threads = options.threads;
  own.stop = options.stop;
  if (effort != Effort::kFull) {
    own.first_sweeps = effort == Effort::kBrief ? 250 : 100;
    own.rounds = effort == Effort::kBrief ? 5 : 1;
  }
  ThresholdEstimate result = TRY(EstimateByThreshold(table, own));
  Answer answer;
  PopulationEstimate& estimate = answer.estimate;
  TakeChains(result.totals, result.total, result.diagnostics, result.converged, &estimate);
  estimate.model = result.model;
  estimate.search = "Bayesian thresholding of all pairs of lists";
  estimate.warnings = std::move(result.warnings);
  for (const PairEffect& pair : result.pairs) {
    if (pair.retained) answer.terms.push_back(pair.lists);
  }
  const double full = result.all_pairs.median;
  estimate.evidence.model_range = std::max(full, estimate.point) / std::min(full, estimate.point);
  return answer;
}

Result<Answer> Decomposable(const ListTable& table, const BayesianOptions& options) {
  DecomposableOptions own;
  own.level = options.level;
  DecomposableEstimate result = TRY(EstimateDecomposable(table, own));
  Answer answer;
  PopulationEstimate& estimate = answer.estimate;
  estimate.point = result.total.median;
  estimate.interval = IntervalOf(result.total);
  estimate.interval80 = {kInnerLevel, result.lower80, result.upper80, 0, 0};
  estimate.posterior = std::move(result.quantiles);
  estimate.converged = result.complete;
  estimate.interval_method = "posterior, summed over every graph and number of persons";
  for (const GraphProbability& model : result.models) {
    if (!estimate.model.empty() && model.probability < kShownProbability) break;
    if (!estimate.model.empty()) estimate.model += ", ";
    estimate.model += model.model + " " + Percent(model.probability);
  }
  answer.terms = CloseDownwards(result.best_cliques);
  estimate.models = result.graphs;
  estimate.admissible = result.graphs;
  estimate.search =
      "Bayesian average over all " + std::to_string(result.graphs) + " decomposable graphs";
  estimate.warnings = std::move(result.warnings);
  estimate.evidence.model_range = result.model_range;
  return answer;
}

Result<Answer> LatentClass(const ListTable& table, const BayesianOptions& options, Effort effort) {
  LatentClassOptions own;
  own.level = options.level;
  own.seed = options.seed;
  own.threads = options.threads;
  own.stop = options.stop;
  if (effort != Effort::kFull) {
    own.chains = 4;
    own.first_sweeps = effort == Effort::kBrief ? 250 : 100;
    own.rounds = effort == Effort::kBrief ? 5 : 1;
    own.ladders = false;
  }
  LatentClassEstimate result = TRY(EstimateLatentClasses(table, own));
  Answer answer;
  PopulationEstimate& estimate = answer.estimate;
  TakeChains(result.totals, result.total, result.diagnostics, result.converged, &estimate);
  estimate.model = FormatNumber(std::round(10 * result.mean_classes) / 10) +
                   " latent classes with observed persons, on average";
  estimate.search = "latent classes under a Dirichlet process";
  if (result.ladders) estimate.search += ", by parallel tempering";
  estimate.warnings = std::move(result.warnings);
  return answer;
}

Result<Answer> RunMethod(const ListTable& table, const BayesianOptions& options, Effort effort) {
  switch (options.method) {
    case BayesianMethod::kThreshold:
      return Threshold(table, options, effort);
    case BayesianMethod::kDecomposable:
      return Decomposable(table, options);
    case BayesianMethod::kLatentClass:
      return LatentClass(table, options, effort);
  }
  return Fail(ErrorCode::kInternal, "no such method");
}

std::vector<SensitivityRow> WithoutLists(const ListTable& table, const PointEstimator& estimator,
                                         StopFlag stop) {
  std::vector<SensitivityRow> rows;
  const ListMask all = (ListMask{1} << table.lists.size()) - 1;
  for (std::size_t i = 0; i < table.lists.size() && !IsStopped(stop); ++i) {
    const ListTable without = KeepLists(table, all & ~(ListMask{1} << i));
    rows.push_back({SensitivityKind::kListLeftOut, WithoutList(table.lists[i]), without.Observed(),
                    estimator(without)});
  }
  return rows;
}

std::string NameOf(BayesianMethod method) {
  switch (method) {
    case BayesianMethod::kThreshold:
      return "bayes";
    case BayesianMethod::kDecomposable:
      return "dga";
    case BayesianMethod::kLatentClass:
      return "lcmcr";
  }
  return "";
}

void ThinTo(std::size_t size, std::vector<double>* draws) {
  for (std::size_t i = 0; i < size; ++i) (*draws)[i] = (*draws)[i * draws->size() / size];
  draws->resize(size);
}

// The method at the ends of the bounds of suppressed counts: the interval reaches over all of its
// answers, and an end without an answer leaves it no upper bound. The draws of all ends alike stand
// for the posterior in a sum of strata.
void WidenToBounds(const ListTable& table, const BayesianOptions& options, Effort effort,
                   PopulationEstimate* estimate) {
  std::vector<std::vector<double>> posteriors = {estimate->posterior};
  double& range = estimate->evidence.suppressed_range;
  for (const ListTable& end : TablesAtBounds(table)) {
    const auto answer = RunMethod(end, options, effort);
    if (IsStopped(options.stop)) return;
    for (BootstrapInterval* interval : {&estimate->interval, &estimate->interval80}) {
      const BootstrapInterval none{0, interval->lower, kInfinity, 0, 0};
      const BootstrapInterval& other = !answer ? none
                                       : interval == &estimate->interval
                                           ? answer->estimate.interval
                                           : answer->estimate.interval80;
      if (other.lower < interval->lower) interval->lower_error = other.lower_error;
      if (other.upper > interval->upper) interval->upper_error = other.upper_error;
      interval->lower = std::min(interval->lower, other.lower);
      interval->upper = std::max(interval->upper, other.upper);
    }
    range = std::max(range, answer ? std::max(answer->estimate.point, estimate->point) /
                                         std::min(answer->estimate.point, estimate->point)
                                   : kInfinity);
    if (!answer) continue;
    estimate->converged = estimate->converged && answer->estimate.converged;
    posteriors.push_back(answer->estimate.posterior);
  }
  if (posteriors.size() == 1) return;
  std::size_t smallest = posteriors.front().size();
  for (const auto& draws : posteriors) smallest = std::min(smallest, draws.size());
  estimate->posterior.clear();
  for (auto& draws : posteriors) {
    ThinTo(smallest, &draws);
    estimate->posterior.insert(estimate->posterior.end(), draws.begin(), draws.end());
  }
  estimate->interval_method += kWidened;
}

void JudgeOn(const ListTable& table, const ModelTerms& terms, PopulationEstimate* estimate) {
  const auto reference = FitLoglinear(table, terms);
  if (reference && reference->admissibility == Admissibility::kAdmissible) {
    AddVisibility(table, terms, reference->bic, *estimate);
  }
  VerdictEvidence evidence = EvidenceOf(table, estimate->point, estimate->interval.lower,
                                        estimate->interval.upper, estimate->sensitivity);
  evidence.model_range = estimate->evidence.model_range;
  evidence.visibility_range = estimate->evidence.visibility_range;
  evidence.suppressed_range =
      std::max(evidence.suppressed_range, estimate->evidence.suppressed_range);
  evidence.converged = estimate->converged;
  evidence.interrupted = estimate->evidence.interrupted;
  estimate->evidence = evidence;
  estimate->judgement = JudgeEstimate(evidence);
}

}  // namespace

std::optional<BayesianMethod> BayesianMethodOf(std::string_view name) {
  for (const BayesianMethod method :
       {BayesianMethod::kThreshold, BayesianMethod::kDecomposable, BayesianMethod::kLatentClass}) {
    if (NameOf(method) == name) return method;
  }
  return std::nullopt;
}

Result<PopulationEstimate> EstimateBayesian(const ListTable& table,
                                            const BayesianOptions& options) {
  const Effort effort = options.brief ? Effort::kBrief : Effort::kFull;
  Answer answer = TRY(RunMethod(table, options, effort));
  PopulationEstimate& estimate = answer.estimate;
  WidenToBounds(table, options, effort, &estimate);
  estimate.method = NameOf(options.method);
  estimate.observed = table.Observed();
  const auto repeat = [&](const ListTable& variant) -> std::optional<double> {
    const auto result = RunMethod(variant, options, Effort::kGlimpse);
    if (!result) return std::nullopt;
    return result->estimate.point;
  };
  estimate.sensitivity = options.brief ? WithoutLists(table, repeat, options.stop)
                                       : Sensitivity(table, estimate.point, repeat, options.stop);
  if (IsStopped(options.stop)) {
    estimate.evidence.interrupted = true;
    estimate.warnings.push_back(
        {"Interrupted: what moves the estimate was not all tried.", "interrupted_sensitivity"});
  }
  if (!options.brief) NameUntried(table, estimate);
  JudgeOn(table, answer.terms, &estimate);
  return std::move(estimate);
}

PopulationEstimate SumOfPosteriors(const std::vector<PopulationEstimate>& parts, double level,
                                   std::uint64_t seed) {
  PopulationEstimate sum;
  sum.converged = true;
  sum.model = "a model for each stratum";
  sum.search = "the sum of separate posteriors";
  sum.interval_method = "posterior, draws of the strata added up";
  std::size_t draws = 0;
  for (const PopulationEstimate& part : parts) draws = std::max(draws, part.posterior.size());
  std::vector<double> totals(draws);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const PopulationEstimate& part = parts[i];
    sum.method = part.method;
    sum.observed += part.observed;
    sum.converged = sum.converged && part.converged;
    sum.evidence.overlap_persons += part.evidence.overlap_persons;
    sum.evidence.overlap_cells += part.evidence.overlap_cells;
    Random random = StreamOf(seed, i);
    for (double& total : totals) total += part.posterior[random.Below(part.posterior.size())];
  }
  const PosteriorSummary summary = SummariseChains({totals}, level);
  sum.point = summary.median;
  sum.interval = IntervalOf(summary);
  sum.interval80 = IntervalOf(SummariseChains({totals}, kInnerLevel));
  sum.posterior = std::move(totals);
  sum.evidence.observed = sum.observed;
  sum.evidence.point = sum.point;
  sum.evidence.lower = sum.interval.lower;
  sum.evidence.upper = sum.interval.upper;
  sum.evidence.converged = sum.converged;
  sum.judgement = JudgeEstimate(sum.evidence);
  for (const PopulationEstimate& part : parts) {
    if (part.judgement.verdict <= sum.judgement.verdict) continue;
    sum.judgement.verdict = part.judgement.verdict;
    sum.judgement.text = part.judgement.text;
  }
  return sum;
}

}  // namespace thb
