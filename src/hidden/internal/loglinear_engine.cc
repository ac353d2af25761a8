#include "hidden/internal/loglinear_engine.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "hidden/internal/existence.h"
#include "hidden/internal/poisson.h"
#include "hidden/internal/transform.h"

namespace thb {
namespace {

constexpr int kMaxIterations = 60;
constexpr int kMaxHalvings = 40;
constexpr double kCloseDecrement = 1e-10;  // the step after it is exact to rounding
constexpr double kLargestStep = 20;        // of any parameter, on the scale of logarithms
constexpr double kRelativePivot = 1e-13;   // below it a direction carries no information
constexpr double kWitnessPivot = 1e-6;     // persons; an estimate at infinity leaves less
constexpr double kWitnessResidual = 1e-7;  // of the persons observed
constexpr double kLargestTotal = 1e6;      // of the persons observed, to start from
constexpr double kAboveObserved = 1e-6;    // keeps every share below 1
constexpr int kBisections = 60;
constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

}  // namespace

LoglinearEngine::LoglinearEngine(std::size_t lists)
    : lists_(lists),
      cells_(std::size_t{1} << lists),
      dense_(lists <= kMaxDenseLists),
      sums_(lists) {
  counts_.assign(cells_, 0.0);
  margins_.assign(cells_, 0.0);
  start_.assign(cells_, kUnknown);
  fitted_.assign(dense_ ? cells_ : 0, 0.0);
  work_.assign(cells_, 0.0);
  in_model_.assign(cells_, 0);
}

void LoglinearEngine::SetCounts(std::span<const double> counts, bool complete) {
  complete_ = complete;
  std::copy(counts.begin(), counts.end(), counts_.begin());
  if (!complete) counts_[0] = 0;
  std::copy(counts_.begin(), counts_.end(), margins_.begin());
  SupersetSum(margins_.data(), lists_);
  saturated_ = 0;
  for (const double count : counts_) {
    if (count > 0) saturated_ += count * std::log(count) - count;
  }
}

void LoglinearEngine::Activate(std::span<const ListMask> terms) {
  active_.assign(1, 0);
  dropped_.clear();
  const auto add = [&](ListMask term) {
    (margins_[term] > 0 ? active_ : dropped_).push_back(term);
  };
  for (std::size_t i = 0; i < lists_; ++i) add(ListMask{1} << i);
  for (const ListMask term : terms) add(term);
  const std::size_t size = active_.size();
  theta_.resize(size);
  step_.resize(size);
  trial_.resize(size);
  information_.resize(size * size);
  if (!dense_) sums_.Connect(std::span(active_).subspan(1), dropped_);
}

// Means and their superset sums from the parameters.
void LoglinearEngine::Evaluate() {
  if (!dense_) return EvaluateComponents();
  std::fill(fitted_.begin(), fitted_.end(), 1.0);
  for (std::size_t i = 0; i < active_.size(); ++i) fitted_[active_[i]] = std::exp(theta_[i]);
  for (const ListMask term : dropped_) fitted_[term] = 0;
  SubsetProduct(fitted_.data(), lists_);
  if (!complete_) fitted_[0] = 0;
  SupersetSum(fitted_.data(), lists_);
  kernel_ = -fitted_[0];
  for (std::size_t i = 0; i < active_.size(); ++i) kernel_ += theta_[i] * margins_[active_[i]];
}

void LoglinearEngine::EvaluateComponents() {
  sums_.Evaluate(theta_[0], std::span(theta_).subspan(1));
  all_fitted_ = sums_.At(0) - (complete_ ? 0 : std::exp(theta_[0]));
  kernel_ = -all_fitted_;
  for (std::size_t i = 0; i < active_.size(); ++i) kernel_ += theta_[i] * margins_[active_[i]];
}

double LoglinearEngine::FittedActive(std::size_t i) const {
  if (dense_) return fitted_[active_[i]];
  return i == 0 ? all_fitted_ : sums_.AtTerm(i - 1);
}

// At the last fit.
void LoglinearEngine::BuildInformation() {
  if (dense_) return BuildInformation(fitted_.data());
  const std::size_t size = active_.size();
  for (std::size_t i = 0; i < size; ++i) {
    double* row = information_.data() + i * size;
    row[i] = FittedActive(i);
    for (std::size_t j = i + 1; j < size; ++j) {
      row[j] = i == 0 ? FittedActive(j) : sums_.AtUnion(i - 1, j - 1);
    }
  }
}

void LoglinearEngine::BuildInformation(const double* weights) {
  const std::size_t size = active_.size();
  for (std::size_t i = 0; i < size; ++i) {
    double* row = information_.data() + i * size;
    for (std::size_t j = i; j < size; ++j) row[j] = weights[active_[i] | active_[j]];
  }
}

// LDL' in place; a direction without information gets the pivot 0 and is left where it is.
void LoglinearEngine::Factorise() {
  const std::size_t size = active_.size();
  for (std::size_t i = 0; i < size; ++i) trial_[i] = information_[i * size + i];
  for (std::size_t k = 0; k < size; ++k) {
    const double* top = information_.data() + k * size;
    if (top[k] <= kRelativePivot * trial_[k]) {
      information_[k * size + k] = 0;
      continue;
    }
    const double inverse = 1 / top[k];
    for (std::size_t i = k + 1; i < size; ++i) {
      const double factor = top[i] * inverse;
      if (factor == 0) continue;
      double* row = information_.data() + i * size;
      for (std::size_t j = i; j < size; ++j) row[j] -= factor * top[j];
    }
  }
}

void LoglinearEngine::Solve(double* rhs) const {
  const std::size_t size = active_.size();
  for (std::size_t k = 0; k < size; ++k) {
    const double* top = information_.data() + k * size;
    if (top[k] == 0) {
      rhs[k] = 0;
      continue;
    }
    const double scaled = rhs[k] / top[k];
    for (std::size_t j = k + 1; j < size; ++j) rhs[j] -= scaled * top[j];
    rhs[k] = scaled;
  }
  for (std::size_t k = size; k-- > 0;) {
    const double* top = information_.data() + k * size;
    if (top[k] == 0) continue;
    double sum = rhs[k];
    for (std::size_t j = k + 1; j < size; ++j) sum -= top[j] / top[k] * rhs[j];
    rhs[k] = sum;
  }
}

// Weighted least squares on the logarithms of the counts, a little above 0.
void LoglinearEngine::ColdStart() {
  if (!dense_) return IndependentStart();
  const std::size_t size = active_.size();
  const double shift = std::min(0.1, 0.5 * margins_[0] / static_cast<double>(cells_));
  std::fill(fitted_.begin(), fitted_.end(), 1.0);
  for (const ListMask term : dropped_) fitted_[term] = 0;
  SubsetProduct(fitted_.data(), lists_);
  for (std::size_t w = 0; w < cells_; ++w) {
    const double mean = fitted_[w] * (counts_[w] + shift);
    fitted_[w] = mean;
    work_[w] = mean > 0 ? mean * std::log(mean) + counts_[w] - mean : 0;
  }
  if (!complete_) fitted_[0] = work_[0] = 0;
  SupersetSum(fitted_.data(), lists_);
  SupersetSum(work_.data(), lists_);
  BuildInformation(fitted_.data());
  Factorise();
  for (std::size_t i = 0; i < size; ++i) theta_[i] = work_[active_[i]];
  Solve(theta_.data());
  Evaluate();
}

// Independent lists with their own shares of a total that expects as many observed as there are.
void LoglinearEngine::IndependentStart() {
  const double observed = margins_[0];
  double low = observed;
  double high = kLargestTotal * observed;
  const auto nobody = [&](double total) {
    double share = 1;
    for (std::size_t i = 0; i < lists_; ++i) share *= 1 - margins_[ListMask{1} << i] / total;
    return share;
  };
  for (int i = 0; i < kBisections; ++i) {
    const double middle = std::sqrt(low * high);
    (middle * (1 - nobody(middle)) < observed ? low : high) = middle;
  }
  const double total = high * (1 + kAboveObserved);
  std::fill(start_.begin(), start_.end(), kUnknown);
  start_[0] = std::log(total * nobody(total));
  for (std::size_t i = 0; i < lists_; ++i) {
    const double share = margins_[ListMask{1} << i] / total;
    if (share > 0) start_[ListMask{1} << i] = std::log(share / (1 - share));
  }
  WarmStart();
}

void LoglinearEngine::WarmStart() {
  if (std::isnan(start_[0])) return ColdStart();
  for (std::size_t i = 0; i < active_.size(); ++i) {
    const double value = start_[active_[i]];
    theta_[i] = std::isnan(value) ? 0 : value;
  }
  Evaluate();
  for (std::size_t i = 0; i < active_.size(); ++i) {
    if (!std::isnan(start_[active_[i]])) continue;
    const double fitted = FittedActive(i);
    if (!(fitted > 0)) continue;
    theta_[i] = std::log(margins_[active_[i]] / fitted);
    Evaluate();
  }
  if (dense_ && !std::isfinite(kernel_)) ColdStart();
}

void LoglinearEngine::TakeStep(double decrement) {
  std::copy(theta_.begin(), theta_.end(), trial_.begin());
  const double before = kernel_;
  double largest = 0;
  for (const double step : step_) largest = std::max(largest, std::abs(step));
  double scale = largest > kLargestStep ? kLargestStep / largest : 1;
  for (int halvings = 0; halvings <= kMaxHalvings; ++halvings, scale /= 2) {
    for (std::size_t i = 0; i < theta_.size(); ++i) theta_[i] = trial_[i] + scale * step_[i];
    Evaluate();
    if (decrement < kCloseDecrement) return;
    if (kernel_ >= before - 1e-12 * std::abs(before)) return;
  }
  std::copy(trial_.begin(), trial_.end(), theta_.begin());
  Evaluate();
}

bool LoglinearEngine::Ascend() {
  for (int iteration = 0; iteration < kMaxIterations; ++iteration) {
    BuildInformation();
    Factorise();
    for (std::size_t i = 0; i < active_.size(); ++i) {
      step_[i] = trial_[i] = margins_[active_[i]] - FittedActive(i);
    }
    Solve(step_.data());
    double decrement = 0;
    for (std::size_t i = 0; i < active_.size(); ++i) decrement += step_[i] * trial_[i];
    if (!std::isfinite(decrement)) return false;
    TakeStep(decrement);
    if (decrement < kCloseDecrement) return std::isfinite(kernel_);
  }
  return false;
}

bool LoglinearEngine::Fit(std::span<const ListMask> terms, Start start) {
  Activate(terms);
  start == Start::kWarm ? WarmStart() : ColdStart();
  const bool converged = Ascend();
  std::fill(start_.begin(), start_.end(), kUnknown);
  if (!std::isfinite(kernel_)) return false;
  for (std::size_t i = 0; i < active_.size(); ++i) start_[active_[i]] = theta_[i];
  return converged;
}

double LoglinearEngine::InterceptVariance() {
  BuildInformation();
  Factorise();
  std::fill(step_.begin(), step_.end(), 0.0);
  step_[0] = 1;
  Solve(step_.data());
  return step_[0];
}

// The common case without algebra: each term has its own persons, and so has a pair of lists that
// is no term. No direction is left to move, and that pair identifies the intercept.
bool LoglinearEngine::PlainlyAdmissible(std::span<const ListMask> terms) {
  for (std::size_t i = 0; i < lists_; ++i) {
    if (margins_[ListMask{1} << i] > 0 && counts_[ListMask{1} << i] <= 0) return false;
  }
  for (const ListMask term : terms) {
    if (margins_[term] > 0 && counts_[term] <= 0) return false;
  }
  for (const ListMask term : terms) in_model_[term] = 1;
  bool found = false;
  for (std::size_t i = 0; i < lists_ && !found; ++i) {
    for (std::size_t j = i + 1; j < lists_ && !found; ++j) {
      const ListMask pair = ListMask{1} << i | ListMask{1} << j;
      found = in_model_[pair] == 0 && counts_[pair] > 0;
    }
  }
  for (const ListMask term : terms) in_model_[term] = 0;
  return found;
}

double LoglinearEngine::SmallestPivot() const {
  double smallest = std::numeric_limits<double>::infinity();
  for (std::size_t k = 0; k < active_.size(); ++k) {
    smallest = std::min(smallest, information_[k * active_.size() + k]);
  }
  return smallest;
}

// Cells without a dropped term, but for the empty set.
double LoglinearEngine::RemainingCells() {
  if (dropped_.empty()) return static_cast<double>(cells_ - 1);
  std::fill(work_.begin(), work_.end(), 1.0);
  for (const ListMask term : dropped_) work_[term] = 0;
  SubsetProduct(work_.data(), lists_);
  double remaining = -1;
  for (const double kept : work_) remaining += kept;
  return remaining;
}

// The fitted means are a positive table; where they have the observed margins and information in
// every direction, they are the witness that the linear programme asks for.
Admissibility LoglinearEngine::CheckByFit(std::span<const ListMask> terms) {
  const bool converged = Fit(terms, Start::kWarm);
  if (RemainingCells() < static_cast<double>(active_.size())) {
    return Admissibility::kNotIdentifiable;
  }
  BuildInformation();
  Factorise();
  double residual = 0;
  for (std::size_t i = 0; i < active_.size(); ++i) {
    residual = std::max(residual, std::abs(margins_[active_[i]] - FittedActive(i)));
  }
  const bool witness = converged && SmallestPivot() > kWitnessPivot &&
                       residual < kWitnessResidual * std::max(1.0, margins_[0]);
  return witness ? Admissibility::kAdmissible : Admissibility::kNoEstimate;
}

Admissibility LoglinearEngine::Check(std::span<const ListMask> terms) {
  if (PlainlyAdmissible(terms)) return Admissibility::kAdmissible;
  if (lists_ > kMaxExactLists) return CheckByFit(terms);
  return CheckExistence(lists_, counts_, margins_, terms);
}

LoglinearFit DescribeFit(LoglinearEngine& engine, const ModelTerms& terms) {
  LoglinearFit fit;
  fit.terms = terms;
  fit.admissibility = engine.Check(terms);
  fit.converged = engine.Fit(terms, LoglinearEngine::Start::kCold);
  fit.unobserved = std::exp(engine.intercept());
  fit.total = engine.observed() + fit.unobserved;
  fit.parameter_count = 1 + static_cast<int>(engine.lists() + terms.size());
  fit.log_likelihood = engine.kernel();
  const std::size_t cells = std::size_t{1} << engine.lists();
  for (std::size_t w = 1; w < cells; ++w) {
    fit.log_likelihood -= LogFactorial(engine.Count(static_cast<ListMask>(w)));
  }
  fit.deviance = std::max(0.0, 2 * (engine.saturated_kernel() - engine.kernel()));
  fit.bic = -2 * fit.log_likelihood + fit.parameter_count * std::log(engine.observed());
  fit.aic = -2 * fit.log_likelihood + 2 * fit.parameter_count;
  const auto value = [&](ListMask term) {
    const double found = engine.start()[term];
    return std::isnan(found) ? -std::numeric_limits<double>::infinity() : found;
  };
  fit.parameters.push_back({0, value(0)});
  for (std::size_t i = 0; i < engine.lists(); ++i) {
    fit.parameters.push_back({ListMask{1} << i, value(ListMask{1} << i)});
  }
  for (const ListMask term : terms) fit.parameters.push_back({term, value(term)});
  fit.standard_error = std::sqrt(std::max(0.0, engine.InterceptVariance()));
  return fit;
}

}  // namespace thb
