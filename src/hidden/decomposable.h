#pragma once
// Hidden population by Bayesian model averaging over decomposable graphs.
//
// Estimator: posterior of the population over all decomposable graphical models on three to five
// lists (8, 61 and 822 graphs) and all numbers of unobserved persons, with a hyper-Dirichlet prior
// of one pseudo-observation spread evenly over the cells (2^-p each), the prior 1/N on the total
// and equal prior weight for each graph. Every sum is exact; there is no simulation.
// Assumptions: a closed population, correct linkage, everybody of one kind (dependence between
// lists is a graph, the same for all), and no interaction that a decomposable graph lacks.
// Literature: Madigan and York (1997), Biometrika 84(1); Dawid and Lauritzen (1993), Annals of
// Statistics 21(3). The R package dga computes the same posterior on a grid that the user chooses
// and that cuts off what lies beyond; here the grid extends itself.

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "hidden/convergence.h"
#include "hidden/lists.h"
#include "hidden/remark.h"

namespace thb {

inline constexpr std::size_t kMinGraphLists = 3;
inline constexpr std::size_t kMaxGraphLists = 5;

// An undirected graph without a chordless cycle of four or more lists. Its likelihood is the
// product of those of the margins in `factors`, each to its power.
struct DecomposableGraph {
  std::uint32_t edges = 0;  // bit of pair (i, j), i < j, in the order 01, 02, 12, 03, 13, 23, ...
  std::vector<ListMask> cliques;  // maximal, ascending
  struct Factor {
    ListMask lists = 0;
    int power = 0;
  };
  std::vector<Factor> factors;  // of non-empty margins
};

// All of them, the empty graph first. 1 to kMaxGraphLists lists.
std::vector<DecomposableGraph> DecomposableGraphs(std::size_t lists);

struct DecomposableOptions {
  double level = 0.95;
  // Numbers of unobserved persons, ascending, each with the weight of one point: the posterior is
  // then cut off at the last one, as in dga. Empty: every number up to where the tail is
  // negligible.
  std::vector<double> grid;
  double negligible_tail = 1e-5;
};

// The grid that Binette and Steorts use with dga: `points` from 1 to `times` the observed.
std::vector<double> UniformGrid(double observed, double times, std::size_t points);

struct GraphProbability {
  std::string model;  // cliques, "[LA:NG][PF]"
  double probability = 0;
};

struct DecomposableEstimate {
  double observed = 0;
  PosteriorSummary total;  // median, interval; no Monte Carlo error
  double lower80 = 0;
  double upper80 = 0;
  std::vector<double> quantiles;         // of the total, 2,000 at equal steps of probability
  std::size_t graphs = 0;                // that were averaged
  double model_range = 1;                // largest over smallest geometric mean of the total, of
                                         // graphs with a tenth of the best one's probability
  std::vector<ListMask> best_cliques;    // of the most probable graph
  std::vector<GraphProbability> models;  // most probable first, at most 10
  double largest_missing = 0;            // where the grid ends
  double tail_beyond = 0;                // estimated probability past the end of the grid
  double beyond_usual_grid = 0;          // probability of more than 30 times the observed
  bool complete = false;                 // tail_beyond is negligible
  std::vector<Remark> warnings;
};

// Errors: kUnsupported for fewer than 3 or more than 5 lists; kStructure where nobody is on two
// lists.
Result<DecomposableEstimate> EstimateDecomposable(const ListTable& table,
                                                  const DecomposableOptions& options);

}  // namespace thb
