#pragma once
// An integer programme whose constraints carry the ids of the published figures they state, so that
// figures that cannot all be true are named instead of bent. Solved by COIN-OR CBC in one thread,
// bounded by nodes and never by time: the same programme gives the same solution.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace thb {

struct Term {
  std::size_t variable = 0;
  double coefficient = 0;
};

class Program {
 public:
  // A count, integer and not negative, that is drawn towards `prior`. A prior of 0 is a structural
  // zero: the count is 0.
  std::size_t AddCount(double prior);

  // lower <= sum of terms <= upper; coefficients and bounds are integers, so that every solution
  // can be verified exactly. `claim` is the id of the figure that says so; it is empty where the
  // constraint is arithmetic (two margins of one table) that no data could contradict.
  void Require(std::string claim, std::vector<Term> terms, double lower, double upper);
  // Sum of terms = value.
  void RequireEqual(std::string claim, std::vector<Term> terms, double value);
  // Sum of terms >= lower.
  void RequireAtLeast(std::string claim, std::vector<Term> terms, double lower);

  // One count per variable: every constraint holds exactly, and the weighted absolute distance to
  // the priors is within 10 % of the smallest possible (or the best found within the node limit).
  // Errors: kConflict, naming an irreducible set of claims that contradict each other; kInternal
  // where the solver gives up.
  Result<std::vector<std::int64_t>> Solve() const;

 private:
  struct Constraint {
    std::string claim;
    std::vector<Term> terms;
    double lower;
    double upper;
  };

  enum class Feasibility { kFeasible, kInfeasible, kUnknown };

  std::vector<const Constraint*> Without(const std::vector<std::string>& dropped) const;
  Feasibility Test(const std::vector<std::string>& dropped, bool integral) const;
  Error NameConflict(bool integral) const;
  Result<void> Verify(const std::vector<std::int64_t>& counts) const;

  std::vector<double> priors_;
  std::vector<Constraint> constraints_;
};

}  // namespace thb
