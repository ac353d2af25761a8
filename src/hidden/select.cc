#include "hidden/select.h"

#include <algorithm>
#include <limits>

#include "hidden/internal/bic_search.h"
#include "hidden/internal/loglinear_engine.h"
#include "hidden/internal/poisson.h"
#include "hidden/internal/stepwise.h"

namespace thb {
namespace {

constexpr std::size_t kMaxListsAnyOrder = 5;
constexpr std::size_t kMaxListsPairs = 6;
constexpr std::size_t kDefaultOrder = 3;

std::string SearchText(const SelectionOptions& options, std::size_t lists) {
  const std::size_t order = EffectiveOrder(options, lists);
  switch (options.method) {
    case SelectionMethod::kStepwise:
      return "pairs of lists added one by one to the main effects";
    case SelectionMethod::kFixed:
      return "the model was given";
    case SelectionMethod::kBic:
      break;
  }
  if (IsExhaustive(lists, order)) {
    return "all hierarchical models with interactions of up to " + std::to_string(order) + " lists";
  }
  return "one term at a time, with interactions of up to " + std::to_string(order) +
         " lists; a better model may exist";
}

// Ranks what is small enough to be ranked.
void Rank(const ListTable& table, const SelectionOptions& options, SelectedModel& into) {
  const std::size_t lists = table.lists.size();
  const std::size_t order = EffectiveOrder(options, lists);
  const std::vector<double> counts = DenseCounts(table);
  if (IsExhaustive(lists, order)) {
    BicSearch(lists, order, options.stop).RankAll(counts, into);
    return;
  }
  GreedyBicSelector greedy(lists, order, options.stop);
  greedy.Select(counts);
  into.models = greedy.looked_at();
  into.ranked = greedy.seen();
  into.admissible = into.ranked.size();
  std::sort(into.ranked.begin(), into.ranked.end(), BetterModel);
  into.ranked.erase(
      std::unique(into.ranked.begin(), into.ranked.end(),
                  [](const ScoredModel& a, const ScoredModel& b) { return a.terms == b.terms; }),
      into.ranked.end());
  if (into.ranked.size() > kMaxRanked) into.ranked.resize(kMaxRanked);
  double constant = 0;
  for (const double count : counts) constant += 2 * LogFactorial(count);
  for (ScoredModel& model : into.ranked) model.bic += constant;
}

// One that has seen no table.
std::unique_ptr<Selector> PlainSelector(std::size_t lists, const SelectionOptions& options) {
  const std::size_t order = EffectiveOrder(options, lists);
  switch (options.method) {
    case SelectionMethod::kStepwise:
      return std::make_unique<StepwiseSelector>(lists, options.threshold, options.stop);
    case SelectionMethod::kFixed:
      return std::make_unique<FixedSelector>(lists, CloseDownwards(options.fixed));
    case SelectionMethod::kBic:
      break;
  }
  if (IsExhaustive(lists, order)) return std::make_unique<BicSearch>(lists, order, options.stop);
  return std::make_unique<GreedyBicSelector>(lists, order, options.stop);
}

}  // namespace

std::size_t EffectiveOrder(const SelectionOptions& options, std::size_t lists) {
  std::size_t order = options.max_order;
  if (order == 0) order = lists <= kMaxListsAnyOrder ? kDefaultOrder : 2;
  return std::min(order, lists - 1);
}

bool IsExhaustive(std::size_t lists, std::size_t max_order) {
  return lists <= kMaxListsAnyOrder || (lists <= kMaxListsPairs && max_order <= 2);
}

std::unique_ptr<Selector> MakeSelector(const ListTable& table, const SelectionOptions& options) {
  const std::size_t lists = table.lists.size();
  const std::size_t order = EffectiveOrder(options, lists);
  if (options.method != SelectionMethod::kBic || !IsExhaustive(lists, order)) {
    return PlainSelector(lists, options);
  }
  auto search = std::make_unique<BicSearch>(lists, order, options.stop);
  search->Learn(DenseCounts(table));
  return search;
}

Selection SelectOnce(const ListTable& table, const SelectionOptions& options) {
  return PlainSelector(table.lists.size(), options)->Select(DenseCounts(table));
}

Result<SelectedModel> SelectModel(const ListTable& table, const SelectionOptions& options) {
  const std::size_t lists = table.lists.size();
  const std::vector<double> counts = DenseCounts(table);
  SelectedModel selected;
  selected.fit = TRY(FitLoglinear(table, options.fixed));  // refuses what has nothing to fit
  selected.search = SearchText(options, lists);
  ModelTerms terms = selected.fit.terms;
  if (options.method == SelectionMethod::kStepwise) {
    StepwiseSelector stepwise(lists, options.threshold, options.stop);
    terms = stepwise.Select(counts).terms;
    selected.steps = stepwise.steps();
  }
  Rank(table, options, selected);
  if (IsStopped(options.stop)) {
    return Fail(ErrorCode::kInterrupted, "interrupted before a model was chosen", {},
                "give it more time, or choose fewer lists or a lower --max-order");
  }
  if (options.method == SelectionMethod::kBic) {
    terms = selected.ranked.empty() ? ModelTerms{} : selected.ranked.front().terms;
  }
  selected.fit = TRY(FitLoglinear(table, terms));
  return selected;
}

}  // namespace thb
