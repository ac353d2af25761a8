#pragma once
// All hierarchical models on few lists: ranked by enumeration, or the best one by branch and bound.

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "hidden/internal/loglinear_engine.h"
#include "hidden/select.h"

namespace thb {

// Lower BIC first; of equal ones the smaller model.
bool BetterModel(const ScoredModel& a, const ScoredModel& b);

class BicSearch : public Selector {
 public:
  // At most six lists; no more than 64 terms of up to `max_order` lists.
  BicSearch(std::size_t lists, std::size_t max_order, StopFlag stop);

  // Orders the search by these counts and remembers their best models as first guesses.
  void Learn(std::span<const double> counts);

  Selection Select(std::span<const double> counts) override;

  // Every model fitted. Fills ranked, models and admissible.
  void RankAll(std::span<const double> counts, SelectedModel& into);

  std::size_t fits() const { return fits_; }

 private:
  using Bits = std::uint64_t;  // by index of universe_
  using Start = std::array<double, 64>;

  void OrderUniverse();
  std::span<const ListMask> Terms(Bits model);
  double Deviance(Bits model, LoglinearEngine::Start start);
  ScoredModel Scored(Bits model, double score);
  void Consider(Bits model, double score);
  void Bounds();
  double WithoutPair(ListMask pair) const;
  void Branch(Bits included, std::size_t size, Bits excluded, std::size_t position, double upper,
              const Start& from);
  void Enumerate(Bits included, std::size_t position, SelectedModel& into);
  Start Save() const;

  std::size_t lists_;
  StopFlag stop_;
  LoglinearEngine engine_;
  std::vector<ListMask> universe_;  // smaller terms first
  std::vector<Bits> needs_;         // by index: the terms one list smaller within it
  std::vector<Bits> above_;         // by index: it and the terms that contain it
  std::vector<double> without_;     // by index: least deviance of a model that lacks it
  std::vector<Bits> guesses_;
  std::vector<ListMask> terms_;
  Bits all_ = 0;
  std::size_t order_ = 0;
  double price_ = 0;  // of one parameter
  double best_score_ = 0;
  Bits best_ = 0;
  bool found_ = false;
  double best_intercept_ = 0;
  std::size_t fits_ = 0;
};

// The search beyond: one term at a time, in or out, by BIC.
class GreedyBicSelector : public Selector {
 public:
  GreedyBicSelector(std::size_t lists, std::size_t max_order, StopFlag stop);
  Selection Select(std::span<const double> counts) override;
  // Models that the last selection looked at, the admissible ones with their BIC less a constant.
  const std::vector<ScoredModel>& seen() const { return seen_; }
  std::size_t looked_at() const { return looked_at_; }

 private:
  std::vector<ModelTerms> Neighbours(const ModelTerms& terms) const;
  bool Score(const ModelTerms& terms, ScoredModel& into);

  LoglinearEngine engine_;
  std::size_t order_;
  StopFlag stop_;
  std::vector<ScoredModel> seen_;
  std::size_t looked_at_ = 0;
};

}  // namespace thb
