#include "hidden/internal/existence.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <vector>

#include "hidden/internal/transform.h"

namespace thb {
namespace {

// Coefficients are small whole numbers, so what elimination leaves below this is rounding.
constexpr double kZero = 1e-9;
constexpr int kMaxPivots = 100'000;  // Bland's rule ends by itself; rounding might not let it

using Row = std::vector<double>;

// What the model leaves of the table once terms without anybody are dropped.
struct Remaining {
  std::vector<char> cell;         // by cell: takes part
  std::vector<char> term;         // by cell: is a term with a finite parameter, the empty set too
  std::vector<ListMask> unknown;  // the empty set, then the terms whose own cell is empty
  std::size_t cells = 0;          // without the empty set
  std::size_t terms = 0;          // with it
};

Remaining Remain(std::size_t lists, std::span<const double> counts, std::span<const double> margins,
                 std::span<const ListMask> terms) {
  const std::size_t size = counts.size();
  Remaining r;
  r.term.assign(size, 0);
  std::vector<double> keeps(size, 1.0);
  const auto add = [&](ListMask term) {
    if (margins[term] > 0) {
      r.term[term] = 1;
      ++r.terms;
      if (counts[term] <= 0) r.unknown.push_back(term);
    } else {
      keeps[term] = 0;
    }
  };
  r.term[0] = 1;
  r.terms = 1;
  r.unknown.push_back(0);
  for (std::size_t i = 0; i < lists; ++i) add(ListMask{1} << i);
  for (const ListMask term : terms) add(term);
  SubsetProduct(keeps.data(), lists);
  r.cell.assign(size, 0);
  for (std::size_t w = 1; w < size; ++w) {
    if (keeps[w] <= 0) continue;
    r.cell[w] = 1;
    ++r.cells;
  }
  return r;
}

// By unknown and cell: how the direction's value at the cell depends on that unknown.
std::vector<Row> Dependence(std::size_t lists, const Remaining& r) {
  std::vector<Row> by_unknown;
  for (const ListMask unknown : r.unknown) {
    Row row(r.term.size(), 0.0);
    for (std::size_t s = 0; s < row.size(); ++s) {
      if (r.term[s] == 0 || (s & unknown) != unknown) continue;
      row[s] = std::popcount(s ^ unknown) % 2 == 0 ? 1 : -1;
    }
    SubsetSum(row.data(), lists);
    by_unknown.push_back(std::move(row));
  }
  return by_unknown;
}

// Eliminates the equations row . u = 0 from the rows of `others`: what is left of them is in terms
// of the unknowns that stay free, the result.
std::size_t Eliminate(std::vector<Row>& equations, std::vector<Row>& others, std::size_t unknowns) {
  std::vector<char> pivoted(unknowns, 0);
  std::size_t rank = 0;
  for (std::size_t e = 0; e < equations.size() && rank < unknowns; ++e) {
    const Row equation = equations[e];
    std::size_t pivot = unknowns;
    for (std::size_t j = 0; j < unknowns; ++j) {
      if (pivoted[j] == 0 && std::abs(equation[j]) > kZero &&
          (pivot == unknowns || std::abs(equation[j]) > std::abs(equation[pivot]))) {
        pivot = j;
      }
    }
    if (pivot == unknowns) continue;
    pivoted[pivot] = 1;
    ++rank;
    const auto reduce = [&](Row& row) {
      const double factor = row[pivot] / equation[pivot];
      if (factor == 0) return;
      for (std::size_t j = 0; j < unknowns; ++j) row[j] -= factor * equation[j];
      row[pivot] = 0;
    };
    for (std::size_t k = e + 1; k < equations.size(); ++k) reduce(equations[k]);
    for (Row& row : others) reduce(row);
  }
  for (Row& row : others) {
    std::size_t to = 0;
    for (std::size_t j = 0; j < unknowns; ++j) {
      if (pivoted[j] == 0) row[to++] = std::abs(row[j]) > kZero ? row[j] : 0;
    }
    row.resize(to);
  }
  return unknowns - rank;
}

// A phase-one tableau: rows of  sum_i (1 + m_i) b_i = 0, m >= 0, one for each free unknown.
class Tableau {
 public:
  Tableau(const std::vector<Row>& rows, std::size_t free)
      : columns_(rows.size() + 1),
        a_(free, Row(rows.size() + 1, 0.0)),
        cost_(rows.size() + 1, 0.0) {
    for (std::size_t r = 0; r < free; ++r) {
      double right = 0;
      for (std::size_t i = 0; i < rows.size(); ++i) {
        a_[r][i] = rows[i][r];
        right -= rows[i][r];
      }
      a_[r].back() = right;
      if (right < 0) {
        for (double& value : a_[r]) value = -value;
      }
      for (std::size_t c = 0; c < columns_; ++c) cost_[c] -= a_[r][c];
      basis_.push_back(columns_ + r);  // an artificial variable
    }
  }

  // Whether the artificial variables can all be 0.
  bool Feasible() {
    for (int pivots = 0; -cost_.back() > kZero; ++pivots) {
      std::size_t enter = columns_ - 1;
      for (std::size_t c = columns_ - 1; c-- > 0;) {
        if (cost_[c] < -kZero) enter = c;
      }
      if (enter == columns_ - 1 || pivots == kMaxPivots) return false;
      const std::size_t leave = Leaving(enter);
      if (leave == a_.size()) return false;
      Pivot(leave, enter);
    }
    return true;
  }

 private:
  std::size_t Leaving(std::size_t enter) const {
    std::size_t leave = a_.size();
    for (std::size_t r = 0; r < a_.size(); ++r) {
      if (a_[r][enter] <= kZero) continue;
      if (leave == a_.size()) {
        leave = r;
        continue;
      }
      const double ratio = a_[r].back() / a_[r][enter];
      const double best = a_[leave].back() / a_[leave][enter];
      if (ratio < best - kZero || (ratio <= best + kZero && basis_[r] < basis_[leave])) leave = r;
    }
    return leave;
  }

  void Pivot(std::size_t row, std::size_t column) {
    const double pivot = a_[row][column];
    for (double& value : a_[row]) value /= pivot;
    const auto reduce = [&](Row& other) {
      const double factor = other[column];
      if (factor == 0) return;
      for (std::size_t c = 0; c < columns_; ++c) other[c] -= factor * a_[row][c];
      other[column] = 0;
    };
    for (std::size_t r = 0; r < a_.size(); ++r) {
      if (r != row) reduce(a_[r]);
    }
    reduce(cost_);
    basis_[row] = column;
  }

  std::size_t columns_;
  std::vector<Row> a_;
  Row cost_;
  std::vector<std::size_t> basis_;
};

// Whether no u has row . u <= 0 for all rows and < 0 for one (then positive weights of the rows sum
// to 0: Stiemke).
bool NoDescent(std::vector<Row> rows, std::size_t free) {
  std::erase_if(rows, [](const Row& row) {
    return std::all_of(row.begin(), row.end(), [](double x) { return x == 0; });
  });
  std::sort(rows.begin(), rows.end());
  rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
  if (rows.empty()) return true;
  if (free == 1) return rows.front()[0] < 0 && rows.back()[0] > 0;
  return Tableau(rows, free).Feasible();
}

bool Exists(std::size_t lists, std::span<const double> counts, const Remaining& r) {
  const std::vector<Row> dependence = Dependence(lists, r);
  const std::size_t unknowns = r.unknown.size();
  std::vector<Row> equations;
  std::vector<Row> others;
  for (std::size_t w = 1; w < counts.size(); ++w) {
    if (r.cell[w] == 0 || r.term[w] != 0) continue;
    Row row(unknowns);
    for (std::size_t j = 0; j < unknowns; ++j) row[j] = dependence[j][w];
    // One unknown, and a cell with persons that depends on it: nothing is left to move.
    if (unknowns == 1 && counts[w] > 0 && row[0] != 0) return true;
    (counts[w] > 0 ? equations : others).push_back(std::move(row));
  }
  for (std::size_t j = 1; j < unknowns; ++j) {
    Row row(unknowns, 0.0);
    row[j] = 1;
    others.push_back(std::move(row));
  }
  const std::size_t free = Eliminate(equations, others, unknowns);
  return free == 0 || NoDescent(std::move(others), free);
}

}  // namespace

Admissibility CheckExistence(std::size_t lists, std::span<const double> counts,
                             std::span<const double> margins, std::span<const ListMask> terms) {
  const Remaining r = Remain(lists, counts, margins, terms);
  const int rank_fails = r.cells < r.terms ? 2 : 0;
  const int none = Exists(lists, counts, r) ? 0 : 1;
  return static_cast<Admissibility>(rank_fails + none);
}

}  // namespace thb
