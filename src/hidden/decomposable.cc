#include "hidden/decomposable.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

#include "base/text.h"
#include "hidden/internal/cells.h"
#include "hidden/internal/log_gamma.h"
#include "hidden/loglinear.h"

namespace thb {
namespace {

constexpr double kUsualGrid = 30;  // times the observed, in the literature
constexpr double kTruncationWarning = 1e-3;
constexpr double kLargestMissing = 1e6;  // times the observed
constexpr double kCheckpoint = 1.3;      // the tail is looked at each time N has grown so much
constexpr std::size_t kReportedModels = 10;
constexpr std::size_t kQuantiles = 2000;
constexpr double kNearBest = 0.1;  // of the probability of the most probable graph

// The edges of a graph as one mask of neighbours per list.
std::vector<ListMask> NeighboursOf(std::uint32_t edges, std::size_t lists) {
  std::vector<ListMask> neighbours(lists);
  std::size_t edge = 0;
  for (std::size_t j = 1; j < lists; ++j) {
    for (std::size_t i = 0; i < j; ++i, ++edge) {
      if ((edges >> edge & 1U) == 0) continue;
      neighbours[i] |= ListMask{1} << j;
      neighbours[j] |= ListMask{1} << i;
    }
  }
  return neighbours;
}

bool IsClique(ListMask set, const std::vector<ListMask>& neighbours) {
  for (std::size_t i = 0; i < neighbours.size(); ++i) {
    const ListMask self = ListMask{1} << i;
    if ((set & self) != 0 && (set & ~self & ~neighbours[i]) != 0) return false;
  }
  return true;
}

// Takes lists out whose remaining neighbours are all linked, one after the other. A graph where
// that ends early is not decomposable. Each step gives a clique and its separator.
bool Decompose(const std::vector<ListMask>& neighbours, DecomposableGraph* graph) {
  const std::size_t lists = neighbours.size();
  ListMask left = (ListMask{1} << lists) - 1;
  std::map<ListMask, int> powers;
  std::vector<ListMask> sets;
  while (left != 0) {
    std::size_t chosen = lists;
    for (std::size_t i = 0; i < lists && chosen == lists; ++i) {
      if ((left >> i & 1U) != 0 && IsClique(neighbours[i] & left, neighbours)) chosen = i;
    }
    if (chosen == lists) return false;
    const ListMask separator = neighbours[chosen] & left;
    const ListMask clique = separator | ListMask{1} << chosen;
    ++powers[clique];
    --powers[separator];
    sets.push_back(clique);
    left &= ~(ListMask{1} << chosen);
  }
  for (const auto& [set, power] : powers) {
    if (set != 0 && power != 0) graph->factors.push_back({set, power});
  }
  for (const ListMask set : sets) {
    const bool inside = std::any_of(sets.begin(), sets.end(), [set](ListMask other) {
      return other != set && (set & other) == set;
    });
    if (!inside) graph->cliques.push_back(set);
  }
  std::sort(graph->cliques.begin(), graph->cliques.end());
  return true;
}

// Log joint posterior, up to a constant, of the graph and the number of unobserved persons.
class JointPosterior {
 public:
  JointPosterior(const ListTable& table, std::vector<DecomposableGraph> graphs)
      : observed_(0), graphs_(std::move(graphs)) {
    const std::vector<double> counts = DenseCounts(table);
    observed_ = std::accumulate(counts.begin(), counts.end(), 0.0);
    for (ListMask set = 0; set < counts.size(); ++set) AddMargin(counts, set);
    for (const DecomposableGraph& graph : graphs_) {
      double constant = 0;
      for (const auto& factor : graph.factors) {
        constant += factor.power * margins_[factor.lists].constant;
      }
      constants_.push_back(constant);
    }
  }

  double Observed() const { return observed_; }
  const std::vector<DecomposableGraph>& Graphs() const { return graphs_; }

  void Evaluate(double missing, std::vector<double>* values) const {
    const double x = missing + 1;
    const double all = LogGammaDifference(x, observed_);
    std::array<double, std::size_t{1} << kMaxGraphLists> terms{};
    for (std::size_t set = 1; set < margins_.size(); ++set) {
      const Margin& margin = margins_[set];
      terms[set] = LogGammaDifference(x, margin.none + margin.prior - 1) - all;
    }
    const double common = all - std::log(observed_ + missing);
    for (std::size_t g = 0; g < graphs_.size(); ++g) {
      double sum = constants_[g] + common;
      for (const auto& factor : graphs_[g].factors) sum += factor.power * terms[factor.lists];
      (*values)[g] = sum;
    }
  }

 private:
  struct Margin {
    double none = 0;      // observed persons on none of the lists
    double prior = 0;     // pseudo-observations in each cell
    double constant = 0;  // of the Dirichlet-multinomial, what does not depend on the unobserved
  };

  void AddMargin(const std::vector<double>& counts, ListMask set) {
    std::map<ListMask, double> cells;
    for (ListMask mask = 0; mask < counts.size(); ++mask) cells[mask & set] += counts[mask];
    Margin margin;
    margin.none = cells[0];
    margin.prior = std::ldexp(1.0, -std::popcount(set));
    const double empty = LogGamma(margin.prior);
    for (const auto& [mask, count] : cells) {
      margin.constant += mask == 0 ? -empty : LogGamma(count + margin.prior) - empty;
    }
    margins_.push_back(margin);
  }

  double observed_;
  std::vector<DecomposableGraph> graphs_;
  std::vector<Margin> margins_;
  std::vector<double> constants_;
};

// A run of numbers of unobserved persons with one density.
struct Block {
  double first = 0;
  double width = 0;
  double mass = 0;  // in the scale of the accumulator
};

// Sums of exponentials in a scale that follows the largest one.
class Accumulator {
 public:
  explicit Accumulator(std::size_t graphs) : by_graph_(graphs), log_totals_(graphs) {}

  void Add(double first, double width, double log_total, const std::vector<double>& values) {
    const double largest = *std::max_element(values.begin(), values.end());
    if (largest > reference_) Rescale(largest);
    double mass = 0;
    for (std::size_t g = 0; g < values.size(); ++g) {
      const double part = std::exp(values[g] - reference_) * width;
      by_graph_[g] += part;
      log_totals_[g] += part * log_total;
      mass += part;
    }
    blocks_.push_back({first, width, mass});
    total_ += mass;
  }

  // Mass per unit of a log value, in the accumulator's scale.
  double Scaled(double value) const { return std::exp(value - reference_); }
  double Total() const { return total_; }
  const std::vector<Block>& Blocks() const { return blocks_; }
  const std::vector<double>& ByGraph() const { return by_graph_; }
  // Mean of the logarithm of the total under a graph.
  double MeanLog(std::size_t graph) const { return log_totals_[graph] / by_graph_[graph]; }

 private:
  void Rescale(double largest) {
    const double factor = std::exp(reference_ - largest);
    for (double& sum : by_graph_) sum *= factor;
    for (double& sum : log_totals_) sum *= factor;
    for (Block& block : blocks_) block.mass *= factor;
    total_ *= factor;
    reference_ = largest;
  }

  double reference_ = -std::numeric_limits<double>::infinity();
  double total_ = 0;
  std::vector<double> by_graph_;
  std::vector<double> log_totals_;  // by_graph_ times the logarithm of the total
  std::vector<Block> blocks_;
};

// Estimates what lies past the end of the grid, from how fast each graph's mass per unit of log N
// falls between two checkpoints. Infinite while a graph's mass still grows.
class TailEstimate {
 public:
  double Update(double total, const std::vector<double>& values, const Accumulator& sums) {
    double tail = 0;
    if (!before_.empty()) {
      for (std::size_t g = 0; g < values.size(); ++g) {
        const double slope = ((before_[g] - values[g]) / std::log(total / total_before_)) - 1;
        tail += slope > 0 ? sums.Scaled(values[g]) * total / slope
                          : std::numeric_limits<double>::infinity();
      }
    } else {
      tail = std::numeric_limits<double>::infinity();
    }
    before_ = values;
    total_before_ = total;
    return tail;
  }

 private:
  std::vector<double> before_;
  double total_before_ = 0;
};

// No posterior is narrower than sqrt(missing) nor than missing / sqrt(observed), so blocks of half
// that width lose nothing.
double BlockWidth(double missing, double observed) {
  const double width = 0.5 * std::max(std::sqrt(missing), missing / std::sqrt(observed + 1));
  return std::max(1.0, std::floor(std::min(width, 0.02 * missing)));
}

void SumOverExtendingGrid(const JointPosterior& posterior, double negligible, Accumulator* sums,
                          DecomposableEstimate* estimate) {
  const double observed = posterior.Observed();
  std::vector<double> values(posterior.Graphs().size());
  TailEstimate tail;
  double next_look = kCheckpoint * observed;
  double first = 0;
  while (first <= kLargestMissing * (observed + 1)) {
    const double width = BlockWidth(first, observed);
    const double middle = first + (width - 1) / 2;
    posterior.Evaluate(middle, &values);
    sums->Add(first, width, std::log(middle + observed), values);
    first += width;
    if (middle + observed < next_look) continue;
    next_look = kCheckpoint * (middle + observed);
    const double beyond = tail.Update(middle + observed, values, *sums);
    estimate->tail_beyond = beyond / (beyond + sums->Total());
    if (std::isinf(beyond)) estimate->tail_beyond = 1;
    if (estimate->tail_beyond < negligible) break;
  }
  estimate->largest_missing = first - 1;
  estimate->complete = estimate->tail_beyond < negligible;
}

void SumOverFixedGrid(const JointPosterior& posterior, const std::vector<double>& grid,
                      Accumulator* sums, DecomposableEstimate* estimate) {
  std::vector<double> values(posterior.Graphs().size());
  for (const double missing : grid) {
    posterior.Evaluate(missing, &values);
    sums->Add(missing, 1, std::log(missing + posterior.Observed()), values);
  }
  estimate->largest_missing = grid.back();
  estimate->complete = true;
}

double QuantileOf(const Accumulator& sums, double probability) {
  double rest = probability * sums.Total();
  for (const Block& block : sums.Blocks()) {
    if (rest <= block.mass) {
      return block.first + (block.width - 1) * std::clamp(rest / block.mass, 0.0, 1.0);
    }
    rest -= block.mass;
  }
  return sums.Blocks().back().first + sums.Blocks().back().width - 1;
}

void Summarise(const Accumulator& sums, double level, DecomposableEstimate* estimate) {
  PosteriorSummary& total = estimate->total;
  total.level = level;
  const double observed = estimate->observed;
  double mean = 0;
  double beyond = 0;
  for (const Block& block : sums.Blocks()) {
    mean += block.mass * (block.first + (block.width - 1) / 2);
    if (block.first > kUsualGrid * observed) beyond += block.mass;
  }
  total.mean = observed + mean / sums.Total();
  total.median = observed + QuantileOf(sums, 0.5);
  total.lower = observed + QuantileOf(sums, (1 - level) / 2);
  total.upper = observed + QuantileOf(sums, (1 + level) / 2);
  estimate->lower80 = observed + QuantileOf(sums, 0.1);
  estimate->upper80 = observed + QuantileOf(sums, 0.9);
  for (std::size_t i = 0; i < kQuantiles; ++i) {
    const double probability = (static_cast<double>(i) + 0.5) / kQuantiles;
    estimate->quantiles.push_back(observed + QuantileOf(sums, probability));
  }
  estimate->beyond_usual_grid = beyond / sums.Total();
}

std::string ModelName(const ListTable& table, const DecomposableGraph& graph) {
  std::string name;
  for (const ListMask clique : graph.cliques) name += "[" + TermName(clique, table.lists) + "]";
  return name;
}

void ListModels(const ListTable& table, const JointPosterior& posterior, const Accumulator& sums,
                DecomposableEstimate* estimate) {
  std::vector<std::size_t> order(posterior.Graphs().size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const std::vector<double>& mass = sums.ByGraph();
  // Not stable_sort: clang refuses that of libstdc++ 12.
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return mass[a] != mass[b] ? mass[a] > mass[b] : a < b;
  });
  double low = sums.MeanLog(order.front());
  double high = low;
  for (const std::size_t g : order) {
    if (mass[g] < kNearBest * mass[order.front()]) break;
    low = std::min(low, sums.MeanLog(g));
    high = std::max(high, sums.MeanLog(g));
  }
  estimate->model_range = std::exp(high - low);
  estimate->graphs = order.size();
  estimate->best_cliques = posterior.Graphs()[order.front()].cliques;
  order.resize(std::min(order.size(), kReportedModels));
  for (const std::size_t g : order) {
    estimate->models.push_back({ModelName(table, posterior.Graphs()[g]), mass[g] / sums.Total()});
  }
}

std::string Percent(double share) {
  return FormatNumber(std::round(share * 10'000) / 100) + " %";
}

void Warn(DecomposableEstimate* estimate, bool fixed_grid) {
  if (!estimate->complete) {
    estimate->warnings.push_back(
        {"About " + Percent(estimate->tail_beyond) + " of the posterior lies beyond " +
             FormatNumber(estimate->largest_missing) + " unobserved persons.",
         "tail_beyond",
         {{"share", 100 * estimate->tail_beyond}, {"n", estimate->largest_missing}}});
  }
  if (!fixed_grid && estimate->beyond_usual_grid > kTruncationWarning) {
    estimate->warnings.push_back(
        {Percent(estimate->beyond_usual_grid) +
             " of the posterior lies above 30 times the observed, where dga's usual grid is cut "
             "off.",
         "beyond_usual_grid",
         {{"share", 100 * estimate->beyond_usual_grid}}});
  }
}

}  // namespace

std::vector<DecomposableGraph> DecomposableGraphs(std::size_t lists) {
  std::vector<DecomposableGraph> graphs;
  const std::size_t pairs = lists * (lists - 1) / 2;
  for (std::uint32_t edges = 0; edges < (std::uint32_t{1} << pairs); ++edges) {
    DecomposableGraph graph;
    graph.edges = edges;
    if (Decompose(NeighboursOf(edges, lists), &graph)) graphs.push_back(std::move(graph));
  }
  return graphs;
}

std::vector<double> UniformGrid(double observed, double times, std::size_t points) {
  std::vector<double> grid;
  const double last = times * observed;
  for (std::size_t i = 0; i < points; ++i) {
    const double step = static_cast<double>(i) / static_cast<double>(points - 1);
    const double value = std::nearbyint(1 + (last - 1) * step);
    if (grid.empty() || value > grid.back()) grid.push_back(value);
  }
  return grid;
}

Result<DecomposableEstimate> EstimateDecomposable(const ListTable& table,
                                                  const DecomposableOptions& options) {
  TRY(CheckForEstimation(table, kMaxGraphLists, "dga"));
  const JointPosterior posterior(table, DecomposableGraphs(table.lists.size()));
  DecomposableEstimate estimate;
  estimate.observed = posterior.Observed();
  estimate.warnings = DataWarnings(table);
  Accumulator sums(posterior.Graphs().size());
  if (options.grid.empty()) {
    SumOverExtendingGrid(posterior, options.negligible_tail, &sums, &estimate);
  } else {
    SumOverFixedGrid(posterior, options.grid, &sums, &estimate);
  }
  Summarise(sums, options.level, &estimate);
  ListModels(table, posterior, sums, &estimate);
  Warn(&estimate, !options.grid.empty());
  return estimate;
}

}  // namespace thb
