#include "statistics/internal/vtl_check.h"

#include <algorithm>

#include "base/text.h"
#include "statistics/internal/vtl_eval.h"

namespace thb {
namespace {

Result<std::vector<VtlSource>> Bind(const VtlStatement& statement, const VtlRuleset& ruleset,
                                    const VtlTable& table) {
  std::vector<VtlSource> sources;
  for (std::size_t i = 0; i < ruleset.signature.size(); ++i) {
    const std::string& component =
        statement.components.empty() ? ruleset.signature[i].component : statement.components[i];
    VtlSource source;
    if (const auto dimension = table.IndexOf(component)) {
      source.dimension = *dimension;
    } else if (!ruleset.hierarchical && component == "obs_value") {
      source.kind = VtlSource::Kind::kValue;
    } else if (!ruleset.hierarchical && component == "obs_flag") {
      source.kind = VtlSource::Kind::kFlag;
    } else if (!ruleset.hierarchical && component == "conf_status") {
      source.kind = VtlSource::Kind::kConf;
    } else if (!ruleset.hierarchical && component == "missing_reason") {
      source.kind = VtlSource::Kind::kReason;
    } else {
      return Fail(ErrorCode::kStructure,
                  "the dataset " + statement.dataset + " has no component " + component,
                  statement.place, "choose one of " + Join(table.dimensions(), ", "));
    }
    if (VtlTypeOf(component) != VtlTypeOf(ruleset.signature[i].component)) {
      return Fail(
          ErrorCode::kStructure,
          component + " is of another type than the signature's " + ruleset.signature[i].component,
          statement.place, "name a component of the same type");
    }
    sources.push_back(source);
  }
  return sources;
}

VtlOutcome OutcomeOf(const VtlValue& value) {
  if (value.type != VtlType::kBool) return VtlOutcome::kUnknown;
  return value.truth ? VtlOutcome::kTrue : VtlOutcome::kFalse;
}

void CheckDatapoints(const VtlStatement& statement, const VtlRuleset& ruleset,
                     const VtlTable& table, const std::vector<VtlSource>& sources,
                     std::vector<VtlResult>& results) {
  for (const VtlRule& rule : ruleset.rules) {
    for (const VtlPoint& point : table.points()) {
      const VtlScope scope{sources, *point.key, point.cell};
      VtlOutcome outcome = VtlOutcome::kTrue;  // a rule whose condition is not met holds
      const VtlOutcome when =
          rule.when ? OutcomeOf(EvaluateVtl(*rule.when, scope)) : VtlOutcome::kTrue;
      if (when != VtlOutcome::kFalse) {
        outcome = OutcomeOf(EvaluateVtl(*rule.then, scope));
        if (when == VtlOutcome::kUnknown && outcome == VtlOutcome::kFalse) {
          outcome = VtlOutcome::kUnknown;
        }
      }
      if (!statement.all && outcome != VtlOutcome::kFalse) continue;
      VtlResult result;
      result.rule = rule.info;
      result.dataset = statement.dataset;
      result.key = *point.key;
      result.outcome = outcome;
      result.value = IntervalOf(*point.cell);
      results.push_back(std::move(result));
    }
  }
}

// One rule of a hierarchical ruleset over the groups of a table.
class HierarchyCheck {
 public:
  HierarchyCheck(const VtlStatement& statement, const VtlRuleset& ruleset, const VtlTable& table,
                 std::size_t dimension, const std::vector<VtlSource>& sources)
      : statement_(statement),
        ruleset_(ruleset),
        table_(table),
        dimension_(dimension),
        sources_(sources) {
    for (std::size_t i = 0; i < table.points().size(); ++i) {
      groups_.push_back(table.Without(table.Packed(i), dimension));
    }
    std::sort(groups_.begin(), groups_.end());
    groups_.erase(std::unique(groups_.begin(), groups_.end()), groups_.end());
    for (const VtlRule& rule : ruleset.rules) {
      Located located;
      located.left = Locate(rule.left);
      for (const VtlItem& item : rule.right) located.right.push_back(Locate(item.code));
      rules_.push_back(std::move(located));
    }
  }

  void Run(std::vector<VtlResult>& results) const {
    for (std::size_t rule = 0; rule < rules_.size(); ++rule) {
      for (const std::uint64_t group : groups_) Check(rule, group, results);
    }
  }

 private:
  // An item by its place in the table and the rule that computes it, resolved once.
  struct Place {
    std::optional<std::uint64_t> offset;
    std::optional<std::size_t> definition;
  };

  struct Located {
    Place left;
    std::vector<Place> right;
  };

  struct Found {
    std::optional<Interval> value;
    bool absent = true;
  };

  struct Total {
    std::optional<Interval> sum = Interval{};
    std::size_t items = 0;
    std::size_t present = 0;
    std::size_t known = 0;
    std::size_t nonzero = 0;
  };

  Place Locate(const std::string& code) const {
    Place place;
    place.offset = table_.Offset(dimension_, code);
    const auto definition = ruleset_.definitions.find(code);
    if (statement_.dataset_priority && definition != ruleset_.definitions.end()) {
      place.definition = definition->second;
    }
    return place;
  }

  bool zero_mode() const {
    return statement_.mode == VtlMode::kNonZero || statement_.mode == VtlMode::kPartialZero ||
           statement_.mode == VtlMode::kAlwaysZero;
  }

  // The item in the data, or computed by its "=" rule where the mode asks for that.
  Found Lookup(const Place& place, std::uint64_t group, bool compute) const {
    Found found;
    if (place.offset) {
      const std::size_t position = table_.Position(group + *place.offset);
      if (position != VtlTable::npos) found = {table_.Value(position), false};
    }
    if (found.value || !compute || !place.definition) return found;
    const Total total = Sum(*place.definition, group, nullptr);
    if (total.present > 0 && total.sum) found = {total.sum, false};
    return found;
  }

  // Adds up the right-hand side; writes the terms down where asked.
  Total Sum(std::size_t rule, std::uint64_t group, std::vector<VtlTerm>* terms) const {
    Total total;
    const std::vector<VtlItem>& items = ruleset_.rules[rule].right;
    total.items = items.size();
    for (std::size_t i = 0; i < items.size(); ++i) {
      Found found = Lookup(rules_[rule].right[i], group, true);
      if (!found.absent) ++total.present;
      if (!found.absent && found.value) ++total.known;
      if (found.absent && zero_mode()) found.value = Interval{};
      if (found.value && *found.value != Interval{}) ++total.nonzero;
      if (!found.value) {
        total.sum.reset();
      } else if (total.sum) {
        total.sum = items[i].minus ? SubtractIntervals(*total.sum, *found.value)
                                   : AddIntervals(*total.sum, *found.value);
      }
      if (terms != nullptr) {
        terms->push_back({items[i].code, items[i].minus, found.value, found.absent});
      }
    }
    return total;
  }

  // Whether the mode evaluates a group with these items.
  bool Applies(const Found& left, const Total& right) const {
    switch (statement_.mode) {
      case VtlMode::kNonNull:
        return left.value && right.known == right.items;
      case VtlMode::kNonZero:
        return !left.absent && right.present > 0 &&
               (right.nonzero > 0 || (left.value && *left.value != Interval{}));
      case VtlMode::kPartialNull:
        return left.value || right.known > 0;
      case VtlMode::kPartialZero:
        return !left.absent && right.present > 0;
      case VtlMode::kAlwaysNull:
      case VtlMode::kAlwaysZero:
        return true;
    }
    return true;
  }

  Key KeyOf(std::uint64_t group, const std::string& code) const {
    Key key = table_.Unpack(group);
    key[dimension_] = code;
    return key;
  }

  void Check(std::size_t index, std::uint64_t group, std::vector<VtlResult>& results) const {
    const VtlRule& rule = ruleset_.rules[index];
    // The left item is computed only where the rule itself is not what would compute it.
    Found left = Lookup(rules_[index].left, group, rule.relation != VtlOp::kEqual);
    if (statement_.mode == VtlMode::kAlwaysZero && left.absent) left.value = Interval{};
    if (!left.value && !statement_.all) return;  // null whatever the right side is
    const Total right = Sum(index, group, nullptr);
    if (!Applies(left, right)) return;
    VtlOutcome outcome = VtlOutcome::kUnknown;
    if (left.value && right.sum) outcome = CompareIntervals(rule.relation, *left.value, *right.sum);
    if (!statement_.all && outcome != VtlOutcome::kFalse) return;
    VtlResult result;
    result.key = KeyOf(group, rule.left);
    if (rule.when) {
      const VtlOutcome when =
          OutcomeOf(EvaluateVtl(*rule.when, VtlScope{sources_, result.key, nullptr}));
      if (when != VtlOutcome::kTrue) return;
    }
    result.rule = rule.info;
    result.dataset = statement_.dataset;
    result.dimension = table_.dimensions()[dimension_];
    result.outcome = outcome;
    result.value = left.value;
    result.sum = Sum(index, group, &result.terms).sum;
    results.push_back(std::move(result));
  }

  const VtlStatement& statement_;
  const VtlRuleset& ruleset_;
  const VtlTable& table_;
  std::size_t dimension_;
  const std::vector<VtlSource>& sources_;
  std::vector<std::uint64_t> groups_;
  std::vector<Located> rules_;  // parallel to the ruleset's
};

}  // namespace

Result<void> CheckVtl(const VtlStatement& statement, const VtlRuleset& ruleset,
                      const VtlTable& table, std::vector<VtlResult>& results) {
  const std::vector<VtlSource> sources = TRY(Bind(statement, ruleset, table));
  if (!ruleset.hierarchical) {
    CheckDatapoints(statement, ruleset, table, sources, results);
    return {};
  }
  const std::string& component =
      statement.rule_component.empty() ? ruleset.rule_component : statement.rule_component;
  const auto dimension = table.IndexOf(component);
  if (!dimension) {
    return Fail(ErrorCode::kStructure,
                "the dataset " + statement.dataset + " has no dimension " + component,
                statement.place, "choose one of " + Join(table.dimensions(), ", "));
  }
  HierarchyCheck(statement, ruleset, table, *dimension, sources).Run(results);
  return {};
}

}  // namespace thb
