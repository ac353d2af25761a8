#pragma once
// What the registers are calibrated to: rules/demo_targets.csv (published figures that hold
// exactly) and rules/demo_patterns.csv (country patterns that are followed as far as those figures
// allow).

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "demo/internal/program.h"
#include "demo/internal/tables.h"

namespace thb {

// One published figure. Kinds: count, between ("lo hi"), atleast, share, ratio and change (percent,
// rounded half away from zero), soft (a share that is aimed at and not required), below (percent,
// and not zero), carried (a count in which the listed states take part with the year before), order
// ("RO>FR>..."), within ("UA 10"), main, second, own, only (lists of states), reporters (a number
// of states), sum (over other rows).
struct Target {
  std::string id;
  std::string population;  // PER_VICT, PERSONS, AGENCY
  std::string period;
  std::string numerator_text;
  CellFilter numerator;
  std::string denominator_text;  // of `carried`: the states
  CellFilter denominator;
  std::string kind;
  std::string value;
  std::string source;
  std::string statement;

  double Number() const;                    // `value` as a number; checked on reading
  std::vector<std::string> Words() const;   // `value` split at blanks or ">"
  std::pair<double, double> Range() const;  // of `between`; checked on reading
};

// Errors: kParse, kStructure, kBadValue with file and line.
Result<std::vector<Target>> ReadTargets(std::string_view csv);

struct Pattern {
  std::string geo;
  std::string measure;
  std::string code;
  double value = 0;
  std::string source;
};

struct Distribution {
  std::vector<std::string> codes;
  std::vector<double> weights;
};

class Patterns {
 public:
  // Errors as for ReadTargets.
  static Result<Patterns> Read(std::string_view csv);
  const std::vector<Pattern>& all() const { return all_; }
  // The codes and weights of a measure of a state or form; both empty where there are none.
  const Distribution& Of(const std::string& geo, const std::string& measure) const;
  // `missing` where the row is not there.
  double Get(const std::string& geo, const std::string& measure, const std::string& code,
             double missing) const;

 private:
  std::vector<Pattern> all_;
  std::map<std::string, double> values_;
  std::map<std::pair<std::string, std::string>, Distribution> distributions_;
};

// A target on the table that states it.
struct PlacedTarget {
  const Target* target = nullptr;
  Table* table = nullptr;        // of the numerator
  Table* whole_table = nullptr;  // of the denominator; the smallest that has it
  std::vector<std::size_t> numerator;
  std::vector<std::size_t> denominator;
  // Of `carried`: the counts, of this year or the last, that add up to `carried_sum`; what the
  // programme does not hold is subtracted from the figure already.
  double carried_sum = 0;
};

// Counts of victims by state and year of the periods before, for `carried`.
using EarlierCounts = std::map<std::pair<std::string, int>, std::int64_t>;

// Finds for the parts of each target the first table that has its dimensions and codes; `tables` go
// from small to large. Targets whose kind needs
// more than cells (order, within, reporters, sum) are left out. Errors: kStructure.
Result<std::vector<PlacedTarget>> PlaceTargets(const std::vector<const Target*>& targets,
                                               const std::vector<Table*>& tables,
                                               const EarlierCounts& earlier);

// Scales the tables' weights until the placed targets hold approximately and inside their rounding
// interval, so that the programme starts from a smooth table near a solution. `between` ties the
// tables to each other and is called after every round.
void Rake(const std::vector<PlacedTarget>& placed, const std::function<void()>& between);

// States a placed target as constraints. Errors: kStructure for a kind that cells cannot state.
Result<void> RequireTarget(const PlacedTarget& placed, Program& program);

}  // namespace thb
