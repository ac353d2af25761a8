#include "hidden/internal/poisson_posterior.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/draws.h"

namespace thb {
namespace {

constexpr int kMaxNewtonSteps = 200;
constexpr double kConverged = 1e-9;
constexpr double kLargestSd = 30;  // of a term; where the mode lies at infinity it has no end
constexpr double kLargestLog = 700;
constexpr double kWantedAcceptance = 0.85;
constexpr double kTrajectory = 1.6;  // about a quarter of a turn of a standard normal
constexpr std::size_t kMaxSteps = 16;
constexpr double kStartSpread = 1.5;

bool Holds(ListMask cell, ListMask term) {
  return (cell & term) == term;
}

// In place, the lower triangle of a positive definite matrix. False where it is not.
bool Cholesky(std::vector<double>* matrix, std::size_t size) {
  std::vector<double>& a = *matrix;
  double largest = 0;
  for (std::size_t i = 0; i < size; ++i) largest = std::max(largest, a[i * size + i]);
  for (std::size_t j = 0; j < size; ++j) {
    const double before = a[j * size + j];
    for (std::size_t k = 0; k < j; ++k) a[j * size + j] -= a[j * size + k] * a[j * size + k];
    if (!(a[j * size + j] > 1e-12 * before) || !(before > 1e-14 * largest)) return false;
    const double root = std::sqrt(a[j * size + j]);
    a[j * size + j] = root;
    for (std::size_t i = j + 1; i < size; ++i) {
      for (std::size_t k = 0; k < j; ++k) a[i * size + j] -= a[i * size + k] * a[j * size + k];
      a[i * size + j] /= root;
    }
  }
  return true;
}

// Solves L x = b, then L' x = b where `transposed_only` is false; else only the latter.
void BackSubstitute(const std::vector<double>& lower, std::size_t size, std::vector<double>* b,
                    bool transposed_only) {
  std::vector<double>& x = *b;
  if (!transposed_only) {
    for (std::size_t i = 0; i < size; ++i) {
      for (std::size_t k = 0; k < i; ++k) x[i] -= lower[i * size + k] * x[k];
      x[i] /= lower[i * size + i];
    }
  }
  for (std::size_t i = size; i-- > 0;) {
    for (std::size_t k = i + 1; k < size; ++k) x[i] -= lower[k * size + i] * x[k];
    x[i] /= lower[i * size + i];
  }
}

class Newton {
 public:
  explicit Newton(const PoissonModel& model) : model_(model), size_(model.terms.size()) {
    double sum = 0;
    for (const double count : model.counts) sum += count;
    values_.assign(size_, 0);
    values_[0] = std::log((sum + 1) / static_cast<double>(model.cells.size()));
  }

  // Whether it arrived. The mode is then in Values() and the Hessian's factor in Lower().
  bool Run() {
    double density = Density(values_);
    for (int step = 0; step < kMaxNewtonSteps; ++step) {
      Derivatives();
      if (!Cholesky(&lower_, size_)) return false;
      std::vector<double> move = gradient_;
      BackSubstitute(lower_, size_, &move, false);
      double gain = 0;
      for (std::size_t t = 0; t < size_; ++t) gain += move[t] * gradient_[t];
      if (gain < kConverged) return true;
      if (!Walk(move, &density)) return gain < 1e-6;
    }
    return false;
  }

  const std::vector<double>& Values() const { return values_; }
  const std::vector<double>& Lower() const { return lower_; }

 private:
  double Density(const std::vector<double>& values) {
    means_.resize(model_.cells.size());
    double sum = 0;
    for (std::size_t c = 0; c < model_.cells.size(); ++c) {
      double log_mean = 0;
      for (std::size_t t = 0; t < size_; ++t) {
        if (Holds(model_.cells[c], model_.terms[t])) log_mean += values[t];
      }
      means_[c] = PortableExp(std::min(log_mean, kLargestLog));
      sum += model_.counts[c] * log_mean - means_[c];
    }
    for (std::size_t t = 0; t < size_; ++t) {
      sum -= 0.5 * model_.precision[t] * values[t] * values[t];
    }
    return sum;
  }

  void Derivatives() {
    gradient_.assign(size_, 0);
    lower_.assign(size_ * size_, 0);
    for (std::size_t c = 0; c < model_.cells.size(); ++c) {
      for (std::size_t t = 0; t < size_; ++t) {
        if (!Holds(model_.cells[c], model_.terms[t])) continue;
        gradient_[t] += model_.counts[c] - means_[c];
        for (std::size_t u = 0; u <= t; ++u) {
          if (Holds(model_.cells[c], model_.terms[u])) lower_[t * size_ + u] += means_[c];
        }
      }
    }
    for (std::size_t t = 0; t < size_; ++t) {
      gradient_[t] -= model_.precision[t] * values_[t];
      lower_[t * size_ + t] += model_.precision[t];
    }
  }

  // Halves the step until it climbs. False where no step does.
  bool Walk(const std::vector<double>& move, double* density) {
    double length = 1;
    for (int half = 0; half < 40; ++half, length *= 0.5) {
      std::vector<double> next = values_;
      for (std::size_t t = 0; t < size_; ++t) next[t] += length * move[t];
      const double value = Density(next);
      if (value > *density) {
        values_ = std::move(next);
        *density = value;
        return true;
      }
    }
    Density(values_);
    return false;
  }

  const PoissonModel& model_;
  std::size_t size_;
  std::vector<double> values_;
  std::vector<double> means_;
  std::vector<double> gradient_;
  std::vector<double> lower_;
};

}  // namespace

std::optional<PoissonFrame> FindMode(const PoissonModel& model) {
  Newton newton(model);
  if (!newton.Run()) return std::nullopt;
  const std::size_t size = model.terms.size();
  PoissonFrame frame;
  frame.mode = newton.Values();
  frame.root.assign(size * size, 0);
  for (std::size_t column = 0; column < size; ++column) {
    std::vector<double> unit(size);
    unit[column] = 1;
    BackSubstitute(newton.Lower(), size, &unit, true);
    for (std::size_t row = 0; row < size; ++row) frame.root[row * size + column] = unit[row];
  }
  for (std::size_t row = 0; row < size; ++row) {
    double variance = 0;
    for (std::size_t u = 0; u < size; ++u) {
      variance += frame.root[row * size + u] * frame.root[row * size + u];
    }
    if (!(variance < kLargestSd * kLargestSd)) return std::nullopt;
  }
  for (const ListMask cell : model.cells) {
    std::vector<double> direction(size);
    double offset = 0;
    for (std::size_t t = 0; t < size; ++t) {
      if (!Holds(cell, model.terms[t])) continue;
      offset += frame.mode[t];
      for (std::size_t u = 0; u < size; ++u) direction[u] += frame.root[t * size + u];
    }
    frame.offsets.push_back(offset);
    frame.directions.insert(frame.directions.end(), direction.begin(), direction.end());
  }
  return frame;
}

PoissonChain::PoissonChain(const PoissonModel& model, const PoissonFrame& frame, Random random)
    : model_(model), frame_(frame), random_(random) {
  const std::size_t size = model.terms.size();
  log_step_ = PortableLog(0.5);
  z_.resize(size);
  gradient_.resize(size);
  next_.resize(size);
  next_gradient_.resize(size);
  momentum_.resize(size);
  for (double& value : z_) value = kStartSpread * DrawNormal(random_);
  density_ = Evaluate(z_, &gradient_);
}

// Log posterior density, -infinity where a mean overflows.
double PoissonChain::Evaluate(const std::vector<double>& z, std::vector<double>* gradient) {
  const std::size_t size = z.size();
  double sum = 0;
  std::fill(gradient->begin(), gradient->end(), 0.0);
  for (std::size_t c = 0; c < model_.cells.size(); ++c) {
    const double* direction = &frame_.directions[c * size];
    double log_mean = frame_.offsets[c];
    for (std::size_t t = 0; t < size; ++t) log_mean += direction[t] * z[t];
    if (!(log_mean < kLargestLog)) return -std::numeric_limits<double>::infinity();
    const double mean = PortableExp(log_mean);
    sum += model_.counts[c] * log_mean - mean;
    const double residual = model_.counts[c] - mean;
    for (std::size_t t = 0; t < size; ++t) (*gradient)[t] += residual * direction[t];
  }
  for (std::size_t t = 0; t < size; ++t) {
    if (model_.precision[t] == 0) continue;
    double value = frame_.mode[t];
    for (std::size_t u = 0; u < size; ++u) value += frame_.root[t * size + u] * z[u];
    sum -= 0.5 * model_.precision[t] * value * value;
    for (std::size_t u = 0; u < size; ++u) {
      (*gradient)[u] -= model_.precision[t] * value * frame_.root[t * size + u];
    }
  }
  return sum;
}

void PoissonChain::Sweep() {
  const std::size_t size = z_.size();
  const double step = PortableExp(log_step_);
  const auto most = static_cast<std::size_t>(
      std::clamp(2 * kTrajectory / step, 1.0, static_cast<double>(kMaxSteps)));
  const std::size_t steps = 1 + random_.Below(most);
  double kinetic = 0;
  for (double& value : momentum_) {
    value = DrawNormal(random_);
    kinetic -= 0.5 * value * value;
  }
  next_ = z_;
  next_gradient_ = gradient_;
  double density = density_;
  for (std::size_t i = 0; i < steps && std::isfinite(density); ++i) {
    for (std::size_t t = 0; t < size; ++t) {
      momentum_[t] += 0.5 * step * next_gradient_[t];
      next_[t] += step * momentum_[t];
    }
    density = Evaluate(next_, &next_gradient_);
    for (std::size_t t = 0; t < size; ++t) momentum_[t] += 0.5 * step * next_gradient_[t];
  }
  double change = density - density_ - kinetic;
  for (const double value : momentum_) change -= 0.5 * value * value;
  const double acceptance = change >= 0 ? 1 : (change > -kLargestLog ? PortableExp(change) : 0);
  if (adapting_) log_step_ += 0.05 * (acceptance - kWantedAcceptance);
  if (!(random_.Uniform() < acceptance)) return;
  z_.swap(next_);
  gradient_.swap(next_gradient_);
  density_ = density;
}

std::vector<double> PoissonChain::Terms() const {
  const std::size_t size = z_.size();
  std::vector<double> values = frame_.mode;
  for (std::size_t t = 0; t < size; ++t) {
    for (std::size_t u = 0; u < size; ++u) values[t] += frame_.root[t * size + u] * z_[u];
  }
  return values;
}

}  // namespace thb
