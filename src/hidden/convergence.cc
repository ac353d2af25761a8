#include "hidden/convergence.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "hidden/internal/poisson.h"

namespace thb {
namespace {

constexpr std::size_t kMinDraws = 8;

double Mean(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

// Divided by the number of values less one.
double Variance(const std::vector<double>& values) {
  const double mean = Mean(values);
  double sum = 0;
  for (const double value : values) sum += (value - mean) * (value - mean);
  return sum / static_cast<double>(values.size() - 1);
}

std::vector<double> Pool(const Chains& chains) {
  std::vector<double> pooled;
  for (const auto& chain : chains) pooled.insert(pooled.end(), chain.begin(), chain.end());
  return pooled;
}

// Type 7 of Hyndman and Fan, of sorted values.
double SortedQuantile(const std::vector<double>& sorted, double probability) {
  const double place = probability * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (place - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

// The first and the second half of each chain; a middle draw is left out.
Chains Split(const Chains& chains) {
  Chains halves;
  for (const auto& chain : chains) {
    const auto half = static_cast<std::ptrdiff_t>(chain.size() / 2);
    halves.emplace_back(chain.begin(), chain.begin() + half);
    halves.emplace_back(chain.end() - half, chain.end());
  }
  return halves;
}

// Normal scores of the ranks over all chains; ties share their mean rank (Blom's offsets).
Chains NormalScores(const Chains& chains) {
  const std::size_t length = chains.front().size();
  const std::size_t total = length * chains.size();
  std::vector<std::size_t> order(total);
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto value = [&](std::size_t i) { return chains[i / length][i % length]; };
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return value(a) < value(b); });
  Chains scores(chains.size(), std::vector<double>(length));
  for (std::size_t first = 0; first < total;) {
    std::size_t last = first + 1;
    while (last < total && value(order[last]) == value(order[first])) ++last;
    const double rank = static_cast<double>(first + last + 1) / 2;
    const double score = NormalQuantile((rank - 0.375) / (static_cast<double>(total) + 0.25));
    for (std::size_t i = first; i < last; ++i) {
      scores[order[i] / length][order[i] % length] = score;
    }
    first = last;
  }
  return scores;
}

double PlainRhat(const Chains& chains) {
  std::vector<double> means;
  std::vector<double> variances;
  for (const auto& chain : chains) {
    means.push_back(Mean(chain));
    variances.push_back(Variance(chain));
  }
  const double within = Mean(variances);
  const double between = Variance(means);
  if (within <= 0) return between > 0 ? std::numeric_limits<double>::infinity() : 1;
  const auto n = static_cast<double>(chains.front().size());
  return std::sqrt(((n - 1) / n * within + between) / within);
}

// Covariance of a chain with itself `lag` draws later, divided by its length.
double Autocovariance(const std::vector<double>& chain, double mean, std::size_t lag) {
  double sum = 0;
  for (std::size_t i = lag; i < chain.size(); ++i)
    sum += (chain[i] - mean) * (chain[i - lag] - mean);
  return sum / static_cast<double>(chain.size());
}

// Autocorrelations over all chains, computed as they are asked for.
class Autocorrelation {
 public:
  explicit Autocorrelation(const Chains& chains) : chains_(chains) {
    for (const auto& chain : chains) means_.push_back(Mean(chain));
    const auto n = static_cast<double>(chains.front().size());
    within_ = MeanCovariance(0) * n / (n - 1);
    total_ = within_ * (n - 1) / n + (chains.size() > 1 ? Variance(means_) : 0);
  }
  double Total() const { return total_; }
  double At(std::size_t lag) const { return 1 - (within_ - MeanCovariance(lag)) / total_; }

 private:
  double MeanCovariance(std::size_t lag) const {
    double sum = 0;
    for (std::size_t c = 0; c < chains_.size(); ++c) {
      sum += Autocovariance(chains_[c], means_[c], lag);
    }
    return sum / static_cast<double>(chains_.size());
  }

  const Chains& chains_;
  std::vector<double> means_;
  double within_ = 0;
  double total_ = 0;
};

// Geyer's initial monotone sequence on the chains as they are.
double EffectiveDraws(const Chains& chains) {
  const std::size_t length = chains.front().size();
  const double draws = static_cast<double>(length * chains.size());
  const Autocorrelation correlation(chains);
  if (correlation.Total() <= 0) return draws;
  double sum = -1;
  double previous = std::numeric_limits<double>::infinity();
  double last_even = 0;
  for (std::size_t lag = 0; lag + 1 < length; lag += 2) {
    const double even = lag == 0 ? 1 : correlation.At(lag);
    const double pair = even + correlation.At(lag + 1);
    last_even = std::max(0.0, even);
    if (pair <= 0) break;
    previous = std::min(previous, pair);
    sum += 2 * previous;
    last_even = 0;
  }
  // Antithetic chains may do better than independent draws, but not without bound.
  const double tau = std::max(sum + last_even, 1 / std::log10(draws));
  return draws / tau;
}

Chains Indicators(const Chains& chains, double limit) {
  Chains result = chains;
  for (auto& chain : result) {
    for (double& value : chain) value = value <= limit ? 1 : 0;
  }
  return result;
}

Chains Folded(const Chains& chains, double median) {
  Chains result = chains;
  for (auto& chain : result) {
    for (double& value : chain) value = std::fabs(value - median);
  }
  return result;
}

double QuantileErrorOf(const Chains& halves, const std::vector<double>& sorted,
                       double probability) {
  const double ess = EffectiveDraws(Indicators(halves, SortedQuantile(sorted, probability)));
  // The share of draws below the quantile is about beta distributed; one standard deviation of it
  // on both sides, carried over to the draws.
  const double sd = std::sqrt(probability * (1 - probability) / (ess + 3));
  const double low = SortedQuantile(sorted, std::max(0.0, probability - sd));
  const double high = SortedQuantile(sorted, std::min(1.0, probability + sd));
  return (high - low) / 2;
}

}  // namespace

ChainDiagnostics DiagnoseChains(const Chains& chains) {
  ChainDiagnostics result;
  result.chains = chains.size();
  result.rhat = std::numeric_limits<double>::infinity();
  if (chains.empty() || chains.front().size() < kMinDraws) return result;
  std::vector<double> sorted = Pool(chains);
  result.draws = sorted.size();
  std::sort(sorted.begin(), sorted.end());
  const Chains halves = Split(chains);
  const Chains scores = NormalScores(halves);
  const Chains folded = NormalScores(Folded(halves, SortedQuantile(sorted, 0.5)));
  result.rhat = std::max(PlainRhat(scores), PlainRhat(folded));
  result.bulk_ess = EffectiveDraws(scores);
  result.tail_ess = std::min(EffectiveDraws(Indicators(halves, SortedQuantile(sorted, 0.05))),
                             EffectiveDraws(Indicators(halves, SortedQuantile(sorted, 0.95))));
  return result;
}

double QuantileError(const Chains& chains, double probability) {
  std::vector<double> sorted = Pool(chains);
  std::sort(sorted.begin(), sorted.end());
  return QuantileErrorOf(Split(chains), sorted, probability);
}

PosteriorSummary SummariseChains(const Chains& chains, double level) {
  PosteriorSummary result;
  result.level = level;
  std::vector<double> sorted = Pool(chains);
  std::sort(sorted.begin(), sorted.end());
  const Chains halves = Split(chains);
  const double tail = (1 - level) / 2;
  result.mean = Mean(sorted);
  result.median = SortedQuantile(sorted, 0.5);
  result.lower = SortedQuantile(sorted, tail);
  result.upper = SortedQuantile(sorted, 1 - tail);
  result.median_error = QuantileErrorOf(halves, sorted, 0.5);
  result.lower_error = QuantileErrorOf(halves, sorted, tail);
  result.upper_error = QuantileErrorOf(halves, sorted, 1 - tail);
  return result;
}

}  // namespace thb
