#pragma once
// The syntax tree of the VTL subset.

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "statistics/vtl.h"

namespace thb {

enum class VtlType { kNull, kBool, kNumber, kText };

enum class VtlOp {
  kConstant,
  kVariable,
  kNot,
  kPlus,
  kMinus,
  kNegate,
  kTimes,
  kDivide,
  kEqual,
  kNotEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kIn,
  kNotIn,
  kAnd,
  kOr,
  kXor,
  kIf,
  kBetween,
  kIsNull,
  kNvl,
  kAbs,
  kRound,
};

// A value during evaluation. A bool that is not known is null.
struct VtlValue {
  VtlType type = VtlType::kNull;
  bool truth = false;
  Interval number;
  std::string_view text;
};

struct VtlExpr {
  VtlOp op = VtlOp::kConstant;
  VtlType type = VtlType::kNull;  // of the result
  bool truth = false;             // kConstant
  double number = 0;              // kConstant; decimals of kRound
  std::string text;               // kConstant
  std::size_t variable = 0;       // kVariable: position in the ruleset's signature
  std::vector<VtlExpr> operands;  // of kIn and kNotIn, the first is tested, the others are the set
};

struct VtlVariable {
  std::string component;
  std::string alias;  // the component where none is given
};

struct VtlItem {
  std::string code;
  bool minus = false;
};

struct VtlRule {
  std::size_t info = 0;            // position in VtlProgram::rules()
  std::optional<VtlExpr> when;     // antecedent or condition
  std::optional<VtlExpr> then;     // datapoint: the consequent
  std::string left;                // hierarchical: the item on the left
  VtlOp relation = VtlOp::kEqual;  // hierarchical
  std::vector<VtlItem> right;      // hierarchical
};

struct VtlRuleset {
  bool hierarchical = false;
  bool on_value_domain = false;
  std::vector<VtlVariable> signature;  // variables, or the condition components
  std::string rule_component;          // hierarchical
  std::vector<VtlRule> rules;
  std::map<std::string, std::size_t> definitions;  // item -> the rule with "=" that computes it
};

enum class VtlMode {
  kNonNull,
  kNonZero,
  kPartialNull,
  kPartialZero,
  kAlwaysNull,
  kAlwaysZero,
};

struct VtlStatement {
  std::string dataset;
  std::string ruleset;
  std::vector<std::string> components;  // in the order of the signature; empty: as it names them
  std::string rule_component;           // check_hierarchy; "" as the ruleset names it
  VtlMode mode = VtlMode::kNonNull;
  bool dataset_priority = false;
  bool all = false;   // output all or all_measures
  std::string place;  // "file:line:column"
};

struct VtlScript {
  std::map<std::string, VtlRuleset> rulesets;
  std::vector<VtlStatement> statements;
};

// The type of a component by its name: obs_value is the one number.
VtlType VtlTypeOf(std::string_view component);
// "number", "text", "boolean", "null".
std::string_view VtlTypeName(VtlType type);

}  // namespace thb
