#pragma once
// Posterior of a Poisson log-linear model, and a chain that samples it.

#include <optional>
#include <vector>

#include "base/random.h"
#include "hidden/lists.h"

namespace thb {

struct PoissonModel {
  std::vector<ListMask> cells;  // without those that are empty by the model
  std::vector<double> counts;
  std::vector<ListMask> terms;    // the empty mask is the intercept
  std::vector<double> precision;  // of each term's normal prior, 0 for a flat one
};

// The model around its mode, in coordinates z with term values mode + root * z, in which the
// posterior is about standard normal.
struct PoissonFrame {
  std::vector<double> mode;
  std::vector<double> root;        // terms x terms, row-major, upper triangular
  std::vector<double> directions;  // cells x terms, row-major: design * root
  std::vector<double> offsets;     // design * mode
};

// Nothing where there is no mode, where it lies at infinity, or where terms cannot be told apart.
std::optional<PoissonFrame> FindMode(const PoissonModel& model);

// Hamiltonian Monte Carlo with a step size that adapts until Freeze is called.
class PoissonChain {
 public:
  PoissonChain(const PoissonModel& model, const PoissonFrame& frame, Random random);
  void Sweep();
  void Freeze() { adapting_ = false; }
  // Values of the terms.
  std::vector<double> Terms() const;

 private:
  double Evaluate(const std::vector<double>& z, std::vector<double>* gradient);

  const PoissonModel& model_;
  const PoissonFrame& frame_;
  Random random_;
  bool adapting_ = true;
  double log_step_ = 0;
  std::vector<double> z_;
  std::vector<double> gradient_;
  double density_ = 0;
  std::vector<double> next_;
  std::vector<double> next_gradient_;
  std::vector<double> momentum_;
};

}  // namespace thb
