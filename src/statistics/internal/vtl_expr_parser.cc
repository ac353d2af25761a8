#include "statistics/internal/vtl_expr_parser.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace thb {
namespace {

constexpr double kMaxDecimals = 15;

struct Operator {
  std::string_view word;
  VtlOp op;
};

constexpr std::array<Operator, 6> kComparisons = {{{"=", VtlOp::kEqual},
                                                   {"<>", VtlOp::kNotEqual},
                                                   {"<", VtlOp::kLess},
                                                   {"<=", VtlOp::kLessEqual},
                                                   {">", VtlOp::kGreater},
                                                   {">=", VtlOp::kGreaterEqual}}};

class ExprParser {
 public:
  ExprParser(VtlTokens& tokens, const std::vector<VtlVariable>& signature)
      : tokens_(tokens), signature_(signature) {}

  // if, or: the loosest.
  Result<VtlExpr> Expression() {
    const VtlToken start = tokens_.Peek();
    if (++depth_ > kMaxVtlDepth) {
      return tokens_.FailAt(start, "expression is nested deeper than 64",
                            "write it in fewer levels", ErrorCode::kLimit);
    }
    VtlExpr expr = TRY(tokens_.Is("if") ? If() : Or());
    --depth_;
    return expr;
  }

 private:
  using Level = Result<VtlExpr> (ExprParser::*)();

  Result<VtlExpr> Make(const VtlToken& at, VtlOp op, VtlType type, std::vector<VtlExpr> operands) {
    if (++nodes_ > kMaxVtlNodes) {
      return tokens_.FailAt(at, "expression has more than 2000 parts", "split the rule",
                            ErrorCode::kLimit);
    }
    VtlExpr expr;
    expr.op = op;
    expr.type = type;
    expr.operands = std::move(operands);
    return expr;
  }

  Result<void> Require(const VtlToken& at, const VtlExpr& expr, VtlType type) const {
    if (expr.type == type || expr.type == VtlType::kNull) return {};
    return tokens_.FailAt(at,
                          "'" + at.text + "' takes a " + std::string(VtlTypeName(type)) +
                              ", not a " + std::string(VtlTypeName(expr.type)),
                          "check the types, and put the operand of not in parentheses");
  }

  Result<void> RequireSame(const VtlToken& at, const VtlExpr& a, const VtlExpr& b) const {
    if (a.type == VtlType::kNull || b.type == VtlType::kNull) return {};
    return Require(at, b, a.type);
  }

  // Left-associative operators of one level, on operands of one type.
  Result<VtlExpr> Chain(Level next, std::initializer_list<Operator> operators, VtlType type) {
    VtlExpr left = TRY((this->*next)());
    for (;;) {
      const auto found = std::find_if(operators.begin(), operators.end(),
                                      [&](const Operator& o) { return tokens_.Is(o.word); });
      if (found == operators.end()) return left;
      const VtlToken at = tokens_.Peek();
      tokens_.Skip();
      TRY(Require(at, left, type));
      VtlExpr right = TRY((this->*next)());
      TRY(Require(at, right, type));
      std::vector<VtlExpr> operands;
      operands.push_back(std::move(left));
      operands.push_back(std::move(right));
      left = TRY(Make(at, found->op, type, std::move(operands)));
    }
  }

  Result<VtlExpr> Or() {
    return Chain(&ExprParser::And, {{"or", VtlOp::kOr}, {"xor", VtlOp::kXor}}, VtlType::kBool);
  }
  Result<VtlExpr> And() {
    return Chain(&ExprParser::Membership, {{"and", VtlOp::kAnd}}, VtlType::kBool);
  }
  Result<VtlExpr> Sum() {
    return Chain(&ExprParser::Product, {{"+", VtlOp::kPlus}, {"-", VtlOp::kMinus}},
                 VtlType::kNumber);
  }
  Result<VtlExpr> Product() {
    return Chain(&ExprParser::Unary, {{"*", VtlOp::kTimes}, {"/", VtlOp::kDivide}},
                 VtlType::kNumber);
  }

  Result<VtlExpr> Membership() {
    VtlExpr left = TRY(Comparison());
    const VtlToken at = tokens_.Peek();
    const bool in = tokens_.Accept("in");
    if (!in && !tokens_.Accept("not_in")) return left;
    std::vector<VtlExpr> operands;
    operands.push_back(std::move(left));
    TRY(tokens_.Expect("{"));
    do {
      VtlExpr member = TRY(SetMember());
      TRY(RequireSame(at, operands[0], member));
      operands.push_back(std::move(member));
    } while (tokens_.Accept(","));
    TRY(tokens_.Expect("}"));
    return Make(at, in ? VtlOp::kIn : VtlOp::kNotIn, VtlType::kBool, std::move(operands));
  }

  Result<VtlExpr> SetMember() {
    const VtlToken at = tokens_.Peek();
    const bool negative = tokens_.Accept("-");
    VtlExpr member = TRY(Atom());
    if (member.op != VtlOp::kConstant || (negative && member.type != VtlType::kNumber)) {
      return tokens_.FailAt(at, "a set holds constants only", "write texts or numbers in {..}");
    }
    if (negative) member.number = -member.number;
    return member;
  }

  Result<VtlExpr> Comparison() {
    VtlExpr left = TRY(Sum());
    const auto op = PeekVtlComparison(tokens_);
    if (!op) return left;
    const VtlToken at = tokens_.Peek();
    tokens_.Skip();
    VtlExpr right = TRY(Sum());
    TRY(RequireSame(at, left, right));
    std::vector<VtlExpr> operands;
    operands.push_back(std::move(left));
    operands.push_back(std::move(right));
    return Make(at, *op, VtlType::kBool, std::move(operands));
  }

  Result<VtlExpr> Unary() {
    const VtlToken at = tokens_.Peek();
    const bool negate = tokens_.Is("-");
    if (!negate && !tokens_.Is("not") && !tokens_.Is("+")) return Atom();
    tokens_.Skip();
    if (++depth_ > kMaxVtlDepth) {
      return tokens_.FailAt(at, "expression is nested deeper than 64", "write it in fewer levels",
                            ErrorCode::kLimit);
    }
    VtlExpr operand = TRY(Unary());
    --depth_;
    const VtlType type = at.text == "not" ? VtlType::kBool : VtlType::kNumber;
    TRY(Require(at, operand, type));
    if (at.text == "+") return operand;
    std::vector<VtlExpr> operands;
    operands.push_back(std::move(operand));
    return Make(at, negate ? VtlOp::kNegate : VtlOp::kNot, type, std::move(operands));
  }

  Result<VtlExpr> If() {
    const VtlToken at = tokens_.Peek();
    tokens_.Skip();
    std::vector<VtlExpr> operands;
    operands.push_back(TRY(Expression()));
    TRY(Require(at, operands[0], VtlType::kBool));
    TRY(tokens_.Expect("then"));
    operands.push_back(TRY(Expression()));
    TRY(tokens_.Expect("else"));
    operands.push_back(TRY(Expression()));
    TRY(RequireSame(at, operands[1], operands[2]));
    const VtlType type = operands[1].type == VtlType::kNull ? operands[2].type : operands[1].type;
    return Make(at, VtlOp::kIf, type, std::move(operands));
  }

  Result<VtlExpr> Atom() {
    const VtlToken at = tokens_.Peek();
    if (tokens_.Accept("(")) {
      VtlExpr inner = TRY(Expression());
      TRY(tokens_.Expect(")"));
      return inner;
    }
    switch (at.kind) {
      case VtlTokenKind::kText:
      case VtlTokenKind::kNumber:
        return Literal(at);
      case VtlTokenKind::kQuotedName:
        return Variable(at);
      case VtlTokenKind::kName:
        return Named(at);
      default:
        return tokens_.FailExpected("a value");
    }
  }

  Result<VtlExpr> Literal(const VtlToken& at) {
    tokens_.Skip();
    const bool text = at.kind == VtlTokenKind::kText;
    VtlExpr expr = TRY(Make(at, VtlOp::kConstant, text ? VtlType::kText : VtlType::kNumber, {}));
    expr.text = text ? at.text : "";
    expr.number = at.number;
    return expr;
  }

  Result<VtlExpr> Named(const VtlToken& at) {
    if (at.text == "null") {
      tokens_.Skip();
      return Make(at, VtlOp::kConstant, VtlType::kNull, {});
    }
    if (at.text == "true" || at.text == "false") {
      tokens_.Skip();
      VtlExpr expr = TRY(Make(at, VtlOp::kConstant, VtlType::kBool, {}));
      expr.truth = at.text == "true";
      return expr;
    }
    static constexpr std::array<Operator, 5> kFunctions = {{{"between", VtlOp::kBetween},
                                                            {"isnull", VtlOp::kIsNull},
                                                            {"nvl", VtlOp::kNvl},
                                                            {"abs", VtlOp::kAbs},
                                                            {"round", VtlOp::kRound}}};
    for (const Operator& function : kFunctions) {
      if (at.text == function.word) return Function(at, function.op);
    }
    return Variable(at);
  }

  Result<VtlExpr> Variable(const VtlToken& at) {
    const std::string name = TRY(tokens_.ExpectName("a variable"));
    if (tokens_.Is("(")) {
      return tokens_.FailAt(at, "the function '" + name + "' is not in the subset of VTL",
                            "use between, isnull, nvl, abs or round", ErrorCode::kUnsupported);
    }
    for (std::size_t i = 0; i < signature_.size(); ++i) {
      if (signature_[i].alias != name) continue;
      VtlExpr expr = TRY(Make(at, VtlOp::kVariable, VtlTypeOf(signature_[i].component), {}));
      expr.variable = i;
      return expr;
    }
    return tokens_.FailAt(at, "'" + name + "' is not in the signature of the ruleset",
                          "add it to the signature, or put a text in double quotes");
  }

  Result<VtlExpr> Function(const VtlToken& at, VtlOp op) {
    tokens_.Skip();
    TRY(tokens_.Expect("("));
    std::vector<VtlExpr> operands;
    do {
      operands.push_back(TRY(Expression()));
    } while (operands.size() < 3 && tokens_.Accept(","));
    TRY(tokens_.Expect(")"));
    const std::size_t least = op == VtlOp::kBetween ? 3 : op == VtlOp::kNvl ? 2 : 1;
    const std::size_t most = op == VtlOp::kRound ? 2 : least;
    if (operands.size() < least || operands.size() > most) {
      return tokens_.FailAt(at, "wrong number of arguments of '" + at.text + "'",
                            "give it " + std::to_string(most));
    }
    if (op == VtlOp::kRound) return Round(at, std::move(operands));
    VtlType type = operands[0].type;
    for (const VtlExpr& operand : operands) TRY(RequireSame(at, operands[0], operand));
    if (op == VtlOp::kAbs) TRY(Require(at, operands[0], VtlType::kNumber));
    if (op == VtlOp::kAbs) type = VtlType::kNumber;
    if (op == VtlOp::kNvl && type == VtlType::kNull) type = operands[1].type;
    if (op == VtlOp::kBetween || op == VtlOp::kIsNull) type = VtlType::kBool;
    return Make(at, op, type, std::move(operands));
  }

  Result<VtlExpr> Round(const VtlToken& at, std::vector<VtlExpr> operands) {
    TRY(Require(at, operands[0], VtlType::kNumber));
    double decimals = 0;
    if (operands.size() == 2) {
      decimals = operands[1].number;
      if (operands[1].op != VtlOp::kConstant || operands[1].type != VtlType::kNumber ||
          decimals > kMaxDecimals || decimals != static_cast<int>(decimals)) {
        return tokens_.FailAt(at, "round takes its decimals as a whole constant from 0 to 15",
                              "write round(x, 1)");
      }
      operands.pop_back();
    }
    VtlExpr expr = TRY(Make(at, VtlOp::kRound, VtlType::kNumber, std::move(operands)));
    expr.number = decimals;
    return expr;
  }

  VtlTokens& tokens_;
  const std::vector<VtlVariable>& signature_;
  int depth_ = 0;
  std::size_t nodes_ = 0;
};

}  // namespace

bool VtlTokens::Is(std::string_view word) const {
  const VtlToken& token = Peek();
  return (token.kind == VtlTokenKind::kName || token.kind == VtlTokenKind::kSymbol) &&
         token.text == word;
}

bool VtlTokens::Accept(std::string_view word) {
  const bool is = Is(word);
  if (is) Skip();
  return is;
}

Result<void> VtlTokens::Expect(std::string_view word) {
  if (Accept(word)) return {};
  return FailExpected("'" + std::string(word) + "'");
}

Result<std::string> VtlTokens::ExpectName(std::string_view role) {
  const VtlToken& token = Peek();
  if (token.kind != VtlTokenKind::kName && token.kind != VtlTokenKind::kQuotedName) {
    return FailExpected(role);
  }
  std::string name = token.text;
  Skip();
  return name;
}

std::string VtlTokens::PlaceOf(const VtlToken& token) const {
  return place_ + ":" + std::to_string(token.line) + ":" + std::to_string(token.column);
}

tl::unexpected<Error> VtlTokens::FailAt(const VtlToken& token, std::string what, std::string remedy,
                                        ErrorCode code) const {
  return Fail(code, std::move(what), PlaceOf(token), std::move(remedy));
}

tl::unexpected<Error> VtlTokens::FailExpected(std::string_view what) const {
  constexpr std::size_t kMaxShown = 40;
  const VtlToken& token = Peek();
  const std::string found = AtEnd() ? "the end" : "'" + token.text.substr(0, kMaxShown) + "'";
  return FailAt(token, "expected " + std::string(what) + ", found " + found, "correct the rule");
}

std::optional<VtlOp> PeekVtlComparison(const VtlTokens& tokens) {
  for (const Operator& comparison : kComparisons) {
    if (tokens.Is(comparison.word)) return comparison.op;
  }
  return std::nullopt;
}

Result<VtlExpr> ParseVtlCondition(VtlTokens& tokens, const std::vector<VtlVariable>& signature) {
  const VtlToken at = tokens.Peek();
  VtlExpr expr = TRY(ExprParser(tokens, signature).Expression());
  if (expr.type == VtlType::kBool || expr.type == VtlType::kNull) return expr;
  return tokens.FailAt(at,
                       "a condition is true or false, not a " + std::string(VtlTypeName(expr.type)),
                       "compare it with something");
}

VtlType VtlTypeOf(std::string_view component) {
  return component == "obs_value" ? VtlType::kNumber : VtlType::kText;
}

std::string_view VtlTypeName(VtlType type) {
  switch (type) {
    case VtlType::kBool:
      return "boolean";
    case VtlType::kNumber:
      return "number";
    case VtlType::kText:
      return "text";
    case VtlType::kNull:
      return "null";
  }
  return "null";
}

}  // namespace thb
