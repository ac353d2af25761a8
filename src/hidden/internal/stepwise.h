#pragma once
// Forward selection of pairs by the Poisson tail rule; select.h states it.

#include <span>
#include <vector>

#include "hidden/internal/loglinear_engine.h"
#include "hidden/select.h"

namespace thb {

class StepwiseSelector : public Selector {
 public:
  StepwiseSelector(std::size_t lists, double threshold, StopFlag stop);
  Selection Select(std::span<const double> counts) override;
  // Of the last selection.
  const std::vector<StepwiseStep>& steps() const { return steps_; }

 private:
  struct Candidate {
    double p = 0;
    std::size_t pair = 0;
  };
  bool Extend();

  LoglinearEngine engine_;
  double threshold_;
  StopFlag stop_;
  std::vector<ListMask> pairs_;
  std::vector<char> used_;
  std::vector<Candidate> candidates_;
  std::vector<ListMask> terms_;
  std::vector<StepwiseStep> steps_;
};

// Always the same model.
class FixedSelector : public Selector {
 public:
  FixedSelector(std::size_t lists, ModelTerms terms) : engine_(lists), terms_(std::move(terms)) {}
  Selection Select(std::span<const double> counts) override;

 private:
  LoglinearEngine engine_;
  ModelTerms terms_;
};

}  // namespace thb
