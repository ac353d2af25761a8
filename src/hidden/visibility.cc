#include "hidden/visibility.h"

#include <bit>
#include <cmath>
#include <vector>

#include "hidden/internal/poisson.h"
#include "hidden/internal/transform.h"

namespace thb {
namespace {

constexpr int kMaxIterations = 60;
constexpr int kMaxHalvings = 30;
constexpr double kCloseDecrement = 1e-9;
constexpr double kLargestGamma = 5;
constexpr double kSmallestPivot = 1e-9;  // relative; below it the data do not tell gamma

double PairsOf(std::size_t cell) {
  const double size = std::popcount(cell);
  return size * (size - 1) / 2;
}

class VisibilityModel {
 public:
  VisibilityModel(const ListTable& table, const ModelTerms& terms)
      : lists_(table.lists.size()), counts_(DenseCounts(table)), terms_{0} {
    margins_ = counts_;
    SupersetSum(margins_.data(), lists_);
    for (std::size_t i = 0; i < lists_; ++i) Add(ListMask{1} << i);
    for (const ListMask term : terms) Add(term);
    for (std::size_t w = 1; w < counts_.size(); ++w) observed_pairs_ += PairsOf(w) * counts_[w];
    theta_.assign(terms_.size() + 1, 0.0);
    theta_[0] = std::log(margins_[0] / static_cast<double>(counts_.size()));
  }

  // Newton's method with halving; false where it goes nowhere.
  bool Fit() {
    Evaluate();
    for (int i = 0; i < kMaxIterations; ++i) {
      std::vector<double> step;
      if (!Direction(step)) return false;
      double decrement = 0;
      for (std::size_t k = 0; k < step.size(); ++k) decrement += step[k] * gradient_[k];
      if (!Step(step) || std::abs(theta_.back()) > kLargestGamma) return false;
      if (decrement < kCloseDecrement) return true;
    }
    return false;
  }

  double gamma() const { return theta_.back(); }
  double unobserved() const { return std::exp(theta_[0]); }
  double kernel() const { return kernel_; }

 private:
  void Add(ListMask term) { (margins_[term] > 0 ? terms_ : dropped_).push_back(term); }

  void Evaluate() {
    means_.assign(counts_.size(), 1.0);
    for (std::size_t k = 0; k < terms_.size(); ++k) means_[terms_[k]] = std::exp(theta_[k]);
    for (const ListMask term : dropped_) means_[term] = 0;
    SubsetProduct(means_.data(), lists_);
    for (std::size_t w = 1; w < means_.size(); ++w) {
      means_[w] *= std::exp(theta_.back() * PairsOf(w));
    }
    means_[0] = 0;
    first_ = means_;
    second_ = means_;
    double squares = 0;
    for (std::size_t w = 1; w < means_.size(); ++w) {
      second_[w] *= PairsOf(w);
      squares += PairsOf(w) * second_[w];
    }
    squares_ = squares;
    SupersetSum(first_.data(), lists_);
    SupersetSum(second_.data(), lists_);
    kernel_ = theta_.back() * observed_pairs_ - first_[0];
    for (std::size_t k = 0; k < terms_.size(); ++k) kernel_ += theta_[k] * margins_[terms_[k]];
  }

  // Solves information x step = gradient by elimination.
  bool Direction(std::vector<double>& step) {
    const std::size_t size = theta_.size();
    std::vector<std::vector<double>> rows(size, std::vector<double>(size + 1));
    gradient_.resize(size);
    for (std::size_t a = 0; a + 1 < size; ++a) {
      for (std::size_t b = 0; b + 1 < size; ++b) rows[a][b] = first_[terms_[a] | terms_[b]];
      rows[a][size - 1] = rows[size - 1][a] = second_[terms_[a]];
      gradient_[a] = margins_[terms_[a]] - first_[terms_[a]];
    }
    rows[size - 1][size - 1] = squares_;
    gradient_[size - 1] = observed_pairs_ - second_[0];
    for (std::size_t a = 0; a < size; ++a) rows[a][size] = gradient_[a];
    for (std::size_t a = 0; a < size; ++a) {
      const double original = a + 1 < size ? first_[terms_[a]] : squares_;
      if (!(rows[a][a] > kSmallestPivot * original)) return false;
      for (std::size_t b = a + 1; b < size; ++b) {
        const double factor = rows[b][a] / rows[a][a];
        for (std::size_t c = a; c <= size; ++c) rows[b][c] -= factor * rows[a][c];
      }
    }
    step.assign(size, 0.0);
    for (std::size_t a = size; a-- > 0;) {
      double sum = rows[a][size];
      for (std::size_t b = a + 1; b < size; ++b) sum -= rows[a][b] * step[b];
      step[a] = sum / rows[a][a];
    }
    return true;
  }

  bool Step(const std::vector<double>& step) {
    const std::vector<double> from = theta_;
    const double before = kernel_;
    double scale = 1;
    for (int i = 0; i < kMaxHalvings; ++i, scale /= 2) {
      for (std::size_t k = 0; k < theta_.size(); ++k) theta_[k] = from[k] + scale * step[k];
      Evaluate();
      if (std::isfinite(kernel_) && kernel_ >= before - 1e-12 * std::abs(before)) return true;
    }
    return false;
  }

  std::size_t lists_;
  std::vector<double> counts_;
  std::vector<double> margins_;
  std::vector<ListMask> terms_;
  std::vector<ListMask> dropped_;
  std::vector<double> theta_;  // of the terms, then gamma
  std::vector<double> gradient_;
  std::vector<double> means_;
  std::vector<double> first_;   // superset sums of the means
  std::vector<double> second_;  // the same, weighted by pairs
  double squares_ = 0;
  double observed_pairs_ = 0;
  double kernel_ = 0;
};

}  // namespace

std::optional<VisibilityFit> FitVisibility(const ListTable& table, const ModelTerms& terms) {
  const std::size_t lists = table.lists.size();
  if (lists < kMinVisibilityLists || lists > kMaxVisibilityLists || table.Observed() <= 0) {
    return std::nullopt;
  }
  VisibilityModel model(table, terms);
  if (!model.Fit()) return std::nullopt;
  VisibilityFit fit;
  fit.gamma = model.gamma();
  fit.total = table.Observed() + model.unobserved();
  fit.bic = -2 * model.kernel() +
            static_cast<double>(2 + lists + terms.size()) * std::log(table.Observed());
  for (const OverlapCell& cell : table.cells) fit.bic += 2 * LogFactorial(cell.count);
  if (!std::isfinite(fit.total)) return std::nullopt;
  return fit;
}

}  // namespace thb
