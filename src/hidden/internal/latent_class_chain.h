#pragma once
// One chain of the latent class model. The state is the classes' weights and list probabilities;
// the target has the unobserved persons and everybody's class integrated out.

#include <cstdint>
#include <vector>

#include "base/random.h"
#include "hidden/lists.h"

namespace thb {

// Cells that hold somebody.
struct ClassCells {
  std::size_t lists = 0;
  std::vector<ListMask> masks;
  std::vector<std::uint64_t> counts;
  std::vector<double> weights;  // the counts
  std::uint64_t observed = 0;
};

struct ClassPrior {
  std::size_t classes = 0;
  double alpha_shape = 0;
  double alpha_rate = 0;
};

// Samples the posterior with the likelihood raised to a power. At power 1 the persons and their
// classes are drawn too, in part of each sweep; below, moves from the prior stand in for that.
class LatentClassChain {
 public:
  // `cells` outlives the chain.
  LatentClassChain(const ClassCells& cells, const ClassPrior& prior, double power, Random random);
  void Sweep();
  // Swaps states with a chain of a smaller power, or not, so that both keep their targets.
  bool Exchange(LatentClassChain* warmer, Random* random);
  // At power 1: drawn from its distribution given the classes, at the start of the last sweep.
  double Total() const { return total_; }
  // Classes that held an observed person then.
  std::size_t Occupied() const { return occupied_; }

 private:
  struct Proposal {
    std::vector<double> lambda;  // of one class
    std::vector<double> given;   // of one class
    std::vector<double> log_weights;
    std::vector<double> weights;
    std::vector<double> mixture;
  };

  void SampleWithPeople();
  void DrawPeople();
  void DrawConcentration();
  void DrawClassParameters();
  void Refresh();

  void SampleAtPower();
  void RedrawProbabilities(std::size_t k);
  void RedrawStick(std::size_t k);

  void MoveProbabilities();
  void MoveOneProbability(std::size_t k, std::size_t list);
  void ShiftClass(std::size_t k);
  bool TryClass(std::size_t k, double log_prior_change);
  void MoveWeight(std::size_t k);
  void SwapLabels();

  bool Accept(double log_ratio);
  void ScaleWeights(std::size_t k, double factor, double sum);
  void TakeWeights(double density);
  void FillGiven();
  double LikelihoodGain();
  double LogLikelihood() const;
  double ShareOfObserved(std::size_t k) const;
  double Step();
  double StickDensity(const std::vector<double>& log_weights,
                      const std::vector<double>& weights) const;

  const ClassCells& cells_;
  ClassPrior prior_;
  double power_;
  Random random_;
  double smallest_step_log_ = 0;

  double alpha_ = 1;
  std::vector<double> log_weights_;
  std::vector<double> weights_;
  std::vector<double> lambda_;   // class-major, lists within
  std::vector<double> given_;    // class-major: probability of each cell within the class
  std::vector<double> mixture_;  // probability of each cell, the empty one last
  double density_ = 0;           // StickDensity of the weights

  std::vector<std::uint64_t> members_;  // of each class
  std::vector<std::uint64_t> listed_;   // of each class and list
  std::vector<std::uint64_t> allocation_;
  std::vector<double> shares_;
  std::vector<double> ratios_;
  Proposal proposal_;
  double total_ = 0;
  std::size_t occupied_ = 0;
};

}  // namespace thb
