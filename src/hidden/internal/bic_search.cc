#include "hidden/internal/bic_search.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <numeric>

#include "hidden/internal/poisson.h"

namespace thb {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kSameScore = 1e-6;   // scores this close may be equal
constexpr double kBoundSlack = 1e-4;  // a bound may be short of its supremum by less than this
constexpr std::size_t kMaxGuesses = 20;
constexpr std::size_t kMaxBoundOrder = 2;  // larger models cost more to fit than they save

ListMask Bit(std::size_t i) {
  return ListMask{1} << i;
}

// n log n, 0 at 0.
double Entropy(double n) {
  return n > 0 ? n * std::log(n) : 0;
}

}  // namespace

bool BetterModel(const ScoredModel& a, const ScoredModel& b) {
  // In steps, since rounding must not decide between equal models.
  const double step_a = std::round(a.bic / kSameScore);
  const double step_b = std::round(b.bic / kSameScore);
  if (step_a != step_b) return step_a < step_b;
  return a.terms.size() != b.terms.size() ? a.terms.size() < b.terms.size() : a.terms < b.terms;
}

BicSearch::BicSearch(std::size_t lists, std::size_t max_order, StopFlag stop)
    : lists_(lists), stop_(stop), engine_(lists), order_(max_order) {
  for (std::size_t size = 2; size <= max_order; ++size) {
    for (ListMask term = 0; term < Bit(lists); ++term) {
      if (static_cast<std::size_t>(std::popcount(term)) == size) universe_.push_back(term);
    }
  }
  without_.assign(universe_.size(), 0.0);
  all_ = universe_.empty() ? 0 : ~Bits{0} >> (64 - universe_.size());
  OrderUniverse();
}

void BicSearch::OrderUniverse() {
  needs_.assign(universe_.size(), 0);
  above_.assign(universe_.size(), 0);
  for (std::size_t i = 0; i < universe_.size(); ++i) {
    for (std::size_t j = 0; j < universe_.size(); ++j) {
      if ((universe_[i] & universe_[j]) != universe_[i]) continue;
      above_[i] |= Bits{1} << j;
      if (std::popcount(universe_[j]) == std::popcount(universe_[i]) + 1) {
        needs_[j] |= Bits{1} << i;
      }
    }
  }
}

std::span<const ListMask> BicSearch::Terms(Bits model) {
  terms_.clear();
  for (Bits rest = model; rest != 0; rest &= rest - 1) {
    terms_.push_back(universe_[static_cast<std::size_t>(std::countr_zero(rest))]);
  }
  return terms_;
}

double BicSearch::Deviance(Bits model, LoglinearEngine::Start start) {
  ++fits_;
  engine_.Fit(Terms(model), start);
  return 2 * (engine_.saturated_kernel() - engine_.kernel());
}

BicSearch::Start BicSearch::Save() const {
  Start start;
  std::copy(engine_.start().begin(), engine_.start().end(), start.begin());
  return start;
}

ScoredModel BicSearch::Scored(Bits model, double score) {
  ScoredModel scored;
  const auto terms = Terms(model);
  scored.terms.assign(terms.begin(), terms.end());
  std::sort(scored.terms.begin(), scored.terms.end());
  scored.bic = score;
  return scored;
}

// The last fit is that of `model`.
void BicSearch::Consider(Bits model, double score) {
  if (!std::isfinite(score) || (found_ && score > best_score_ + kSameScore)) return;
  if (found_ && !BetterModel(Scored(model, score), Scored(best_, best_score_))) return;
  if (engine_.Check(Terms(model)) != Admissibility::kAdmissible) return;
  found_ = true;
  best_score_ = score;
  best_ = model;
  best_intercept_ = engine_.intercept();
}

// The deviance of the largest model without this pair: its two lists are independent given all
// others. Each pattern of the others is then a fourfold table, fitted in closed form; the one with
// nobody on the others lacks its fourth cell and is fitted as it is.
double BicSearch::WithoutPair(ListMask pair) const {
  const ListMask first = pair & (~pair + 1);
  const ListMask second = pair ^ first;
  double sum = 0;
  for (ListMask rest = 1; rest < Bit(lists_); ++rest) {
    if ((rest & pair) != 0) continue;
    const double none = engine_.Count(rest);
    const double one = engine_.Count(rest | first);
    const double other = engine_.Count(rest | second);
    const double both = engine_.Count(rest | pair);
    sum += Entropy(none) + Entropy(one) + Entropy(other) + Entropy(both) +
           Entropy(none + one + other + both) - Entropy(none + one) - Entropy(other + both) -
           Entropy(none + other) - Entropy(one + both);
  }
  return std::max(0.0, 2 * sum - kBoundSlack);
}

void BicSearch::Bounds() {
  for (std::size_t i = 0; i < universe_.size(); ++i) {
    without_[i] = 0;
    if (std::popcount(universe_[i]) != 2) continue;
    without_[i] = WithoutPair(universe_[i]);
    if (order_ > kMaxBoundOrder) continue;
    const double fitted = Deviance(all_ & ~above_[i], LoglinearEngine::Start::kWarm) - kBoundSlack;
    if (std::isfinite(fitted)) without_[i] = std::max(without_[i], fitted);
  }
}

// Models that hold `included`, lack `excluded`, and else choose among the terms from `position` on;
// every one has at least the deviance `upper`. `from` starts the fits.
void BicSearch::Branch(Bits included, std::size_t size, Bits excluded, std::size_t position,
                       double upper, const Start& from) {
  for (std::size_t j = position; j < universe_.size(); ++j) {
    if (IsStopped(stop_)) return;
    const Bits bit = Bits{1} << j;
    if ((excluded & bit) != 0 || (needs_[j] & ~included) != 0) continue;
    const double least = static_cast<double>(size + 1) * price_;
    if (found_ && upper + least >= best_score_ + kSameScore) return;
    engine_.SetStart(std::span(from.data(), std::size_t{1} << lists_));
    Consider(included | bit, Deviance(included | bit, LoglinearEngine::Start::kWarm) + least);
    if (!found_ || upper + least + price_ < best_score_ + kSameScore) {
      Branch(included | bit, size + 1, excluded, j + 1, upper, Save());
    }
    excluded |= above_[j];
    upper = std::max(upper, without_[j]);
    if (order_ > kMaxBoundOrder || !found_ || upper + least + price_ >= best_score_) continue;
    const double fitted = Deviance(all_ & ~excluded, LoglinearEngine::Start::kWarm) - kBoundSlack;
    if (std::isfinite(fitted)) upper = std::max(upper, fitted);
  }
}

Selection BicSearch::Select(std::span<const double> counts) {
  engine_.SetCounts(counts);
  price_ = std::log(engine_.observed());
  found_ = false;
  best_ = 0;
  const double main_effects = Deviance(0, LoglinearEngine::Start::kCold);
  const Start from = Save();
  Consider(0, main_effects);
  for (const Bits guess : guesses_) {
    const double score =
        Deviance(guess, LoglinearEngine::Start::kWarm) + std::popcount(guess) * price_;
    Consider(guess, score);
  }
  engine_.SetStart(std::span(from.data(), std::size_t{1} << lists_));
  Bounds();
  Branch(0, 0, 0, 0, 0, from);
  Selection selection;
  selection.admissible = found_;
  selection.unobserved = found_ ? std::exp(best_intercept_) : kInfinity;
  const auto terms = Terms(best_);
  selection.terms.assign(terms.begin(), terms.end());
  std::sort(selection.terms.begin(), selection.terms.end());
  return selection;
}

void BicSearch::Enumerate(Bits included, std::size_t position, SelectedModel& into) {
  ++into.models;
  if (engine_.Check(Terms(included)) == Admissibility::kAdmissible) {
    ++into.admissible;
    const double score =
        Deviance(included, LoglinearEngine::Start::kWarm) + std::popcount(included) * price_;
    ScoredModel& scored = into.ranked.emplace_back(Scored(included, score));
    scored.total = engine_.observed() + std::exp(engine_.intercept());
  }
  for (std::size_t j = position; j < universe_.size() && !IsStopped(stop_); ++j) {
    if ((needs_[j] & ~included) != 0) continue;
    Enumerate(included | Bits{1} << j, j + 1, into);
  }
}

void BicSearch::RankAll(std::span<const double> counts, SelectedModel& into) {
  engine_.SetCounts(counts);
  price_ = std::log(engine_.observed());
  engine_.Fit({}, LoglinearEngine::Start::kCold);
  into.models = into.admissible = 0;
  into.ranked.clear();
  Enumerate(0, 0, into);
  std::sort(into.ranked.begin(), into.ranked.end(), BetterModel);
  if (into.ranked.size() > kMaxRanked) into.ranked.resize(kMaxRanked);
  // From deviances to BIC: the log likelihood of the model that fits every cell.
  double constant = -2 * engine_.saturated_kernel() + static_cast<double>(1 + lists_) * price_;
  for (const double count : counts.subspan(1)) constant += 2 * LogFactorial(count);
  for (ScoredModel& model : into.ranked) model.bic += constant;
}

void BicSearch::Learn(std::span<const double> counts) {
  engine_.SetCounts(counts);
  price_ = std::log(engine_.observed());
  engine_.Fit({}, LoglinearEngine::Start::kCold);
  Bounds();
  std::vector<std::size_t> order(universe_.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    const int size_a = std::popcount(universe_[a]);
    const int size_b = std::popcount(universe_[b]);
    if (size_a != size_b) return size_a < size_b;
    return without_[a] != without_[b] ? without_[a] > without_[b] : a < b;
  });
  std::vector<ListMask> ordered;
  for (const std::size_t i : order) ordered.push_back(universe_[i]);
  universe_ = ordered;
  OrderUniverse();
  guesses_.clear();
  SelectedModel ranked;
  RankAll(counts, ranked);
  for (const ScoredModel& model : ranked.ranked) {
    if (guesses_.size() == kMaxGuesses) break;
    Bits bits = 0;
    for (const ListMask term : model.terms) {
      const auto found = std::find(universe_.begin(), universe_.end(), term);
      bits |= Bits{1} << (found - universe_.begin());
    }
    guesses_.push_back(bits);
  }
}

GreedyBicSelector::GreedyBicSelector(std::size_t lists, std::size_t max_order, StopFlag stop)
    : engine_(lists), order_(max_order), stop_(stop) {}

// Models with one term more or one generator less.
std::vector<ModelTerms> GreedyBicSelector::Neighbours(const ModelTerms& terms) const {
  std::vector<ModelTerms> neighbours;
  const auto has = [&](ListMask term) {
    return std::popcount(term) < 2 || std::binary_search(terms.begin(), terms.end(), term);
  };
  std::vector<ListMask> candidates;
  for (std::size_t i = 0; i < engine_.lists(); ++i) {
    for (std::size_t j = i + 1; j < engine_.lists(); ++j) candidates.push_back(Bit(i) | Bit(j));
    if (order_ < 3) continue;
    for (const ListMask term : terms) {
      const bool larger = (term & Bit(i)) == 0 && (term >> i) == 0;
      if (larger && static_cast<std::size_t>(std::popcount(term)) < order_) {
        candidates.push_back(term | Bit(i));
      }
    }
  }
  for (const ListMask term : candidates) {
    bool closed = !has(term);
    for (ListMask rest = term; rest != 0 && closed; rest &= rest - 1) {
      closed = has(term ^ (rest & (~rest + 1)));
    }
    if (!closed) continue;
    ModelTerms larger = terms;
    larger.insert(std::upper_bound(larger.begin(), larger.end(), term), term);
    neighbours.push_back(std::move(larger));
  }
  for (const ListMask generator : Generators(terms)) {
    ModelTerms smaller = terms;
    std::erase(smaller, generator);
    neighbours.push_back(std::move(smaller));
  }
  return neighbours;
}

bool GreedyBicSelector::Score(const ModelTerms& terms, ScoredModel& into) {
  ++looked_at_;
  const bool admissible = engine_.Check(terms) == Admissibility::kAdmissible;
  if (!admissible || !engine_.Fit(terms, LoglinearEngine::Start::kWarm)) return false;
  into.terms = terms;
  into.bic = -2 * engine_.kernel() +
             static_cast<double>(1 + engine_.lists() + terms.size()) * std::log(engine_.observed());
  into.total = engine_.observed() + std::exp(engine_.intercept());
  seen_.push_back(into);
  return true;
}

Selection GreedyBicSelector::Select(std::span<const double> counts) {
  seen_.clear();
  looked_at_ = 0;
  engine_.SetCounts(counts);
  Selection selection;
  selection.unobserved = kInfinity;
  engine_.Fit({}, LoglinearEngine::Start::kCold);
  ScoredModel best;
  if (!Score({}, best)) return selection;
  for (bool better = true; better;) {
    better = false;
    const std::vector<double> start(engine_.start().begin(), engine_.start().end());
    for (const ModelTerms& terms : Neighbours(best.terms)) {
      if (IsStopped(stop_)) return selection;
      engine_.SetStart(start);
      ScoredModel scored;
      if (!Score(terms, scored) || scored.bic >= best.bic - kSameScore) continue;
      best = scored;
      better = true;
    }
    if (better) engine_.Fit(best.terms, LoglinearEngine::Start::kWarm);
  }
  selection.terms = best.terms;
  selection.admissible = true;
  selection.unobserved = best.total - engine_.observed();
  return selection;
}

}  // namespace thb
