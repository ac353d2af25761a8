#include "demo/internal/rounding.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace thb {
namespace {

constexpr int kFittingRounds = 400;
constexpr double kIntegral = 1e-6;  // a fitted value this close to an integer is that integer

std::vector<double> Fit(std::span<const double> prior, const Margins& margins) {
  const std::size_t rows = margins.rows.size();
  const std::size_t columns = margins.columns.size();
  std::vector<double> fitted(prior.begin(), prior.end());
  for (int round = 0; round < kFittingRounds; ++round) {
    for (std::size_t r = 0; r < rows; ++r) {
      double sum = 0;
      for (std::size_t c = 0; c < columns; ++c) sum += fitted[r * columns + c];
      if (sum <= 0) continue;
      const double factor = static_cast<double>(margins.rows[r]) / sum;
      for (std::size_t c = 0; c < columns; ++c) fitted[r * columns + c] *= factor;
    }
    double largest = 0;
    for (std::size_t c = 0; c < columns; ++c) {
      double sum = 0;
      for (std::size_t r = 0; r < rows; ++r) sum += fitted[r * columns + c];
      if (sum <= 0) continue;
      const double factor = static_cast<double>(margins.columns[c]) / sum;
      largest = std::max(largest, std::abs(factor - 1));
      for (std::size_t r = 0; r < rows; ++r) fitted[r * columns + c] *= factor;
    }
    if (largest < 1e-12) break;
  }
  return fitted;
}

// The rounding as a flow: a unit on a cell rounds it up. Rows and columns have what is left of
// their margins after rounding down; an augmenting path goes from such a row to such a column.
class RoundingFlow {
 public:
  RoundingFlow(std::vector<double> fitted, const Margins& margins)
      : fitted_(std::move(fitted)),
        columns_(margins.columns.size()),
        row_left_(margins.rows.begin(), margins.rows.end()),
        column_left_(margins.columns.begin(), margins.columns.end()),
        counts_(fitted_.size()),
        raised_(fitted_.size(), false) {
    for (std::size_t cell = 0; cell < fitted_.size(); ++cell) {
      counts_[cell] = static_cast<std::int64_t>(std::floor(fitted_[cell] + kIntegral));
      row_left_[cell / columns_] -= counts_[cell];
      column_left_[cell % columns_] -= counts_[cell];
    }
  }

  // False where some row cannot be completed.
  bool Run() {
    RaiseLargestFractions();
    for (std::size_t row = 0; row < row_left_.size(); ++row) {
      while (row_left_[row] > 0) {
        std::vector<bool> seen(row_left_.size(), false);
        if (!Augment(row, seen)) return false;
        --row_left_[row];
      }
    }
    return std::ranges::all_of(row_left_, [](auto left) { return left == 0; }) &&
           std::ranges::all_of(column_left_, [](auto left) { return left == 0; });
  }

  std::vector<std::int64_t> Counts() const {
    std::vector<std::int64_t> counts = counts_;
    for (std::size_t cell = 0; cell < counts.size(); ++cell) counts[cell] += raised_[cell] ? 1 : 0;
    return counts;
  }

 private:
  double Fraction(std::size_t cell) const {
    return fitted_[cell] - static_cast<double>(counts_[cell]);
  }

  void RaiseLargestFractions() {
    std::vector<std::size_t> order(fitted_.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, [this](std::size_t a, std::size_t b) {
      return Fraction(a) != Fraction(b) ? Fraction(a) > Fraction(b) : a < b;
    });
    for (const std::size_t cell : order) {
      const std::size_t row = cell / columns_;
      const std::size_t column = cell % columns_;
      if (Fraction(cell) <= kIntegral) break;
      if (row_left_[row] <= 0 || column_left_[column] <= 0) continue;
      raised_[cell] = true;
      --row_left_[row];
      --column_left_[column];
    }
  }

  // Gives `row` one more unit, moving units of other rows where their columns are full.
  bool Augment(std::size_t row, std::vector<bool>& seen) {
    seen[row] = true;
    for (std::size_t column = 0; column < columns_; ++column) {
      const std::size_t cell = row * columns_ + column;
      if (raised_[cell] || fitted_[cell] <= 0 || column_left_[column] <= 0) continue;
      raised_[cell] = true;
      --column_left_[column];
      return true;
    }
    for (std::size_t column = 0; column < columns_; ++column) {
      const std::size_t cell = row * columns_ + column;
      if (raised_[cell] || fitted_[cell] <= 0) continue;
      for (std::size_t other = 0; other < row_left_.size(); ++other) {
        const std::size_t taken = other * columns_ + column;
        if (seen[other] || !raised_[taken]) continue;
        if (!Augment(other, seen)) continue;
        raised_[taken] = false;
        raised_[cell] = true;
        return true;
      }
    }
    return false;
  }

  std::vector<double> fitted_;
  std::size_t columns_;
  std::vector<std::int64_t> row_left_;
  std::vector<std::int64_t> column_left_;
  std::vector<std::int64_t> counts_;
  std::vector<bool> raised_;
};

}  // namespace

Result<std::vector<std::int64_t>> RoundToMargins(std::span<const double> prior,
                                                 const Margins& margins) {
  const auto sum = [](std::span<const std::int64_t> values) {
    return std::accumulate(values.begin(), values.end(), std::int64_t{0});
  };
  if (prior.size() != margins.rows.size() * margins.columns.size() ||
      sum(margins.rows) != sum(margins.columns)) {
    return Fail(ErrorCode::kInternal, "the margins of a table do not fit each other", "demo");
  }
  RoundingFlow flow(Fit(prior, margins), margins);
  if (!flow.Run()) {
    return Fail(ErrorCode::kInternal, "no integers fit the margins of a table", "demo");
  }
  return flow.Counts();
}

}  // namespace thb
