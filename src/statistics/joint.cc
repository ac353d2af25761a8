#include "statistics/joint.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <coin/ClpSimplex.hpp>
#include <coin/CoinError.hpp>
#include <coin/CoinPackedMatrix.hpp>
#include <limits>
#include <map>
#include <numeric>
#include <optional>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "statistics/internal/printed.h"

namespace thb {
namespace {

constexpr std::array<std::string_view, 4> kAxes = {"sex", "age", "citizen", "exploitation"};
constexpr std::string_view kUnknown = "UNK";
constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kPercent = 100;
constexpr double kMaxPercent = 1000;   // beyond it a claim says no more than at it
constexpr double kMaxCount = 1e12;     // a double still tells persons apart
constexpr int kMaxStrictDecimals = 3;  // beyond it, gaps are below the solver's tolerance
constexpr std::size_t kMaxCells = 50'000;
constexpr std::size_t kMaxNonZeros = 20'000'000;
constexpr int kMaxIterations = 1'000'000;

// Limits of a printed number; a strict one is kept by `gap` persons. In whole persons, being under
// (p + 0.5) percent means being under it by at least 1/200 person (by less where p has decimals).
struct Bounds {
  double lower = -kInfinity;
  double upper = kInfinity;
  double lower_gap = 0;
  double upper_gap = 0;
};

// One claim as a statement on a table: a count of `part`, or `part` as a share of `whole`.
struct Statement {
  std::string id;
  std::string population;
  std::string geo;
  std::string place;
  bool is_count = false;
  Where part;
  Where whole;
  std::string known;  // the axis whose unknown is left out of the whole; "" none
  Bounds bounds;      // persons of a count, fractions of a share
};

Bounds BoundsOf(const Printed& printed, const std::string& op, bool whole_persons) {
  const double step = std::pow(10.0, -printed.decimals);
  const bool strict = whole_persons && printed.kind == Printed::Kind::kNumber &&
                      printed.decimals <= kMaxStrictDecimals;
  const double gap = strict ? step / (2 * kPercent) : 0;
  const double p = printed.number;
  if (op == "lt") return {-kInfinity, p, 0, gap};
  if (op == "gt") return {p, kInfinity, gap, 0};
  if (op == "almost") return {p - kAlmostPoints, p, 0, gap};
  return {p - step / 2, p + step / 2, 0, gap};
}

bool IsAxis(std::string_view dimension) {
  return std::find(kAxes.begin(), kAxes.end(), dimension) != kAxes.end();
}

bool OnAxes(const Where& where) {
  return std::all_of(where.begin(), where.end(),
                     [](const auto& filter) { return IsAxis(filter.first); });
}

Result<void> CheckCodes(const Where& where, const Codes& codes, const std::string& place) {
  for (const auto& [axis, members] : where) {
    for (const std::string& code : members) TRY(codes.Find(axis)->Check(code, place));
  }
  return {};
}

// The claim's value as bounds, or nothing where it states none that a table can hold.
std::optional<Bounds> ReadBounds(const Claim& claim, bool is_count) {
  const std::string unit = UnitOf(claim);
  if (!unit.empty() && unit != (is_count ? "NR" : "PC")) return std::nullopt;
  Printed printed = ReadPrinted(claim);
  const bool number = printed.kind == Printed::Kind::kNumber ||
                      (printed.kind == Printed::Kind::kFraction && !is_count);
  const std::string op = OperatorOf(claim, printed);
  const bool compares = op.empty() || op == "eq" || op == "lt" || op == "gt" || op == "almost";
  if (!number || !compares) return std::nullopt;
  if (is_count && std::abs(printed.number) > kMaxCount) return std::nullopt;
  if (!is_count) printed.number = std::clamp(printed.number, -kMaxPercent, kMaxPercent);
  // Imputed cells need not be whole, so nothing is known about gaps.
  Bounds bounds = BoundsOf(printed, op, claim.impute.empty());
  if (is_count) return bounds;
  bounds.lower /= kPercent;
  bounds.upper /= kPercent;
  return bounds;
}

std::string PopulationName(const Indicator& indicator, const Claim& claim, const std::string& geo,
                           const Period& period) {
  const bool is_count = indicator.kind == IndicatorKind::kCount;
  std::string name = indicator.id.substr(0, indicator.id.find(is_count ? ".count" : ".share."));
  name += " " + geo + " " + period.ToString();
  if (!claim.as_of.empty()) name += " as of " + claim.as_of;
  if (!claim.impute.empty()) name += " imputed by " + claim.impute;
  return name;
}

// The claim as a statement, or nothing where it takes no part.
Result<std::optional<Statement>> ReadStatement(const Claim& claim, const Indicators& indicators,
                                               const Codes& codes) {
  const Indicator* indicator = indicators.Find(claim.indicator);
  if (indicator == nullptr) return std::nullopt;
  Statement statement;
  statement.is_count = indicator->kind == IndicatorKind::kCount;
  if (!statement.is_count && indicator->kind != IndicatorKind::kShare) return std::nullopt;
  const auto bounds = ReadBounds(claim, statement.is_count);
  if (!bounds || !OnAxes(indicator->numerator)) return std::nullopt;
  const auto at_claim = [&](Error error) {
    error.place = claim.place;
    return error;
  };
  statement.whole = TRY(ParseWhere(claim.where).map_error(at_claim));
  if (!OnAxes(statement.whole)) return std::nullopt;
  TRY(CheckCodes(statement.whole, codes, claim.place));
  const Period period = TRY(ParsePeriod(claim.period).map_error(at_claim));
  const std::string rule =
      claim.denominator.empty() ? indicator->denominator_rule : claim.denominator;
  if (!rule.empty() && rule != "all" && rule != "known") {
    return Fail(ErrorCode::kUsage, "no denominator rule " + rule, claim.place,
                "choose all or known");
  }
  statement.id = claim.id;
  statement.place = claim.place;
  statement.geo = claim.geo.empty() ? IndicatorQuery{}.geo : claim.geo;
  TRY(codes.Find("geo")->Check(statement.geo, claim.place));
  statement.population = PopulationName(*indicator, claim, statement.geo, period);
  statement.bounds = *bounds;
  statement.part = statement.whole;
  for (const auto& [axis, members] : indicator->numerator) {
    statement.part[axis] = members;
    if (rule == "known") statement.known = axis;
  }
  return statement;
}

// Statements by population, in the order in which the claims first name them.
Result<std::vector<std::vector<Statement>>> ReadPopulations(const std::vector<Claim>& claims,
                                                            const Indicators& indicators,
                                                            const Codes& codes) {
  std::vector<std::vector<Statement>> populations;
  std::map<std::string, std::size_t> index;
  for (const Claim& claim : claims) {
    auto statement = TRY(ReadStatement(claim, indicators, codes));
    if (!statement) continue;
    const auto [found, is_new] = index.emplace(statement->population, populations.size());
    if (is_new) populations.emplace_back();
    populations[found->second].push_back(*std::move(statement));
  }
  return populations;
}

// One axis of the table. Codes that no filter tells apart share a category, so the table is as
// small as the claims allow.
class Axis {
 public:
  Axis(std::string_view id, const Codes& codes, const std::string& geo)
      : id_(id), codes_(&codes), geo_(geo) {}

  void AddGroup(const std::vector<std::string>& group) {
    if (std::find(groups_.begin(), groups_.end(), group) == groups_.end()) groups_.push_back(group);
  }

  void MakeCategories() {
    for (const Atom& atom : Atoms()) {
      std::vector<bool> category;
      for (const auto& group : groups_) category.push_back(Within(atom, group));
      if (std::find(categories_.begin(), categories_.end(), category) == categories_.end()) {
        categories_.push_back(std::move(category));
      }
    }
  }

  std::size_t size() const { return categories_.size(); }
  bool Has(const std::vector<std::string>& group, std::size_t category) const {
    const auto found = std::find(groups_.begin(), groups_.end(), group);
    return categories_[category][static_cast<std::size_t>(found - groups_.begin())];
  }

 private:
  // A leaf of the code list; a citizenship as seen from a reporting state ("" any other one).
  struct Atom {
    std::string code;
    std::string reporting;
  };

  std::vector<Atom> Atoms() const {
    const CodeList& list = *codes_->Find(id_);
    const bool aggregate = codes_->IsAggregate(geo_);
    std::vector<Atom> atoms;
    for (const std::string& leaf : list.Leaves(list.Total())) {
      // In one state, NAT and its own citizenship are the same.
      const bool own = id_ == "citizen" && leaf == "NAT" && !aggregate && list.Find(geo_);
      atoms.push_back({own ? geo_ : leaf, aggregate ? "" : geo_});
    }
    if (id_ != "citizen") return atoms;
    if (aggregate) AddOutsideNationals(atoms);
    for (const auto& group : groups_) {
      for (const std::string& code : group) AddCountry(code, aggregate, atoms);
    }
    return atoms;
  }

  // Own nationals of the Union's states are EU citizens, those of the other members are not.
  void AddOutsideNationals(std::vector<Atom>& atoms) const {
    for (const std::string& member : codes_->Members(geo_)) {
      if (codes_->IsMember("EU27_2020", member)) continue;
      atoms.push_back({"NAT", member});
      return;
    }
  }

  // A country that a claim names: its citizens at home and in the other states.
  void AddCountry(const std::string& code, bool aggregate, std::vector<Atom>& atoms) const {
    const Code* entry = codes_->Find(id_)->Find(code);
    if (entry->kind != "country") return;
    if (!aggregate && code != geo_) atoms.push_back({code, geo_});
    if (aggregate) atoms.push_back({code, ""});
    if (aggregate && codes_->IsMember(geo_, code)) atoms.push_back({code, code});
  }

  bool Within(const Atom& atom, const std::vector<std::string>& group) const {
    return std::any_of(group.begin(), group.end(), [&](const std::string& code) {
      if (id_ == "citizen") return codes_->CitizenIn(atom.code, code, atom.reporting);
      const auto leaves = codes_->Find(id_)->Leaves(code);
      return std::find(leaves.begin(), leaves.end(), atom.code) != leaves.end();
    });
  }

  std::string id_;
  const Codes* codes_;
  std::string geo_;
  std::vector<std::vector<std::string>> groups_;
  std::vector<std::vector<bool>> categories_;  // per category, which groups it lies in
};

// A linear row over the cells.
struct Row {
  std::size_t statement = 0;
  double lower = -kInfinity;
  double upper = kInfinity;
};

// The tables of one population as the cells of a linear programme, two or three rows per statement.
class Programme {
 public:
  // `asked`: a filter that Maximum will be asked for.
  static Result<Programme> Make(const std::vector<Statement>& statements, const Where& asked,
                                const Codes& codes) {
    Programme programme;
    for (const std::string_view id : kAxes) {
      programme.axes_.emplace_back(id, codes, statements.front().geo);
    }
    programme.AddGroups(asked);
    for (const Statement& statement : statements) {
      programme.AddGroups(statement.part);
      programme.AddGroups(statement.whole);
      if (!statement.known.empty()) programme.AddGroups(UnknownOn(statement.known));
    }
    for (Axis& axis : programme.axes_) {
      axis.MakeCategories();
      programme.cells_ *= axis.size();
    }
    if (programme.cells_ > kMaxCells || programme.cells_ * statements.size() > kMaxNonZeros) {
      return Fail(ErrorCode::kLimit,
                  "the claims cut " + statements.front().population + " into " +
                      std::to_string(programme.cells_) + " cells, too many to test together",
                  statements.front().place, "split the file");
    }
    for (std::size_t i = 0; i < statements.size(); ++i) programme.AddStatement(i, statements[i]);
    return programme;
  }

  // Whether a table exists for which these statements are true.
  Result<bool> Feasible(const std::vector<std::size_t>& statements) const {
    return TRY(Solve(statements, {})).has_value();
  }

  // The most of `where` for which all statements are true; infinite where nothing bounds it;
  // nothing where they contradict each other.
  Result<std::optional<double>> Maximum(const std::vector<std::size_t>& statements,
                                        const Where& where) const {
    std::vector<double> objective(cells_);
    const auto in = CellsOf(where);
    for (std::size_t cell = 0; cell < cells_; ++cell) objective[cell] = in[cell] ? 1 : 0;
    return Solve(statements, objective);
  }

 private:
  static Where UnknownOn(const std::string& axis) { return {{axis, {std::string(kUnknown)}}}; }

  void AddGroups(const Where& where) {
    for (std::size_t a = 0; a < kAxes.size(); ++a) {
      const auto filter = where.find(std::string(kAxes[a]));
      if (filter != where.end()) axes_[a].AddGroup(filter->second);
    }
  }

  std::vector<bool> CellsOf(const Where& where) const {
    std::vector<bool> in(cells_, true);
    for (std::size_t cell = 0; cell < cells_; ++cell) {
      std::size_t rest = cell;
      for (std::size_t a = 0; a < kAxes.size(); ++a) {
        const std::size_t category = rest % axes_[a].size();
        rest /= axes_[a].size();
        const auto filter = where.find(std::string(kAxes[a]));
        if (filter != where.end() && !axes_[a].Has(filter->second, category)) in[cell] = false;
      }
    }
    return in;
  }

  // Adds the row: sum of `part` less `fraction` times the sum of `whole`, within [lower, upper].
  void AddRow(const Row& row, const std::vector<bool>& part, double fraction,
              const std::vector<bool>& whole) {
    const int row_index = static_cast<int>(rows_.size());
    rows_.push_back(row);
    for (std::size_t cell = 0; cell < cells_; ++cell) {
      const double value = (part[cell] ? 1.0 : 0.0) - (whole[cell] ? fraction : 0.0);
      if (value == 0) continue;
      row_indices_.push_back(row_index);
      column_indices_.push_back(static_cast<int>(cell));
      values_.push_back(value);
    }
  }

  void AddStatement(std::size_t index, const Statement& statement) {
    const Bounds& bounds = statement.bounds;
    const auto part = CellsOf(statement.part);
    if (statement.is_count) {
      AddRow({index, bounds.lower + bounds.lower_gap, bounds.upper - bounds.upper_gap}, part, 0,
             part);
      return;
    }
    auto whole = CellsOf(statement.whole);
    if (!statement.known.empty()) {
      const auto unknown = CellsOf(UnknownOn(statement.known));
      for (std::size_t cell = 0; cell < cells_; ++cell) whole[cell] = whole[cell] && !unknown[cell];
    }
    if (bounds.lower > -kInfinity) {
      AddRow({index, bounds.lower_gap, kInfinity}, part, bounds.lower, whole);
    }
    if (bounds.upper < kInfinity) {
      AddRow({index, -kInfinity, -bounds.upper_gap}, part, bounds.upper, whole);
    }
    // Nobody has no shares: at least one person.
    AddRow({index, 1, kInfinity}, whole, 0, whole);
  }

  // The largest value of the objective under the rows of these statements (0 where it is empty);
  // nothing where there is no solution.
  Result<std::optional<double>> Solve(const std::vector<std::size_t>& statements,
                                      const std::vector<double>& objective) const {
    std::vector<double> lower(rows_.size(), -kInfinity);
    std::vector<double> upper(rows_.size(), kInfinity);
    for (std::size_t row = 0; row < rows_.size(); ++row) {
      if (!std::binary_search(statements.begin(), statements.end(), rows_[row].statement)) continue;
      lower[row] = rows_[row].lower;
      upper[row] = rows_[row].upper;
    }
    try {
      CoinPackedMatrix matrix(false, row_indices_.data(), column_indices_.data(), values_.data(),
                              static_cast<CoinBigIndex>(values_.size()));
      matrix.setDimensions(static_cast<int>(rows_.size()), static_cast<int>(cells_));
      ClpSimplex model;
      model.setLogLevel(0);
      model.setMaximumIterations(kMaxIterations);
      // Without column bounds Clp takes every cell as not negative.
      model.loadProblem(matrix, nullptr, nullptr, objective.empty() ? nullptr : objective.data(),
                        lower.data(), upper.data());
      model.setOptimizationDirection(-1);
      objective.empty() ? model.dual() : model.primal();
      if (model.isProvenPrimalInfeasible()) return std::nullopt;
      if (model.isProvenOptimal()) return model.objectiveValue();
      if (model.isProvenDualInfeasible()) return kInfinity;
    } catch (const CoinError& error) {
      return Fail(ErrorCode::kInternal, "Clp failed: " + error.message());
    }
    return Fail(ErrorCode::kLimit, "Clp reached no answer on the claims of one population", {},
                "split the file");
  }

  std::vector<Axis> axes_;
  std::size_t cells_ = 1;
  std::vector<Row> rows_;
  std::vector<int> row_indices_;
  std::vector<int> column_indices_;
  std::vector<double> values_;
};

std::vector<std::size_t> AllOf(const std::vector<Statement>& statements) {
  std::vector<std::size_t> all(statements.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  return all;
}

// An irreducible subset of an infeasible set. Blocks are left out from the end, ever smaller ones;
// the last round goes claim by claim, so that no claim is left that could be.
Result<std::vector<std::size_t>> Reduce(const Programme& programme, std::vector<std::size_t> set) {
  for (std::size_t block = (set.size() + 1) / 2; block > 0; block = block == 1 ? 0 : block / 2) {
    for (std::size_t end = set.size(); end > 0;) {
      const std::size_t begin = end > block ? end - block : 0;
      std::vector<std::size_t> rest(set.begin(), set.begin() + static_cast<std::ptrdiff_t>(begin));
      rest.insert(rest.end(), set.begin() + static_cast<std::ptrdiff_t>(end), set.end());
      if (!TRY(programme.Feasible(rest))) set = std::move(rest);
      end = begin;
    }
  }
  return set;
}

}  // namespace

Result<std::vector<JointContradiction>> FindJointContradictions(const std::vector<Claim>& claims,
                                                                const Indicators& indicators,
                                                                const Codes& codes) {
  std::vector<JointContradiction> found;
  for (const auto& statements : TRY(ReadPopulations(claims, indicators, codes))) {
    const Programme programme = TRY(Programme::Make(statements, {}, codes));
    const auto all = AllOf(statements);
    if (TRY(programme.Feasible(all))) continue;
    JointContradiction& contradiction = found.emplace_back();
    contradiction.population = statements.front().population;
    for (const std::size_t i : TRY(Reduce(programme, all))) {
      contradiction.claims.push_back(statements[i].id);
    }
  }
  return found;
}

Result<double> MaximumOf(const Where& where, const std::vector<Claim>& claims,
                         const Indicators& indicators, const Codes& codes) {
  const auto populations = TRY(ReadPopulations(claims, indicators, codes));
  if (populations.size() != 1 || !OnAxes(where)) {
    return Fail(ErrorCode::kUsage, "a maximum is asked of one population and its four dimensions",
                FormatWhere(where), "give the claims of one population");
  }
  TRY(CheckCodes(where, codes, FormatWhere(where)));
  const auto& statements = populations.front();
  const Programme programme = TRY(Programme::Make(statements, where, codes));
  const auto maximum = TRY(programme.Maximum(AllOf(statements), where));
  if (!maximum) {
    return Fail(ErrorCode::kConflict, "the claims contradict each other",
                statements.front().population, "leave one of them out");
  }
  if (*maximum == kInfinity) {
    return Fail(ErrorCode::kUsage, "no count bounds " + FormatWhere(where),
                statements.front().population, "add a claim of its number");
  }
  return *maximum;
}

}  // namespace thb
