#include "demo/internal/program.h"

#include <coin/Cbc_C_Interface.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <utility>

#include "base/text.h"

namespace thb {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::max();
// A limit in seconds would make the result depend on the machine.
constexpr const char* kMaxNodes = "20000";
constexpr const char* kRelativeGap = "0.10";

using Model = std::unique_ptr<Cbc_Model, decltype(&Cbc_deleteModel)>;

// A count lies `rise` above or `fall` below its rounded prior; both are columns, which makes the
// absolute distance linear. Going towards the prior's fraction costs less than going away from it.
struct Column {
  double upper;
  double cost;
};

double Base(double prior) {
  return std::round(prior);
}

Column RiseOf(double prior) {
  if (prior <= 0) return {0, 0};
  const double toward = std::max(0.0, prior - Base(prior));
  return {kInfinity, (1 - 2 * toward) / std::sqrt(prior + 1)};
}

Column FallOf(double prior) {
  if (prior <= 0) return {0, 0};
  const double toward = std::max(0.0, Base(prior) - prior);
  return {Base(prior), (1 - 2 * toward) / std::sqrt(prior + 1)};
}

// Column 2v is the rise of variable v, column 2v + 1 its fall; a row is divided by its largest
// coefficient.
template <typename Constraints>
Model MakeModel(const std::vector<double>& priors, const Constraints& constraints, bool integral,
                bool with_cost) {
  std::vector<std::vector<std::pair<int, double>>> entries(priors.size());
  std::vector<double> row_lower;
  std::vector<double> row_upper;
  for (const auto* constraint : constraints) {
    double largest = 1;
    double at_base = 0;
    for (const Term& term : constraint->terms) {
      largest = std::max(largest, std::abs(term.coefficient));
      at_base += term.coefficient * Base(priors[term.variable]);
    }
    const int row = static_cast<int>(row_lower.size());
    for (const Term& term : constraint->terms) {
      entries[term.variable].emplace_back(row, term.coefficient / largest);
    }
    const bool below = constraint->lower > -kInfinity;
    const bool above = constraint->upper < kInfinity;
    row_lower.push_back(below ? (constraint->lower - at_base) / largest : -kInfinity);
    row_upper.push_back(above ? (constraint->upper - at_base) / largest : kInfinity);
  }
  std::vector<CoinBigIndex> start{0};
  std::vector<int> index;
  std::vector<double> value;
  std::vector<double> upper;
  std::vector<double> cost;
  for (std::size_t variable = 0; variable < priors.size(); ++variable) {
    for (const double sign : {1.0, -1.0}) {
      for (const auto& [row, coefficient] : entries[variable]) {
        index.push_back(row);
        value.push_back(sign * coefficient);
      }
      start.push_back(static_cast<CoinBigIndex>(index.size()));
      const Column column = sign > 0 ? RiseOf(priors[variable]) : FallOf(priors[variable]);
      upper.push_back(column.upper);
      cost.push_back(with_cost ? column.cost : 0);
    }
  }
  Model model(Cbc_newModel(), &Cbc_deleteModel);
  Cbc_setLogLevel(model.get(), 0);
  const int columns = static_cast<int>(cost.size());
  const std::vector<double> zero(cost.size(), 0.0);
  Cbc_loadProblem(model.get(), columns, static_cast<int>(row_lower.size()), start.data(),
                  index.data(), value.data(), zero.data(), upper.data(), cost.data(),
                  row_lower.data(), row_upper.data());
  for (int column = 0; integral && column < columns; ++column) {
    Cbc_setInteger(model.get(), column);
  }
  Cbc_setParameter(model.get(), "maxNodes", kMaxNodes);
  Cbc_setParameter(model.get(), "ratioGap", kRelativeGap);
  return model;
}

}  // namespace

std::size_t Program::AddCount(double prior) {
  priors_.push_back(prior);
  return priors_.size() - 1;
}

void Program::Require(std::string claim, std::vector<Term> terms, double lower, double upper) {
  constraints_.push_back({std::move(claim), std::move(terms), lower, upper});
}

void Program::RequireEqual(std::string claim, std::vector<Term> terms, double value) {
  Require(std::move(claim), std::move(terms), value, value);
}

void Program::RequireAtLeast(std::string claim, std::vector<Term> terms, double lower) {
  Require(std::move(claim), std::move(terms), lower, kInfinity);
}

std::vector<const Program::Constraint*> Program::Without(
    const std::vector<std::string>& dropped) const {
  std::vector<const Constraint*> kept;
  for (const Constraint& constraint : constraints_) {
    if (std::ranges::find(dropped, constraint.claim) == dropped.end()) kept.push_back(&constraint);
  }
  return kept;
}

Program::Feasibility Program::Test(const std::vector<std::string>& dropped, bool integral) const {
  const Model model = MakeModel(priors_, Without(dropped), integral, false);
  Cbc_solve(model.get());
  if (Cbc_isProvenInfeasible(model.get()) != 0) return Feasibility::kInfeasible;
  return Cbc_isProvenOptimal(model.get()) != 0 ? Feasibility::kFeasible : Feasibility::kUnknown;
}

// A deletion filter (Chinneck and Dravnieks 1991): a claim without which the rest still cannot hold
// is no part of the conflict that is named. Later claims go first, so that of several conflicts the
// one of the earliest claims is named.
Error Program::NameConflict(bool integral) const {
  std::vector<std::string> claims;
  for (const Constraint& constraint : constraints_) {
    const bool known = std::ranges::find(claims, constraint.claim) != claims.end();
    if (!constraint.claim.empty() && !known) claims.push_back(constraint.claim);
  }
  std::vector<std::string> dropped;
  std::vector<std::string> conflict;
  for (auto claim = claims.rbegin(); claim != claims.rend(); ++claim) {
    dropped.push_back(*claim);
    if (Test(dropped, integral) == Feasibility::kInfeasible) continue;
    dropped.pop_back();
    conflict.insert(conflict.begin(), *claim);
  }
  return Error{ErrorCode::kConflict,
               "these published figures cannot all be true: " + Join(conflict, ", "),
               "rules/demo_targets.csv", "correct or remove one of them"};
}

Result<std::vector<std::int64_t>> Program::Solve() const {
  if (Test({}, false) == Feasibility::kInfeasible) {
    return tl::make_unexpected(NameConflict(false));
  }
  const Model model = MakeModel(priors_, Without({}), true, true);
  Cbc_solve(model.get());
  if (Cbc_isProvenInfeasible(model.get()) != 0) return tl::make_unexpected(NameConflict(true));
  const double* best = Cbc_bestSolution(model.get());
  if (best == nullptr) {
    return Fail(ErrorCode::kInternal, "the solver found no integers within its node limit", "demo",
                "use another seed");
  }
  std::vector<std::int64_t> counts(priors_.size());
  for (std::size_t variable = 0; variable < priors_.size(); ++variable) {
    counts[variable] =
        std::llround(Base(priors_[variable]) + best[2 * variable] - best[2 * variable + 1]);
  }
  TRY(Verify(counts));
  return counts;
}

Result<void> Program::Verify(const std::vector<std::int64_t>& counts) const {
  for (const Constraint& constraint : constraints_) {
    double sum = 0;
    for (const Term& term : constraint.terms) {
      sum += term.coefficient * static_cast<double>(counts[term.variable]);
    }
    if (sum < constraint.lower || sum > constraint.upper) {
      return Fail(ErrorCode::kInternal,
                  "the solver's integers miss " +
                      (constraint.claim.empty() ? "a margin" : constraint.claim),
                  "demo", "report this with the seed");
    }
  }
  const bool negative = std::ranges::any_of(counts, [](auto count) { return count < 0; });
  if (negative) return Fail(ErrorCode::kInternal, "the solver's integers are negative", "demo");
  return {};
}

}  // namespace thb
