#include "hidden/internal/stepwise.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "hidden/internal/existence.h"
#include "hidden/internal/poisson.h"

namespace thb {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

}  // namespace

StepwiseSelector::StepwiseSelector(std::size_t lists, double threshold, StopFlag stop)
    : engine_(lists), threshold_(threshold), stop_(stop) {
  for (std::size_t i = 0; i < lists; ++i) {
    for (std::size_t j = i + 1; j < lists; ++j) {
      pairs_.push_back(ListMask{1} << i | ListMask{1} << j);
    }
  }
}

// Adds the next pair and fits the larger model; false where none qualifies.
bool StepwiseSelector::Extend() {
  candidates_.clear();
  for (std::size_t i = 0; i < pairs_.size(); ++i) {
    if (used_[i] != 0) continue;
    const double p = PoissonSmallerTail(engine_.Margin(pairs_[i]), engine_.FittedMargin(pairs_[i]));
    if (p < threshold_) candidates_.push_back({p, i});
  }
  std::sort(candidates_.begin(), candidates_.end(), [](const Candidate& a, const Candidate& b) {
    return a.p != b.p ? a.p < b.p : a.pair < b.pair;
  });
  const std::vector<ListMask> before = terms_;
  for (const Candidate& candidate : candidates_) {
    if (IsStopped(stop_)) break;
    const ListMask pair = pairs_[candidate.pair];
    terms_ = before;
    terms_.insert(std::upper_bound(terms_.begin(), terms_.end(), pair), pair);
    if (engine_.Check(terms_) != Admissibility::kAdmissible) continue;
    used_[candidate.pair] = 1;
    steps_.push_back({pair, candidate.p});
    engine_.Fit(terms_, LoglinearEngine::Start::kWarm);
    return true;
  }
  terms_ = before;
  return false;
}

Selection StepwiseSelector::Select(std::span<const double> counts) {
  engine_.SetCounts(counts);
  used_.assign(pairs_.size(), 0);
  terms_.clear();
  steps_.clear();
  engine_.Fit({}, LoglinearEngine::Start::kCold);
  Selection selection;
  selection.unobserved = kInfinity;
  if (engine_.Check({}) != Admissibility::kAdmissible) return selection;
  while (Extend()) {
  }
  // Where candidates were checked by fitting them, the last fit is not that of the model.
  if (engine_.lists() > kMaxExactLists) engine_.Fit(terms_, LoglinearEngine::Start::kWarm);
  selection.terms = terms_;
  selection.admissible = true;
  selection.unobserved = std::exp(engine_.intercept());
  return selection;
}

Selection FixedSelector::Select(std::span<const double> counts) {
  engine_.SetCounts(counts);
  Selection selection;
  selection.terms = terms_;
  selection.admissible = engine_.Check(terms_) == Admissibility::kAdmissible;
  engine_.Fit(terms_, LoglinearEngine::Start::kCold);
  selection.unobserved = selection.admissible ? std::exp(engine_.intercept()) : kInfinity;
  return selection;
}

}  // namespace thb
