#include "hidden/survey.h"

#include <algorithm>

#include "base/draws.h"
#include "base/text.h"

namespace thb {
namespace {

constexpr std::uint64_t kStratumStreams = std::uint64_t{1} << 63;  // beyond those of replicates

Result<PopulationEstimate> EstimateTable(const ListTable& table, const SurveyRequest& request,
                                         EstimateOptions options) {
  if (request.method.bayesian) {
    BayesianOptions own;
    own.method = *request.method.bayesian;
    own.level = options.bootstrap.level;
    own.seed = options.bootstrap.seed;
    own.threads = options.bootstrap.threads;
    own.stop = options.bootstrap.stop;
    return EstimateBayesian(table, own);
  }
  if (options.selection.method == SelectionMethod::kFixed) {
    options.selection.fixed = TRY(ParseModel(request.model, table.lists));
  }
  auto estimate = TRY(EstimateLoglinear(table, options));
  estimate.method = request.method.name;
  return estimate;
}

std::string StratumName(const std::vector<std::string>& columns,
                        const std::vector<std::string>& values) {
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < columns.size(); ++i) parts.push_back(columns[i] + "=" + values[i]);
  return Join(parts, " ");
}

// Lists that do not apply to some stratum: pooled, nobody there could be on them.
std::vector<Remark> PooledWarnings(const StratifiedLists& lists) {
  std::vector<std::string> partial;
  for (std::size_t i = 0; i < lists.pooled.lists.size(); ++i) {
    const bool everywhere =
        std::all_of(lists.strata.begin(), lists.strata.end(),
                    [&](const Stratum& stratum) { return (stratum.applicable >> i & 1) != 0; });
    if (!everywhere) partial.push_back(lists.pooled.lists[i]);
  }
  if (partial.empty()) return {};
  const std::string names = Join(partial, ", ");
  return {{"Does not apply to every stratum: " + names +
               ". The pooled estimate takes its absence for chance; prefer the strata.",
           "partial_lists",
           {{"lists", names}}}};
}

EstimateOptions OptionsFor(const std::string& part, const SurveyRequest& request,
                           const SurveyProgress& progress) {
  EstimateOptions options = request.options;
  options.selection.method = request.method.selection;
  if (progress) options.bootstrap.progress = progress(part);
  return options;
}

}  // namespace

Result<SurveyMethod> ParseSurveyMethod(const std::string& name) {
  SurveyMethod method;
  method.name = name;
  method.bayesian = BayesianMethodOf(name);
  if (name == "bic") {
    method.selection = SelectionMethod::kBic;
  } else if (name != "stepwise" && !method.bayesian) {
    return Fail(ErrorCode::kUsage, "no method " + name, "--method",
                "choose one of stepwise, bic, bayes, dga, lcmcr");
  }
  return method;
}

SurveyAnswer EstimateSurvey(const StratifiedLists& lists, const SurveyRequest& request,
                            const SurveyProgress& progress) {
  SurveyAnswer answer{
      {"", PooledWarnings(lists),
       EstimateTable(lists.pooled, request, OptionsFor("all persons", request, progress))},
      {},
      std::nullopt};
  if (lists.columns.empty()) return answer;
  std::vector<PopulationEstimate> parts;
  for (std::size_t i = 0; i < lists.strata.size(); ++i) {
    const Stratum& stratum = lists.strata[i];
    const std::string name = StratumName(lists.columns, stratum.values);
    EstimateOptions options = OptionsFor(name, request, progress);
    // Strata are independent, so their replicates must not share draws.
    options.bootstrap.seed = StreamOf(options.bootstrap.seed, kStratumStreams + i).Next();
    answer.strata.push_back(
        {name, {}, EstimateTable(KeepLists(stratum.table, stratum.applicable), request, options)});
    if (answer.strata.back().estimate) parts.push_back(*answer.strata.back().estimate);
  }
  if (!parts.empty() && parts.size() == answer.strata.size()) {
    const BootstrapOptions& bootstrap = request.options.bootstrap;
    answer.sum = request.method.bayesian ? SumOfPosteriors(parts, bootstrap.level, bootstrap.seed)
                                         : SumOfStrata(parts, bootstrap.level);
  }
  return answer;
}

}  // namespace thb
