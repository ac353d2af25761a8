#include "demo/internal/targets.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "base/csv.h"
#include "base/text.h"

namespace thb {
namespace {

constexpr const char* kTargetsPlace = "rules/demo_targets.csv";
constexpr const char* kPatternsPlace = "rules/demo_patterns.csv";
constexpr int kRakingRounds = 400;
// Percentage points that raking keeps from the edges of a rounding interval of half a point.
constexpr double kInnerInterval = 0.3;
constexpr double kOwnNationals = 96.5;  // raking's aim for "all or almost all"
constexpr double kOwnLimit = 95;        // rule 23
constexpr double kNotOwnLimit = 90;     // the other states stay clear of the limit

bool IsNumeric(const std::string& kind) {
  static constexpr std::array kKinds = {"count", "atleast", "share",     "ratio", "change",
                                        "below", "carried", "reporters", "sum",   "soft"};
  return std::ranges::find(kKinds, kind) != kKinds.end();
}

bool IsKnownKind(const std::string& kind) {
  static constexpr std::array kKinds = {"between", "order", "within", "main",
                                        "second",  "own",   "only"};
  return IsNumeric(kind) || std::ranges::find(kKinds, kind) != kKinds.end();
}

bool NeedsMoreThanCells(const std::string& kind) {
  return kind == "order" || kind == "within" || kind == "reporters" || kind == "sum";
}

// The single year of a target.
std::optional<int> YearOf(const Target& target) {
  const auto times = target.numerator.find("time");
  if (times == target.numerator.end() || times->second.size() != 1) return std::nullopt;
  const auto year = ParseInt(times->second.front());
  if (!year) return std::nullopt;
  return static_cast<int>(*year);
}

Result<Target> ReadTarget(const std::vector<std::string>& fields, const std::string& place) {
  if (fields.size() != 9) return Fail(ErrorCode::kStructure, "a target has 9 fields", place);
  Target target;
  target.id = fields[0];
  target.population = fields[1];
  target.period = fields[2];
  target.numerator_text = fields[3];
  target.denominator_text = fields[4];
  target.kind = fields[5];
  target.value = fields[6];
  target.source = fields[7];
  target.statement = fields[8];
  if (!IsKnownKind(target.kind)) {
    return Fail(ErrorCode::kStructure, "no such kind of target: " + target.kind, place);
  }
  if (IsNumeric(target.kind) && !ParseDecimal(target.value)) {
    return Fail(ErrorCode::kBadValue, "not a number: " + target.value, place);
  }
  if (target.kind == "between" && target.Range().second <= 0) {
    return Fail(ErrorCode::kBadValue, "not two numbers: " + target.value, place);
  }
  target.numerator = TRY(ParseCellFilter(target.numerator_text, place));
  if (target.kind == "carried" && !YearOf(target)) {
    return Fail(ErrorCode::kStructure, "a carried count needs one year", place);
  }
  if (target.kind != "carried") {
    target.denominator = TRY(ParseCellFilter(target.denominator_text, place));
  }
  return target;
}

struct Interval {
  double lower;
  double upper;
};

// Shares in percent that print as the target says, or the part of them that raking aims at.
std::optional<Interval> PercentInterval(const Target& target, double half_width) {
  if (target.kind == "share" || target.kind == "soft") {
    return Interval{target.Number() - half_width, target.Number() + half_width};
  }
  if (target.kind == "below") return Interval{0, 0.8 * target.Number()};
  return std::nullopt;
}

void RakeShare(const PlacedTarget& placed, const Interval& interval) {
  const double part = placed.table->Sum(placed.numerator);
  const double whole = placed.whole_table->Sum(placed.denominator);
  if (part <= 0 || whole <= part) return;
  const double percent = 100 * part / whole;
  const double aim = std::clamp(percent, interval.lower, interval.upper) / 100;
  if (aim * 100 == percent) return;
  placed.table->Scale(placed.numerator, aim * (whole - part) / ((1 - aim) * part));
}

void RakeSum(const PlacedTarget& placed, double lower, double upper) {
  const double sum = placed.table->Sum(placed.numerator);
  if (sum > 0) placed.table->Scale(placed.numerator, std::clamp(sum, lower, upper) / sum);
}

std::vector<std::size_t> CellsOf(const Table& table, const CellFilter& filter,
                                 const std::string& dimension, std::vector<std::string> codes) {
  CellFilter narrowed = filter;
  narrowed[dimension] = std::move(codes);
  return table.Select(narrowed).value_or(std::vector<std::size_t>{});
}

void RakeOwn(const PlacedTarget& placed) {
  for (const std::string& geo : placed.target->Words()) {
    PlacedTarget state = placed;
    state.numerator = CellsOf(*placed.table, placed.target->numerator, "geo", {geo});
    state.denominator = CellsOf(*placed.whole_table, {}, "geo", {geo});
    RakeShare(state, {kOwnNationals, 100});
  }
}

// Replaces the cells of the late states by those of the year before, or by what is known of it.
void PlaceCarried(PlacedTarget& placed, const EarlierCounts& earlier) {
  const Table& table = *placed.table;
  const int before = YearOf(*placed.target).value_or(0) - 1;
  placed.carried_sum = placed.target->Number();
  placed.numerator.clear();
  const auto late = Split(placed.target->denominator_text, ' ');
  for (const std::string& geo : table.axis("geo").codes) {
    CellFilter filter = placed.target->numerator;
    filter["geo"] = {geo};
    if (std::ranges::find(late, geo) != late.end()) filter["time"] = {std::to_string(before)};
    if (const auto cells = table.Select(filter)) {
      placed.numerator.insert(placed.numerator.end(), cells->begin(), cells->end());
    } else if (const auto found = earlier.find({geo, before}); found != earlier.end()) {
      placed.carried_sum -= static_cast<double>(found->second);
    }
  }
}

// Only the year itself moves: the year before has figures of its own.
void RakeCarried(const PlacedTarget& placed) {
  const auto of_year = placed.table->Select(placed.target->numerator);
  std::vector<std::size_t> moving;
  std::ranges::copy_if(placed.numerator, std::back_inserter(moving), [&](std::size_t cell) {
    return std::ranges::find(*of_year, cell) != of_year->end();
  });
  const double fixed = placed.table->Sum(placed.numerator) - placed.table->Sum(moving);
  const double sum = placed.table->Sum(moving);
  if (sum > 0) placed.table->Scale(moving, (placed.carried_sum - fixed) / sum);
}

void RakeOne(const PlacedTarget& placed) {
  const Target& target = *placed.target;
  if (const auto interval = PercentInterval(target, kInnerInterval)) {
    RakeShare(placed, *interval);
  } else if (target.kind == "count") {
    RakeSum(placed, target.Number(), target.Number());
  } else if (target.kind == "between") {
    const auto [lower, upper] = target.Range();
    RakeSum(placed, lower, upper);
  } else if (target.kind == "own") {
    RakeOwn(placed);
  } else if (target.kind == "carried") {
    RakeCarried(placed);
  }
}

// part >= percent of whole, or part < percent of whole, in integers: half away from zero means that
// exactly p + 0.5 prints as p + 1.
void RequirePercent(const PlacedTarget& placed, double lower, double upper, Program& program) {
  std::vector<Term> at_least;
  AppendTerms(at_least, *placed.table, placed.numerator, 200);
  AppendTerms(at_least, *placed.whole_table, placed.denominator, -2 * lower);
  program.RequireAtLeast(placed.target->id, std::move(at_least), 0);
  std::vector<Term> below;
  AppendTerms(below, *placed.table, placed.numerator, -200);
  AppendTerms(below, *placed.whole_table, placed.denominator, 2 * upper);
  program.RequireAtLeast(placed.target->id, std::move(below), 1);
}

// left - right >= margin.
void RequireAhead(const std::string& claim, const Table& table,
                  const std::vector<std::size_t>& left, const std::vector<std::size_t>& right,
                  Program& program) {
  std::vector<Term> terms;
  AppendTerms(terms, table, left, 1);
  AppendTerms(terms, table, right, -1);
  program.RequireAtLeast(claim, std::move(terms), 1);
}

// A form is a state's main one where it is ahead of every other form, of all other forms together
// as Eurostat groups them, and of the unknown: however a reader ranks them, the list is the same.
void RequireMain(const PlacedTarget& placed, Program& program) {
  const Table& table = *placed.table;
  const auto listed = placed.target->Words();
  const auto others = ParseCellFilter("exploitation=ICCS02043_02044", kTargetsPlace);
  for (const std::string& geo : table.axis("geo").codes) {
    const auto form = CellsOf(table, placed.target->numerator, "geo", {geo});
    const CellFilter state = {{"geo", {geo}}};
    const auto sexual = CellsOf(table, state, "exploitation", {"ICCS02041"});
    if (std::ranges::find(listed, geo) == listed.end()) {
      RequireAhead(placed.target->id, table, sexual, form, program);
      continue;
    }
    const auto unknown = CellsOf(table, state, "exploitation", {"UNK"});
    const auto other = CellsOf(table, state, "exploitation", others->at("exploitation"));
    for (const auto* rival : {&sexual, &unknown, &other}) {
      RequireAhead(placed.target->id, table, form, *rival, program);
    }
  }
}

// Behind sexual exploitation, which is ahead of all other forms together, and ahead of the rest.
void RequireSecond(const PlacedTarget& placed, Program& program) {
  const Table& table = *placed.table;
  CellFilter state = placed.target->numerator;
  state.erase("exploitation");
  const auto others = ParseCellFilter("exploitation=ICCS02043_02044", kTargetsPlace);
  const auto sexual = CellsOf(table, state, "exploitation", {"ICCS02041"});
  const auto other = CellsOf(table, state, "exploitation", others->at("exploitation"));
  RequireAhead(placed.target->id, table, sexual, other, program);
  const auto& codes = placed.target->numerator.at("exploitation");
  for (const std::string& code : FormCodes()) {
    if (code == "ICCS02041" || std::ranges::find(codes, code) != codes.end()) continue;
    RequireAhead(placed.target->id, table, placed.numerator,
                 CellsOf(table, state, "exploitation", {code}), program);
  }
}

void RequireOwn(const PlacedTarget& placed, Program& program) {
  const auto listed = placed.target->Words();
  for (const std::string& geo : placed.table->axis("geo").codes) {
    const bool own = std::ranges::find(listed, geo) != listed.end();
    const double sign = own ? 1 : -1;
    std::vector<Term> terms;
    AppendTerms(terms, *placed.table,
                CellsOf(*placed.table, placed.target->numerator, "geo", {geo}), sign * 100);
    AppendTerms(terms, *placed.whole_table, CellsOf(*placed.whole_table, {}, "geo", {geo}),
                -sign * (own ? kOwnLimit : kNotOwnLimit));
    program.RequireAtLeast(placed.target->id, std::move(terms), 0);
  }
}

void RequireOnly(const PlacedTarget& placed, Program& program) {
  const auto listed = placed.target->Words();
  for (const std::string& geo : placed.table->axis("geo").codes) {
    std::vector<Term> terms;
    AppendTerms(terms, *placed.table,
                CellsOf(*placed.table, placed.target->numerator, "geo", {geo}), 1);
    if (std::ranges::find(listed, geo) != listed.end()) {
      program.RequireAtLeast(placed.target->id, std::move(terms), 1);
    } else {
      program.RequireEqual(placed.target->id, std::move(terms), 0);
    }
  }
}

}  // namespace

double Target::Number() const {
  return ParseDecimal(value).value_or(0);
}

std::pair<double, double> Target::Range() const {
  const auto words = Split(value, ' ');
  if (words.size() != 2) return {0, 0};
  return {ParseDecimal(words[0]).value_or(0), ParseDecimal(words[1]).value_or(0)};
}

std::vector<std::string> Target::Words() const {
  std::vector<std::string> words;
  for (const auto word : Split(value, kind == "order" ? '>' : ' ')) words.emplace_back(word);
  return words;
}

Result<std::vector<Target>> ReadTargets(std::string_view csv) {
  CsvReader reader(csv, kTargetsPlace);
  std::vector<std::string> fields;
  TRY(reader.Next(fields));  // the header
  std::vector<Target> targets;
  while (TRY(reader.Next(fields))) targets.push_back(TRY(ReadTarget(fields, reader.Place())));
  return targets;
}

Result<Patterns> Patterns::Read(std::string_view csv) {
  CsvReader reader(csv, kPatternsPlace);
  std::vector<std::string> fields;
  TRY(reader.Next(fields));  // the header
  Patterns patterns;
  while (TRY(reader.Next(fields))) {
    if (fields.size() != 5) {
      return Fail(ErrorCode::kStructure, "a pattern has 5 fields", reader.Place());
    }
    const auto value = ParseDecimal(fields[3]);
    if (!value || *value < 0) {
      return Fail(ErrorCode::kBadValue, "not a weight: " + fields[3], reader.Place());
    }
    Distribution& distribution = patterns.distributions_[{fields[0], fields[1]}];
    distribution.codes.push_back(fields[2]);
    distribution.weights.push_back(*value);
    patterns.all_.push_back({fields[0], fields[1], fields[2], *value, fields[4]});
    patterns.values_[fields[0] + "/" + fields[1] + "/" + fields[2]] = *value;
  }
  return patterns;
}

const Distribution& Patterns::Of(const std::string& geo, const std::string& measure) const {
  static const Distribution kNone;
  const auto found = distributions_.find({geo, measure});
  return found == distributions_.end() ? kNone : found->second;
}

double Patterns::Get(const std::string& geo, const std::string& measure, const std::string& code,
                     double missing) const {
  const auto found = values_.find(geo + "/" + measure + "/" + code);
  return found == values_.end() ? missing : found->second;
}

Result<std::vector<PlacedTarget>> PlaceTargets(const std::vector<const Target*>& targets,
                                               const std::vector<Table*>& tables,
                                               const EarlierCounts& earlier) {
  const auto find = [&tables](const CellFilter& filter) {
    const auto found = std::ranges::find_if(
        tables, [&](const Table* table) { return table->Select(filter).has_value(); });
    return found == tables.end() ? nullptr : *found;
  };
  const auto select = [](const Table& table, const CellFilter& filter) {
    return table.Select(filter).value_or(std::vector<std::size_t>{});
  };
  std::vector<PlacedTarget> placed;
  for (const Target* target : targets) {
    if (NeedsMoreThanCells(target->kind)) continue;
    CellFilter needed = target->numerator;
    const bool by_state = target->kind == "main" || target->kind == "own" || target->kind == "only";
    if (by_state) needed["geo"] = {MemberStates().front()};
    Table* table = find(needed);
    Table* whole_table = find(target->denominator);
    if (table == nullptr || whole_table == nullptr) {
      return Fail(ErrorCode::kStructure,
                  "no table has the dimensions and codes of target " + target->id, kTargetsPlace);
    }
    placed.push_back({target, table, whole_table, select(*table, target->numerator),
                      select(*whole_table, target->denominator)});
    if (target->kind == "carried") PlaceCarried(placed.back(), earlier);
  }
  return placed;
}

void Rake(const std::vector<PlacedTarget>& placed, const std::function<void()>& between) {
  for (int round = 0; round < kRakingRounds; ++round) {
    for (const PlacedTarget& one : placed) RakeOne(one);
    between();
  }
}

Result<void> RequireTarget(const PlacedTarget& placed, Program& program) {
  const Target& target = *placed.target;
  std::vector<Term> terms;
  AppendTerms(terms, *placed.table, placed.numerator, 1);
  if (target.kind == "share" || target.kind == "ratio") {
    RequirePercent(placed, target.Number() - 0.5, target.Number() + 0.5, program);
  } else if (target.kind == "change") {
    RequirePercent(placed, target.Number() + 99.5, target.Number() + 100.5, program);
  } else if (target.kind == "below") {
    RequirePercent(placed, 0, target.Number(), program);
    program.RequireAtLeast(target.id, std::move(terms), 1);
  } else if (target.kind == "count") {
    program.RequireEqual(target.id, std::move(terms), target.Number());
  } else if (target.kind == "atleast") {
    program.RequireAtLeast(target.id, std::move(terms), target.Number());
  } else if (target.kind == "between") {
    const auto [lower, upper] = target.Range();
    program.Require(target.id, std::move(terms), lower, upper);
  } else if (target.kind == "carried") {
    program.RequireEqual(target.id, std::move(terms), placed.carried_sum);
  } else if (target.kind == "main") {
    RequireMain(placed, program);
  } else if (target.kind == "second") {
    RequireSecond(placed, program);
  } else if (target.kind == "own") {
    RequireOwn(placed, program);
  } else if (target.kind == "only") {
    RequireOnly(placed, program);
  } else if (target.kind != "soft") {
    return Fail(ErrorCode::kStructure, "no cells state target " + target.id, kTargetsPlace);
  }
  return {};
}

}  // namespace thb
