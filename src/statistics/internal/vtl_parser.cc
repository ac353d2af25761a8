#include "statistics/internal/vtl_parser.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/text.h"
#include "statistics/internal/vtl_expr_parser.h"

namespace thb {
namespace {

std::string_view RelationName(VtlOp relation) {
  switch (relation) {
    case VtlOp::kLess:
      return "<";
    case VtlOp::kLessEqual:
      return "<=";
    case VtlOp::kGreater:
      return ">";
    case VtlOp::kGreaterEqual:
      return ">=";
    default:
      return "=";
  }
}

class Parser {
 public:
  Parser(std::string_view text, VtlTokens tokens) : text_(text), tokens_(std::move(tokens)) {}

  Result<ParsedVtl> Run() {
    while (!tokens_.AtEnd()) {
      if (tokens_.Accept("define")) {
        TRY(Ruleset());
        tokens_.Accept(";");
      } else {
        TRY(Statement());
      }
    }
    return std::move(parsed_);
  }

 private:
  Result<void> Ruleset() {
    const VtlToken at = tokens_.Peek();
    VtlRuleset ruleset;
    ruleset.hierarchical = tokens_.Is("hierarchical");
    if (!ruleset.hierarchical && !tokens_.Is("datapoint")) {
      return tokens_.FailAt(at, "'define " + at.text + "' is not in the subset of VTL",
                            "define a datapoint or hierarchical ruleset", ErrorCode::kUnsupported);
    }
    tokens_.Skip();
    TRY(tokens_.Expect("ruleset"));
    const VtlToken name_at = tokens_.Peek();
    const std::string name = TRY(tokens_.ExpectName("the name of the ruleset"));
    if (parsed_.script.rulesets.size() >= kMaxVtlRulesets) {
      return tokens_.FailAt(name_at, "more than 200 rulesets", "split the file", ErrorCode::kLimit);
    }
    if (parsed_.script.rulesets.count(name) != 0) {
      return tokens_.FailAt(name_at, "the ruleset " + name + " is defined twice", "rename one");
    }
    TRY(Signature(ruleset));
    TRY(tokens_.Expect("is"));
    TRY(Rules(ruleset, name));
    TRY(tokens_.Expect("end"));
    TRY(tokens_.Expect(ruleset.hierarchical ? "hierarchical" : "datapoint"));
    TRY(tokens_.Expect("ruleset"));
    if (ruleset.hierarchical) TRY(CheckCircles(ruleset, name_at));
    parsed_.script.rulesets.emplace(name, std::move(ruleset));
    return {};
  }

  Result<void> Signature(VtlRuleset& ruleset) {
    TRY(tokens_.Expect("("));
    const VtlToken at = tokens_.Peek();
    ruleset.on_value_domain = tokens_.Accept("valuedomain");
    if (!ruleset.on_value_domain) TRY(tokens_.Expect("variable"));
    if (!ruleset.hierarchical) {
      if (ruleset.on_value_domain) {
        return tokens_.FailAt(at,
                              "a datapoint ruleset on value domains is not in the subset of VTL",
                              "write (variable ...)", ErrorCode::kUnsupported);
      }
      TRY(Variables(ruleset));
      return tokens_.Expect(")");
    }
    if (tokens_.Accept("condition")) TRY(Variables(ruleset));
    TRY(tokens_.Expect("rule"));
    ruleset.rule_component = TRY(tokens_.ExpectName("the component of the rule"));
    return tokens_.Expect(")");
  }

  Result<void> Variables(VtlRuleset& ruleset) {
    std::set<std::string> aliases;
    do {
      const VtlToken at = tokens_.Peek();
      VtlVariable variable;
      variable.component = TRY(tokens_.ExpectName("a component"));
      variable.alias = variable.component;
      if (tokens_.Accept("as")) variable.alias = TRY(tokens_.ExpectName("an alias"));
      if (!aliases.insert(variable.alias).second) {
        return tokens_.FailAt(at, "'" + variable.alias + "' is named twice", "remove one");
      }
      ruleset.signature.push_back(std::move(variable));
      if (ruleset.signature.size() > kMaxVtlItems) {
        return tokens_.FailAt(at, "more than 500 components", "remove some", ErrorCode::kLimit);
      }
    } while (tokens_.Accept(","));
    return {};
  }

  Result<void> Rules(VtlRuleset& ruleset, const std::string& ruleset_name) {
    std::set<std::string> names;
    do {
      if (tokens_.Is("end")) break;  // after a last semicolon
      const VtlToken at = tokens_.Peek();
      if (parsed_.rules.size() >= kMaxVtlRules) {
        return tokens_.FailAt(at, "more than 2000 rules", "split the file", ErrorCode::kLimit);
      }
      VtlRuleInfo info;
      std::string name = RuleName();
      if (name.empty()) name = std::to_string(ruleset.rules.size() + 1);
      if (!names.insert(name).second) {
        return tokens_.FailAt(at, "the rule " + name + " is defined twice", "rename one");
      }
      info.id = ruleset_name + "." + name;
      info.place = tokens_.PlaceOf(tokens_.Peek());
      info.is_hierarchical = ruleset.hierarchical;
      const std::size_t begin = tokens_.Peek().begin;
      VtlRule rule;
      rule.info = parsed_.rules.size();
      TRY(ruleset.hierarchical ? Relation(ruleset, rule) : Condition(ruleset, rule));
      info.text = OneLine(text_.substr(begin, tokens_.Previous().end - begin));
      info.relation = ruleset.hierarchical ? RelationName(rule.relation) : "";
      TRY(ErrorClauses(info));
      if (ruleset.hierarchical && rule.relation == VtlOp::kEqual) {
        ruleset.definitions.emplace(rule.left, ruleset.rules.size());
      }
      ruleset.rules.push_back(std::move(rule));
      parsed_.rules.push_back(std::move(info));
    } while (tokens_.Accept(";"));
    if (ruleset.rules.empty()) return tokens_.FailExpected("a rule");
    return {};
  }

  // "name:" where there is one, else "".
  std::string RuleName() {
    const VtlToken& token = tokens_.Peek();
    const VtlToken& next = tokens_.PeekNext();
    const bool is_name =
        token.kind == VtlTokenKind::kName || token.kind == VtlTokenKind::kQuotedName;
    if (!is_name || next.kind != VtlTokenKind::kSymbol || next.text != ":") return {};
    std::string name = token.text;
    tokens_.Skip();
    tokens_.Skip();
    return name;
  }

  Result<void> Condition(const VtlRuleset& ruleset, VtlRule& rule) {
    if (tokens_.Accept("when")) {
      rule.when = TRY(ParseVtlCondition(tokens_, ruleset.signature));
      TRY(tokens_.Expect("then"));
    }
    rule.then = TRY(ParseVtlCondition(tokens_, ruleset.signature));
    return {};
  }

  Result<void> Relation(const VtlRuleset& ruleset, VtlRule& rule) {
    if (tokens_.Accept("when")) {
      rule.when = TRY(ParseVtlCondition(tokens_, ruleset.signature));
      TRY(tokens_.Expect("then"));
    }
    rule.left = TRY(Item());
    const auto relation = PeekVtlComparison(tokens_);
    if (!relation || *relation == VtlOp::kNotEqual) {
      return tokens_.FailExpected("=, <, <=, > or >=");
    }
    rule.relation = *relation;
    tokens_.Skip();
    bool minus = tokens_.Accept("-");
    if (!minus) tokens_.Accept("+");
    for (;;) {
      const VtlToken at = tokens_.Peek();
      rule.right.push_back({TRY(Item()), minus});
      if (rule.right.size() > kMaxVtlItems) {
        return tokens_.FailAt(at, "more than 500 items in a rule", "split it", ErrorCode::kLimit);
      }
      if (tokens_.Is("[")) {
        return tokens_.FailAt(tokens_.Peek(), "a condition on an item is not in the subset of VTL",
                              "write a rule with when ... then", ErrorCode::kUnsupported);
      }
      minus = tokens_.Is("-");
      if (!minus && !tokens_.Is("+")) return {};
      tokens_.Skip();
    }
  }

  // A code: a name, or digits.
  Result<std::string> Item() {
    if (tokens_.Is("end") || tokens_.Is("errorcode") || tokens_.Is("errorlevel")) {
      return tokens_.FailExpected("a code");
    }
    if (tokens_.Peek().kind != VtlTokenKind::kNumber) return tokens_.ExpectName("a code");
    std::string code = tokens_.Peek().text;
    tokens_.Skip();
    return code;
  }

  Result<void> ErrorClauses(VtlRuleInfo& info) {
    if (tokens_.Accept("errorcode")) {
      if (tokens_.Peek().kind != VtlTokenKind::kText || tokens_.Peek().text.empty()) {
        return tokens_.FailExpected("an error code in double quotes");
      }
      info.id = tokens_.Peek().text;
      tokens_.Skip();
    }
    if (!tokens_.Accept("errorlevel")) return {};
    const VtlToken& level = tokens_.Peek();
    if (level.kind != VtlTokenKind::kNumber ||
        (level.number != 1 && level.number != 2 && level.number != 3)) {
      return tokens_.FailExpected("errorlevel 1 (information), 2 (warning) or 3 (error)");
    }
    info.level = static_cast<int>(level.number);
    tokens_.Skip();
    return {};
  }

  // Items that "=" defines must not lead back to themselves: dataset_priority computes them.
  Result<void> CheckCircles(const VtlRuleset& ruleset, const VtlToken& at) const {
    std::map<std::string, int> depths;  // 0: being visited
    for (const auto& [code, rule] : ruleset.definitions) {
      if (Depth(ruleset, code, 0, depths)) continue;
      return tokens_.FailAt(at, "the rules compute " + code + " from itself or over 64 steps",
                            "break the circle");
    }
    return {};
  }

  static bool Depth(const VtlRuleset& ruleset, const std::string& code, int above,
                    std::map<std::string, int>& depths) {
    if (above > kMaxVtlDepth) return false;
    const auto definition = ruleset.definitions.find(code);
    if (definition == ruleset.definitions.end()) return true;
    const auto [seen, is_new] = depths.emplace(code, 0);
    if (!is_new) return seen->second == 1;
    for (const VtlItem& item : ruleset.rules[definition->second].right) {
      if (!Depth(ruleset, item.code, above + 1, depths)) return false;
    }
    depths[code] = 1;
    return true;
  }

  Result<void> Statement() {
    const VtlToken at = tokens_.Peek();
    VtlStatement statement;
    statement.place = tokens_.PlaceOf(at);
    TRY(tokens_.ExpectName("define or a result such as DS_r"));
    if (!tokens_.Accept("<-")) TRY(tokens_.Expect(":="));
    const VtlToken call = tokens_.Peek();
    const bool hierarchy = tokens_.Accept("check_hierarchy");
    if (!hierarchy && !tokens_.Accept("check_datapoint")) {
      return tokens_.FailAt(call, "'" + call.text + "' is not in the subset of VTL",
                            "use check_datapoint or check_hierarchy", ErrorCode::kUnsupported);
    }
    TRY(tokens_.Expect("("));
    statement.dataset = TRY(tokens_.ExpectName("a dataset"));
    TRY(tokens_.Expect(","));
    const VtlToken ruleset = tokens_.Peek();
    statement.ruleset = TRY(tokens_.ExpectName("a ruleset"));
    TRY(hierarchy ? HierarchyOptions(statement) : DatapointOptions(statement));
    TRY(Output(statement));
    TRY(tokens_.Expect(")"));
    if (!tokens_.AtEnd()) TRY(tokens_.Expect(";"));
    TRY(CheckStatement(statement, ruleset, hierarchy));
    parsed_.script.statements.push_back(std::move(statement));
    return {};
  }

  Result<void> DatapointOptions(VtlStatement& statement) {
    if (tokens_.Accept("components")) TRY(Components(statement));
    return {};
  }

  Result<void> HierarchyOptions(VtlStatement& statement) {
    if (tokens_.Accept("condition")) TRY(Components(statement));
    if (tokens_.Accept("rule")) {
      statement.rule_component = TRY(tokens_.ExpectName("the component of the rule"));
    }
    static constexpr std::array<std::string_view, 6> kModes = {
        "non_null", "non_zero", "partial_null", "partial_zero", "always_null", "always_zero"};
    for (std::size_t i = 0; i < kModes.size(); ++i) {
      if (!tokens_.Accept(kModes[i])) continue;
      statement.mode = static_cast<VtlMode>(i);
      break;
    }
    statement.dataset_priority = tokens_.Accept("dataset_priority");
    if (!statement.dataset_priority) tokens_.Accept("dataset");
    return {};
  }

  Result<void> Components(VtlStatement& statement) {
    do {
      const VtlToken at = tokens_.Peek();
      statement.components.push_back(TRY(tokens_.ExpectName("a component")));
      if (statement.components.size() > kMaxVtlItems) {
        return tokens_.FailAt(at, "more than 500 components", "remove some", ErrorCode::kLimit);
      }
    } while (tokens_.Accept(","));
    return {};
  }

  Result<void> Output(VtlStatement& statement) {
    statement.all = tokens_.Accept("all") || tokens_.Accept("all_measures");
    if (!statement.all) tokens_.Accept("invalid");
    return {};
  }

  Result<void> CheckStatement(const VtlStatement& statement, const VtlToken& at,
                              bool hierarchy) const {
    if (parsed_.script.statements.size() >= kMaxVtlStatements) {
      return tokens_.FailAt(at, "more than 1000 statements", "split the file", ErrorCode::kLimit);
    }
    const auto found = parsed_.script.rulesets.find(statement.ruleset);
    if (found == parsed_.script.rulesets.end()) {
      return tokens_.FailAt(at, "no ruleset " + statement.ruleset + " is defined above",
                            "define it first", ErrorCode::kNotFound);
    }
    const VtlRuleset& ruleset = found->second;
    if (ruleset.hierarchical != hierarchy) {
      return tokens_.FailAt(at, statement.ruleset + " is a ruleset of the other kind",
                            "use check_hierarchy for hierarchical, check_datapoint for datapoint");
    }
    if (hierarchy && ruleset.on_value_domain && statement.rule_component.empty()) {
      return tokens_.FailAt(at, statement.ruleset + " is on a value domain and names no component",
                            "add: rule COMPONENT");
    }
    if (!statement.components.empty() && statement.components.size() != ruleset.signature.size()) {
      return tokens_.FailAt(at,
                            statement.ruleset + " takes " +
                                std::to_string(ruleset.signature.size()) + " components, not " +
                                std::to_string(statement.components.size()),
                            "name them in the order of the signature");
    }
    return {};
  }

  // White space of any kind as one space, for messages.
  static std::string OneLine(std::string_view text) {
    std::string line;
    for (const char c : text) {
      const bool space = c == ' ' || c == '\t' || c == '\n' || c == '\r';
      if (!space) {
        line += c;
      } else if (!line.empty() && line.back() != ' ') {
        line += ' ';
      }
    }
    return line;
  }

  std::string_view text_;
  VtlTokens tokens_;
  ParsedVtl parsed_;
};

}  // namespace
Result<ParsedVtl> ParseVtl(std::string_view text, const std::string& place) {
  std::vector<VtlToken> tokens = TRY(LexVtl(text, place));
  return Parser(text, VtlTokens(std::move(tokens), place)).Run();
}

}  // namespace thb
