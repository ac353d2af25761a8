#include "hidden/bootstrap.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <limits>
#include <map>
#include <memory>
#include <numbers>
#include <thread>

#include "base/draws.h"
#include "hidden/internal/poisson.h"

namespace thb {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNotDone = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kMaxThreads = 256;
constexpr std::size_t kErrorResamples = 200;
constexpr std::size_t kMinForError = 20;
constexpr double kSparseTail = 10;  // replicates beyond an end point
constexpr double kNarrowStep = 0.25;
constexpr double kWideStep = 0.75;
constexpr double kMiddleLevel = 0.8;
constexpr std::uint64_t kErrorStream = ~std::uint64_t{0};  // no replicate has it
constexpr std::chrono::milliseconds kProgressEvery{100};

struct Outcome {
  bool done = false;
  double unobserved = kInfinity;
  double total = kInfinity;
  ModelTerms terms;
};

// Work of two kinds in one row of numbers: first the table with one person less in each cell, then
// the replicates.
class Run {
 public:
  Run(const ListTable& table, const SelectionOptions& selection, const BootstrapOptions& options)
      : table_(table),
        selection_(selection),
        options_(options),
        outcomes_(table.cells.size() + options.replicates) {}

  void Go() {
    std::vector<std::thread> threads;
    const std::size_t wanted = std::min(options_.threads, outcomes_.size());
    for (std::size_t i = 0; i < wanted; ++i) threads.emplace_back([this] { Work(); });
    Watch();
    for (std::thread& thread : threads) thread.join();
  }

  const std::vector<Outcome>& outcomes() const { return outcomes_; }

 private:
  bool Stopped() const { return IsStopped(options_.stop); }

  std::size_t DoneReplicates() const {
    const std::size_t done = finished_.load();
    return done > table_.cells.size() ? done - table_.cells.size() : 0;
  }

  void Watch() const {
    auto told = std::chrono::steady_clock::now();
    while (finished_.load() < outcomes_.size() && !Stopped()) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
      const auto now = std::chrono::steady_clock::now();
      if (!options_.progress || now - told < kProgressEvery) continue;
      told = now;
      options_.progress(DoneReplicates());
    }
  }

  void Work() {
    const auto selector = MakeSelector(table_, selection_);
    std::vector<double> counts(std::size_t{1} << table_.lists.size());
    std::vector<double> weights(table_.cells.size());
    std::vector<std::uint64_t> drawn(table_.cells.size());
    while (!Stopped()) {
      const std::size_t item = next_.fetch_add(1);
      if (item >= outcomes_.size()) return;
      double observed = 0;
      for (std::size_t c = 0; c < weights.size(); ++c) weights[c] = table_.cells[c].count;
      if (item < weights.size()) {
        weights[item] = std::max(0.0, weights[item] - 1);
      } else {
        Draw(item - weights.size(), weights, drawn);
      }
      for (std::size_t c = 0; c < weights.size(); ++c) {
        counts[table_.cells[c].mask] = weights[c];
        observed += weights[c];
      }
      Outcome& outcome = outcomes_[item];
      if (observed > 0) {
        Selection chosen = selector->Select(counts);
        if (Stopped()) return;  // it may not have been finished
        outcome.unobserved = chosen.unobserved;
        outcome.total = observed + chosen.unobserved;
        outcome.terms = std::move(chosen.terms);
      }
      outcome.done = true;
      finished_.fetch_add(1);
    }
  }

  // Suppressed cells first, then the persons.
  void Draw(std::size_t replicate, std::vector<double>& weights,
            std::vector<std::uint64_t>& drawn) const {
    Random random = StreamOf(options_.seed, replicate);
    double sum = 0;
    for (std::size_t c = 0; c < weights.size(); ++c) {
      const OverlapCell& cell = table_.cells[c];
      if (cell.lower < cell.upper) {
        const auto span = static_cast<std::uint64_t>(cell.upper - cell.lower) + 1;
        weights[c] = cell.lower + static_cast<double>(random.Below(span));
      }
      sum += weights[c];
    }
    if (sum <= 0) return;
    DrawMultinomial(random, static_cast<std::uint64_t>(std::llround(sum)), weights.data(),
                    weights.size(), drawn.data());
    for (std::size_t c = 0; c < weights.size(); ++c) weights[c] = static_cast<double>(drawn[c]);
  }

  const ListTable& table_;
  const SelectionOptions& selection_;
  const BootstrapOptions& options_;
  std::vector<Outcome> outcomes_;
  std::atomic<std::size_t> next_{0};
  std::atomic<std::size_t> finished_{0};
};

// sum w r^3 / (6 (sum w r^2)^1.5), r the mean less each value; infinite values take no part.
double Acceleration(const std::vector<CellInfluence>& influence) {
  double weight = 0;
  double mean = 0;
  for (const CellInfluence& cell : influence) {
    if (!std::isfinite(cell.total)) continue;
    weight += cell.count;
    mean += cell.count * cell.total;
  }
  if (weight <= 0) return 0;
  mean /= weight;
  double square = 0;
  double cube = 0;
  for (const CellInfluence& cell : influence) {
    if (!std::isfinite(cell.total)) continue;
    const double r = mean - cell.total;
    square += cell.count * r * r;
    cube += cell.count * r * r * r;
  }
  return square > 0 ? cube / (6 * std::pow(square, 1.5)) : 0;
}

double BiasCorrection(const std::vector<double>& ascending, double point) {
  const auto below = static_cast<double>(
      std::lower_bound(ascending.begin(), ascending.end(), point) - ascending.begin());
  const auto size = static_cast<double>(ascending.size());
  // All on one side would put the interval at infinity; half a replicate keeps it at the outermost.
  return NormalQuantile(std::clamp(below / size, 0.5 / size, 1 - 0.5 / size));
}

double CorrectedLevel(double bias, double acceleration, double p) {
  const double shifted = bias + NormalQuantile(p);
  return NormalCdf(bias + shifted / (1 - acceleration * shifted));
}

struct EndPoints {
  double lower = 0;
  double upper = 0;
};

EndPoints BcaOf(const std::vector<double>& ascending, double point, double acceleration,
                double level) {
  const double bias = BiasCorrection(ascending, point);
  const double tail = (1 - level) / 2;
  return {QuantileType8(ascending, CorrectedLevel(bias, acceleration, tail)),
          QuantileType8(ascending, CorrectedLevel(bias, acceleration, 1 - tail))};
}

// The error of one BCa end point from the slope of the quantiles on the normal scale. Far out in a
// tail, where few replicates lie, resampling them says too little: it cannot go beyond the last.
double SlopeError(const std::vector<double>& ascending, double bias, double at) {
  const auto size = static_cast<double>(ascending.size());
  const double z = NormalQuantile(at);
  if (!std::isfinite(z)) return 0;
  const auto density = [](double x) {
    return std::exp(-x * x / 2) / std::sqrt(2 * std::numbers::pi);
  };
  const double share = NormalCdf(bias);
  const double of_bias = std::sqrt(share * (1 - share) / size) / density(bias);
  const double of_quantile = std::sqrt(at * (1 - at) / size) / density(z);
  const bool sparse = std::min(at, 1 - at) * size < kSparseTail;
  const double inward = sparse ? kWideStep : kNarrowStep;
  const double outward = sparse ? 0 : kNarrowStep;
  const double low = z < 0 ? z - outward : z - inward;
  const double high = z < 0 ? z + inward : z + outward;
  const double rise =
      QuantileType8(ascending, NormalCdf(high)) - QuantileType8(ascending, NormalCdf(low));
  return rise / (high - low) * std::hypot(2 * of_bias, of_quantile);
}

// Mean and spread of one end point over resamples.
class Spread {
 public:
  void Add(double value) {
    ++n_;
    if (!std::isfinite(value)) infinite_ = true;
    const double change = value - mean_;
    mean_ += change / n_;
    squares_ += change * (value - mean_);
  }
  double Deviation() const {
    return infinite_ || n_ < 2 ? kInfinity : std::sqrt(squares_ / (n_ - 1));
  }

 private:
  double n_ = 0;
  double mean_ = 0;
  double squares_ = 0;
  bool infinite_ = false;
};

// Ascending values resampled stay ascending where only their multiplicities are drawn.
std::vector<double> Resample(Random& random, const std::vector<double>& ascending) {
  std::vector<std::size_t> times(ascending.size(), 0);
  for (std::size_t i = 0; i < ascending.size(); ++i) ++times[random.Below(ascending.size())];
  std::vector<double> sample;
  sample.reserve(ascending.size());
  for (std::size_t i = 0; i < ascending.size(); ++i) {
    sample.insert(sample.end(), times[i], ascending[i]);
  }
  return sample;
}

void FillIntervals(double point, const BootstrapOptions& options, BootstrapResult& result) {
  const std::vector<double>& totals = result.totals;
  if (totals.empty()) {
    result.bca = result.percentile = {options.level, 0, kInfinity, kInfinity, kInfinity};
    result.bca80 = {kMiddleLevel, 0, kInfinity, kInfinity, kInfinity};
    return;
  }
  const auto plain = [&](const std::vector<double>& of) {
    return EndPoints{QuantileType8(of, (1 - options.level) / 2),
                     QuantileType8(of, (1 + options.level) / 2)};
  };
  const auto bca = [&](const std::vector<double>& of, double level) {
    return BcaOf(of, point, result.acceleration, level);
  };
  result.bias_correction = BiasCorrection(totals, point);
  Spread spreads[6];
  Random random = StreamOf(options.seed, kErrorStream);
  for (std::size_t i = 0; i < kErrorResamples && totals.size() >= kMinForError; ++i) {
    const std::vector<double> sample = Resample(random, totals);
    const EndPoints ends[3] = {bca(sample, options.level), bca(sample, kMiddleLevel),
                               plain(sample)};
    for (std::size_t k = 0; k < 3; ++k) {
      spreads[2 * k].Add(ends[k].lower);
      spreads[2 * k + 1].Add(ends[k].upper);
    }
  }
  const auto interval = [&](double level, const EndPoints& ends, std::size_t k) {
    return BootstrapInterval{level, ends.lower, ends.upper, spreads[2 * k].Deviation(),
                             spreads[2 * k + 1].Deviation()};
  };
  const auto corrected = [&](double level, std::size_t k) {
    BootstrapInterval found = interval(level, bca(totals, level), k);
    const auto error = [&](double p) {
      return SlopeError(totals, result.bias_correction,
                        CorrectedLevel(result.bias_correction, result.acceleration, p));
    };
    found.lower_error = std::max(found.lower_error, error((1 - level) / 2));
    found.upper_error = std::max(found.upper_error, error((1 + level) / 2));
    return found;
  };
  result.bca = corrected(options.level, 0);
  result.bca80 = corrected(kMiddleLevel, 1);
  result.percentile = interval(options.level, plain(totals), 2);
}

// What follows from by_replicate and influence.
void Summarise(double point, const BootstrapOptions& options, BootstrapResult& result) {
  result.wanted = result.by_replicate.size();
  for (const double total : result.by_replicate) {
    if (std::isnan(total)) continue;
    result.totals.push_back(total);
    result.without_estimate += std::isfinite(total) ? 0U : 1U;
  }
  result.done = result.totals.size();
  result.interrupted = result.interrupted || result.done < result.wanted;
  std::sort(result.totals.begin(), result.totals.end());
  result.acceleration = Acceleration(result.influence);
  FillIntervals(point, options, result);
}

Result<void> CheckOptions(const BootstrapOptions& options) {
  if (options.replicates > kMaxReplicates) {
    return Fail(ErrorCode::kUsage, "more than " + std::to_string(kMaxReplicates) + " replicates",
                "bootstrap", "ask for fewer");
  }
  if (options.threads < 1 || options.threads > kMaxThreads) {
    return Fail(ErrorCode::kUsage, "not a number of threads: " + std::to_string(options.threads),
                "threads", "give 1 to " + std::to_string(kMaxThreads));
  }
  if (!(options.level > 0 && options.level < 1)) {
    return Fail(ErrorCode::kUsage, "a level is between 0 and 1", "level", "give 0.95");
  }
  return {};
}

}  // namespace

double QuantileType8(const std::vector<double>& ascending, double p) {
  const auto size = static_cast<double>(ascending.size());
  const double at = (size + 1.0 / 3) * p + 1.0 / 3;  // counted from 1
  const double low = std::floor(at + 4e-16);
  const auto value = [&](double k) {
    return ascending[static_cast<std::size_t>(std::clamp(k, 1.0, size)) - 1];
  };
  const double share = std::max(0.0, at - low);
  if (share == 0 || value(low) == value(low + 1)) return value(low);
  return value(low) + share * (value(low + 1) - value(low));
}

Result<BootstrapResult> Bootstrap(const ListTable& table, const SelectionOptions& selection,
                                  double point, const BootstrapOptions& options) {
  TRY(CheckOptions(options));
  if (table.lists.size() < 2 || table.Observed() <= 0) {
    return Fail(ErrorCode::kStructure, "an estimate needs two lists with persons", {},
                "give a table of two lists or more");
  }
  Run run(table, selection, options);
  run.Go();
  BootstrapResult result;
  const std::size_t cells = table.cells.size();
  std::map<ModelTerms, std::size_t> chosen;
  for (std::size_t i = 0; i < run.outcomes().size(); ++i) {
    const Outcome& outcome = run.outcomes()[i];
    if (i >= cells) {
      result.by_replicate.push_back(outcome.done ? outcome.total : kNotDone);
      if (outcome.done && std::isfinite(outcome.total)) ++chosen[outcome.terms];
    } else if (outcome.done) {
      result.influence.push_back({table.cells[i].mask, table.cells[i].count, outcome.total});
    }
  }
  result.interrupted = result.influence.size() < cells;
  Summarise(point, options, result);
  for (const auto& [terms, times] : chosen) {
    result.models.push_back({terms, static_cast<double>(times) / static_cast<double>(result.done)});
  }
  std::sort(result.models.begin(), result.models.end(),
            [](const ModelShare& a, const ModelShare& b) {
              return a.share != b.share ? a.share > b.share : a.terms < b.terms;
            });
  return result;
}

BootstrapResult AddBootstraps(const std::vector<const BootstrapResult*>& parts,
                              const std::vector<double>& points, const BootstrapOptions& options) {
  double point = 0;
  for (const double part : points) point += part;
  BootstrapResult sum;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    sum.by_replicate.resize(std::max(sum.by_replicate.size(), parts[i]->by_replicate.size()), 0.0);
    for (std::size_t r = 0; r < parts[i]->by_replicate.size(); ++r) {
      sum.by_replicate[r] += parts[i]->by_replicate[r];
    }
    for (CellInfluence cell : parts[i]->influence) {
      cell.total += point - points[i];
      sum.influence.push_back(cell);
    }
  }
  Summarise(point, options, sum);
  return sum;
}

}  // namespace thb
