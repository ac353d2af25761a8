#include "hidden/bayesian.h"

#include <algorithm>
#include <cmath>

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

void JudgeOn(const ListTable& table, const ModelTerms& terms, PopulationEstimate* estimate) {
  const auto reference = FitLoglinear(table, terms);
  if (reference && reference->admissibility == Admissibility::kAdmissible) {
    AddVisibility(table, terms, reference->bic, *estimate);
  }
  VerdictEvidence evidence = EvidenceOf(table, estimate->point, estimate->interval.lower,
                                        estimate->interval.upper, estimate->sensitivity);
  evidence.model_range = estimate->evidence.model_range;
  evidence.visibility_range = estimate->evidence.visibility_range;
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
  Answer answer = TRY(RunMethod(table, options, options.brief ? Effort::kBrief : Effort::kFull));
  PopulationEstimate& estimate = answer.estimate;
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
