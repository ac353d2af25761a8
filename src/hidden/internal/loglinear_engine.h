#pragma once
// The inner loop of log-linear fits: one table, many models, no allocation while fitting.
//
// A hierarchical model on 2^t cells needs no design matrix. Means are products over subsets, and
// margins (the sufficient statistics), gradient and information are sums over supersets: the
// information of the terms a and b is the fitted margin of their union. Both are transforms of
// t 2^(t-1) operations. A parameter at minus infinity is a factor of 0. Above kMaxDenseLists the
// same sums come from the connected components of the model.

#include <cstddef>
#include <span>
#include <vector>

#include "hidden/internal/component_sums.h"
#include "hidden/loglinear.h"

namespace thb {

inline constexpr std::size_t kMaxDenseLists = 6;

class LoglinearEngine {
 public:
  enum class Start {
    kCold,  // from the counts
    kWarm,  // from the last fit; terms that are new in the model by one step of iterated scaling
  };

  explicit LoglinearEngine(std::size_t lists);

  // Counts of all 2^lists cells. The cell of the empty set is left out unless `complete`.
  void SetCounts(std::span<const double> counts, bool complete = false);

  // Maximises the likelihood; `terms` are closed downwards. True where the steps became small
  // enough. Where no estimate exists the likelihood still comes close to its supremum.
  bool Fit(std::span<const ListMask> terms, Start start);

  // Existence and rank for the present counts, exact up to kMaxExactLists; beyond them the fit of
  // the model is the witness of existence, and it becomes the last fit.
  Admissibility Check(std::span<const ListMask> terms);

  std::size_t lists() const { return lists_; }
  double observed() const { return margins_[0]; }
  double Count(ListMask cell) const { return counts_[cell]; }
  double Margin(ListMask term) const { return margins_[term]; }

  // Of the last fit.
  double intercept() const { return theta_[0]; }
  // Sum of count x log mean - mean; the log likelihood without the factorials.
  double kernel() const { return kernel_; }
  double FittedMargin(ListMask term) const {
    return dense_ ? fitted_[term] : term == 0 ? all_fitted_ : sums_.At(term);
  }
  std::span<const ListMask> active() const { return active_; }
  std::span<const double> coefficients() const { return theta_; }
  // The same by term, NaN for terms without a finite parameter; what a warm start begins from.
  std::span<const double> start() const { return start_; }
  void SetStart(std::span<const double> start) { start_.assign(start.begin(), start.end()); }
  // Variance of the intercept.
  double InterceptVariance();
  // Kernel of the model that fits every cell.
  double saturated_kernel() const { return saturated_; }

 private:
  void Activate(std::span<const ListMask> terms);
  void ColdStart();
  void IndependentStart();
  void WarmStart();
  void Evaluate();
  void EvaluateComponents();
  void BuildInformation(const double* weights);
  void BuildInformation();
  double FittedActive(std::size_t i) const;
  void Factorise();
  void Solve(double* rhs) const;
  bool Ascend();
  void TakeStep(double decrement);
  bool PlainlyAdmissible(std::span<const ListMask> terms);
  Admissibility CheckByFit(std::span<const ListMask> terms);
  double RemainingCells();
  double SmallestPivot() const;

  std::size_t lists_;
  std::size_t cells_;
  bool dense_;
  bool complete_ = false;
  std::vector<double> counts_;
  std::vector<double> margins_;  // superset sums of the counts
  double saturated_ = 0;

  std::vector<ListMask> active_;  // terms with a finite parameter, the intercept first
  std::vector<ListMask> dropped_;
  std::vector<double> theta_;   // by index of active_
  std::vector<double> start_;   // by term, NaN where the last fit did not have it
  std::vector<double> fitted_;  // superset sums of the fitted means, where they are dense
  ComponentSums sums_;          // or else
  double all_fitted_ = 0;       // sum of the means of all cells that take part
  std::vector<double> work_;
  std::vector<char> in_model_;
  std::vector<double> information_;  // row-major, upper triangle, then its factors
  std::vector<double> step_;
  std::vector<double> trial_;
  double kernel_ = 0;
};

// The fit with everything that is printed about it. `engine` has counts.
LoglinearFit DescribeFit(LoglinearEngine& engine, const ModelTerms& terms);

}  // namespace thb
