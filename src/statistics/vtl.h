#pragma once
// A subset of the Validation and Transformation Language (VTL 2.1, SDMX technical working group):
// datapoint and hierarchical rulesets, check_datapoint and check_hierarchy.
//
//   define datapoint ruleset NAME (variable person, obs_value as O) is
//     R1: when person = "LEGAL" then O >= 0 errorcode "some.rule" errorlevel 3
//   end datapoint ruleset;
//   define hierarchical ruleset NAME (variable condition time rule sex) is
//     R1: when time >= "2008" then T = F + M + UNK errorcode "some.rule" errorlevel 2
//   end hierarchical ruleset;
//   DS_r := check_datapoint(thb_persons, NAME components person, obs_value invalid);
//   DS_r := check_hierarchy(thb_victims, NAME condition time rule sex partial_zero dataset all);
//
// Expressions: = <> < > <= >=, and or xor not, + - * /, in and not_in with {..}, between(x, a, b),
// isnull, nvl, abs, round(x, n), if-then-else, parentheses, constants. As in VTL, `not` binds
// tighter than a comparison. Keywords are lower case; a name that is no plain word ('Y0-17') stands
// in single quotes. Components are the dimensions of the dataset and obs_value (a number),
// obs_flag, conf_status and missing_reason (texts).
//
// Where this differs from VTL, by intent:
// - A suppressed cell is a number known within bounds. Arithmetic is on intervals, and a comparison
//   that some values within the bounds meet and others do not is null: a rule fails only where
//   every possible value breaks it.
// - In partial_zero and non_zero an absent item counts as zero on the right-hand side only: an
//   absent total is not a total of nought. Such a rule is evaluated where its left item and at
//   least one right item are there. always_zero fills both sides, as VTL does.
// - errorlevel is 1 (information), 2 (warning) or 3 (error).

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "statistics/observation.h"

namespace thb {

// Limits of one program text.
inline constexpr std::size_t kMaxVtlBytes = std::size_t{1} << 20;
inline constexpr std::size_t kMaxVtlRulesets = 200;
inline constexpr std::size_t kMaxVtlRules = 2000;  // of all rulesets together
inline constexpr std::size_t kMaxVtlStatements = 1000;
inline constexpr std::size_t kMaxVtlItems = 500;                    // of one hierarchical rule
inline constexpr std::size_t kMaxVtlNodes = 2000;                   // of one expression
inline constexpr std::size_t kMaxVtlPoints = std::size_t{1} << 30;  // of one table
inline constexpr int kMaxVtlDepth = 64;  // of nested parentheses and functions

// A number of which only bounds are known; lower == upper where it is exact.
struct Interval {
  double lower = 0;
  double upper = 0;

  bool exact() const { return lower == upper; }
  bool operator==(const Interval&) const = default;
};

// What a cell says about its number: nothing where it is missing.
std::optional<Interval> IntervalOf(const Cell& cell);

// One data point; key and cell are borrowed.
struct VtlPoint {
  const Key* key = nullptr;
  const Cell* cell = nullptr;
};

// A dataset as rules see it: data points found by key in constant time. Keys are packed into 64-bit
// numbers, so that the neighbour of a point in one dimension is one addition away.
class VtlTable {
 public:
  static constexpr std::size_t npos = static_cast<std::size_t>(-1);

  // Every key has as many codes as there are dimensions. Errors: kConflict (a repeated key), kLimit
  // (more points than kMaxVtlPoints, or more combinations of codes than 64 bits hold).
  static Result<VtlTable> Make(std::vector<std::string> dimensions, std::vector<VtlPoint> points);

  const std::vector<std::string>& dimensions() const { return dimensions_; }
  const std::vector<VtlPoint>& points() const { return points_; }
  std::optional<std::size_t> IndexOf(std::string_view dimension) const;

  std::uint64_t Packed(std::size_t point) const { return packed_[point]; }
  // The packed key with the dimension at the first code, which stands for "any" in a group.
  std::uint64_t Without(std::uint64_t packed, std::size_t dimension) const;
  // What a code adds to a packed key in its dimension, or nothing where no point has it.
  std::optional<std::uint64_t> Offset(std::size_t dimension, std::string_view code) const;
  // The position of a packed key among the points, or npos.
  std::size_t Position(std::uint64_t packed) const;
  // The data point of a packed key, or null.
  const VtlPoint* Find(std::uint64_t packed) const;
  // What the cell at a position says: IntervalOf, without a look at the cell.
  const std::optional<Interval>& Value(std::size_t point) const { return values_[point]; }
  Key Unpack(std::uint64_t packed) const;

 private:
  // Fills slots_. Errors: kConflict (a repeated key).
  Result<void> Hash();
  std::size_t SlotOf(std::uint64_t packed) const;

  std::vector<std::string> dimensions_;
  std::vector<VtlPoint> points_;
  std::vector<std::vector<std::string>> codes_;  // by dimension, in order of appearance
  std::vector<std::unordered_map<std::string, std::uint64_t>> positions_;
  std::vector<std::uint64_t> strides_;
  std::vector<std::uint64_t> packed_;
  std::vector<std::optional<Interval>> values_;
  std::vector<std::uint32_t> slots_;  // open addressing, a power of two: position + 1, 0 is free
};

// One rule, for lists and messages.
struct VtlRuleInfo {
  std::string id;     // the errorcode, or "RULESET.rule" where there is none
  int level = 0;      // the errorlevel, 0 where there is none
  std::string text;   // the condition or relation as written
  std::string place;  // "rules/parts.vtl:12:3"
  bool is_hierarchical = false;
  std::string relation;  // of a hierarchical rule: "=", "<", "<=", ">", ">="
};

enum class VtlOutcome { kFalse, kUnknown, kTrue };

// A term of a hierarchical rule as it was met.
struct VtlTerm {
  std::string code;
  bool minus = false;
  std::optional<Interval> value;  // nothing where it is null
  bool absent = false;            // no data point, and not computed: zero or null by mode
};

// What a rule says about one data point or one group of them.
struct VtlResult {
  std::size_t rule = 0;   // position in VtlProgram::rules()
  std::string dataset;    // as the statement names it
  std::string dimension;  // of a hierarchical rule, that which it adds up over
  Key key;                // of the data point, or of the left item
  VtlOutcome outcome = VtlOutcome::kUnknown;
  std::optional<Interval> value;  // of obs_value, or of the left item
  std::vector<VtlTerm> terms;     // right-hand items of a hierarchical rule
  std::optional<Interval> sum;    // of the terms
};

struct VtlScript;

// A parsed and type-checked program. Immutable and thread-safe.
class VtlProgram {
 public:
  // Errors carry "place:line:column": kParse, kLimit, kUnsupported (VTL outside the subset),
  // kNotFound (a ruleset that a statement names).
  static Result<VtlProgram> Parse(std::string_view text, const std::string& place);

  const std::vector<VtlRuleInfo>& rules() const { return rules_; }

  // Runs every statement over the tables, by dataset. `invalid`, the default output, keeps what
  // failed; `all` and `all_measures` keep what was evaluated. Order: statements, rules, data
  // points. Errors: kNotFound (a dataset), kStructure (a component that the dataset does not have).
  Result<std::vector<VtlResult>> Run(const std::map<std::string, const VtlTable*>& tables) const;

 private:
  std::shared_ptr<const VtlScript> script_;
  std::vector<VtlRuleInfo> rules_;
};

}  // namespace thb
