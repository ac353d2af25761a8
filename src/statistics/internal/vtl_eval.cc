#include "statistics/internal/vtl_eval.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace thb {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

VtlValue OfBool(bool truth) {
  VtlValue value;
  value.type = VtlType::kBool;
  value.truth = truth;
  return value;
}

VtlValue OfNumber(Interval number) {
  // 0 * infinity, infinity - infinity: nothing is known of the result.
  if (std::isnan(number.lower) || std::isnan(number.upper)) return {};
  VtlValue value;
  value.type = VtlType::kNumber;
  value.number = number;
  return value;
}

VtlValue OfText(std::string_view text) {
  VtlValue value;
  value.type = VtlType::kText;
  value.text = text;
  return value;
}

VtlValue OfOutcome(VtlOutcome outcome) {
  if (outcome == VtlOutcome::kUnknown) return {};
  return OfBool(outcome == VtlOutcome::kTrue);
}

bool IsNull(const VtlValue& value) {
  return value.type == VtlType::kNull;
}
bool IsTrue(const VtlValue& value) {
  return value.type == VtlType::kBool && value.truth;
}
bool IsFalse(const VtlValue& value) {
  return value.type == VtlType::kBool && !value.truth;
}

VtlOutcome Of(bool certain, bool impossible) {
  if (certain) return VtlOutcome::kTrue;
  return impossible ? VtlOutcome::kFalse : VtlOutcome::kUnknown;
}

VtlValue Compare(VtlOp op, const VtlValue& left, const VtlValue& right) {
  if (IsNull(left) || IsNull(right) || left.type != right.type) return {};
  if (left.type == VtlType::kNumber) {
    return OfOutcome(CompareIntervals(op, left.number, right.number));
  }
  const int order = left.type == VtlType::kText
                        ? left.text.compare(right.text)
                        : static_cast<int>(left.truth) - static_cast<int>(right.truth);
  switch (op) {
    case VtlOp::kEqual:
      return OfBool(order == 0);
    case VtlOp::kNotEqual:
      return OfBool(order != 0);
    case VtlOp::kLess:
      return OfBool(order < 0);
    case VtlOp::kLessEqual:
      return OfBool(order <= 0);
    case VtlOp::kGreater:
      return OfBool(order > 0);
    default:
      return OfBool(order >= 0);
  }
}

Interval Times(const Interval& a, const Interval& b) {
  const double products[] = {a.lower * b.lower, a.lower * b.upper, a.upper * b.lower,
                             a.upper * b.upper};
  for (const double product : products) {
    if (std::isnan(product)) return {-kInfinity, kInfinity};
  }
  return {*std::min_element(std::begin(products), std::end(products)),
          *std::max_element(std::begin(products), std::end(products))};
}

VtlValue Divide(const Interval& a, const Interval& b) {
  if (b.lower <= 0 && b.upper >= 0) return {};  // zero is among the divisors
  return OfNumber(Times(a, {1 / b.upper, 1 / b.lower}));
}

VtlValue Arithmetic(VtlOp op, const VtlValue& left, const VtlValue& right) {
  if (IsNull(left) || IsNull(right)) return {};
  switch (op) {
    case VtlOp::kPlus:
      return OfNumber(AddIntervals(left.number, right.number));
    case VtlOp::kMinus:
      return OfNumber(SubtractIntervals(left.number, right.number));
    case VtlOp::kTimes:
      return OfNumber(Times(left.number, right.number));
    default:
      return Divide(left.number, right.number);
  }
}

VtlValue Abs(const Interval& a) {
  if (a.lower >= 0) return OfNumber(a);
  if (a.upper <= 0) return OfNumber({-a.upper, -a.lower});
  return OfNumber({0, std::max(-a.lower, a.upper)});
}

VtlValue Round(const Interval& a, double decimals) {
  const double scale = std::pow(10, decimals);
  const auto round = [scale](double x) {
    return std::isinf(x) ? x : std::round(x * scale) / scale;
  };
  return OfNumber({round(a.lower), round(a.upper)});
}

// Kleene's logic: false and null is false.
VtlValue Logic(VtlOp op, const VtlValue& left, const VtlValue& right) {
  if (op == VtlOp::kAnd) {
    if (IsFalse(left) || IsFalse(right)) return OfBool(false);
    return IsTrue(left) && IsTrue(right) ? OfBool(true) : VtlValue{};
  }
  if (op == VtlOp::kOr) {
    if (IsTrue(left) || IsTrue(right)) return OfBool(true);
    return IsFalse(left) && IsFalse(right) ? OfBool(false) : VtlValue{};
  }
  if (IsNull(left) || IsNull(right)) return {};
  return OfBool(left.truth != right.truth);
}

// Is the first operand among the others? Null where that hangs on bounds.
VtlValue Among(const VtlExpr& expr, const VtlScope& scope) {
  const VtlValue value = EvaluateVtl(expr.operands[0], scope);
  VtlValue found = OfBool(false);
  for (std::size_t i = 1; i < expr.operands.size(); ++i) {
    const VtlValue equal = Compare(VtlOp::kEqual, value, EvaluateVtl(expr.operands[i], scope));
    found = Logic(VtlOp::kOr, found, equal);
    if (IsTrue(found)) break;
  }
  if (IsNull(found) || expr.op == VtlOp::kIn) return found;
  return OfBool(!found.truth);
}

VtlValue Choose(const VtlExpr& expr, const VtlScope& scope) {
  const VtlValue condition = EvaluateVtl(expr.operands[0], scope);
  if (!IsNull(condition)) return EvaluateVtl(expr.operands[condition.truth ? 1 : 2], scope);
  const VtlValue yes = EvaluateVtl(expr.operands[1], scope);
  const VtlValue no = EvaluateVtl(expr.operands[2], scope);
  if (yes.type != no.type) return {};
  if (yes.type == VtlType::kNumber) {
    return OfNumber(
        {std::min(yes.number.lower, no.number.lower), std::max(yes.number.upper, no.number.upper)});
  }
  const bool same = yes.type == VtlType::kBool ? yes.truth == no.truth : yes.text == no.text;
  return same ? yes : VtlValue{};
}

VtlValue Constant(const VtlExpr& expr) {
  switch (expr.type) {
    case VtlType::kBool:
      return OfBool(expr.truth);
    case VtlType::kNumber:
      return OfNumber({expr.number, expr.number});
    case VtlType::kText:
      return OfText(expr.text);
    case VtlType::kNull:
      return {};
  }
  return {};
}

VtlValue Variable(const VtlExpr& expr, const VtlScope& scope) {
  const VtlSource& source = scope.sources[expr.variable];
  if (source.kind == VtlSource::Kind::kDimension) return OfText(scope.key[source.dimension]);
  if (scope.cell == nullptr) return {};
  switch (source.kind) {
    case VtlSource::Kind::kFlag:
      return OfText(scope.cell->flags);
    case VtlSource::Kind::kConf:
      return OfText(scope.cell->conf);
    case VtlSource::Kind::kReason:
      return OfText(scope.cell->reason);
    default:
      break;
  }
  const auto number = IntervalOf(*scope.cell);
  return number ? OfNumber(*number) : VtlValue{};
}

VtlValue Unary(const VtlExpr& expr, const VtlScope& scope) {
  const VtlValue value = EvaluateVtl(expr.operands[0], scope);
  if (expr.op == VtlOp::kIsNull) return OfBool(IsNull(value));
  if (IsNull(value)) return {};
  switch (expr.op) {
    case VtlOp::kNot:
      return OfBool(!value.truth);
    case VtlOp::kNegate:
      return OfNumber({-value.number.upper, -value.number.lower});
    case VtlOp::kAbs:
      return Abs(value.number);
    default:
      return Round(value.number, expr.number);
  }
}

VtlValue Between(const VtlExpr& expr, const VtlScope& scope) {
  const VtlValue value = EvaluateVtl(expr.operands[0], scope);
  return Logic(VtlOp::kAnd,
               Compare(VtlOp::kGreaterEqual, value, EvaluateVtl(expr.operands[1], scope)),
               Compare(VtlOp::kLessEqual, value, EvaluateVtl(expr.operands[2], scope)));
}

VtlValue Binary(const VtlExpr& expr, const VtlScope& scope) {
  const VtlValue left = EvaluateVtl(expr.operands[0], scope);
  if (expr.op == VtlOp::kNvl && !IsNull(left)) return left;
  const VtlValue right = EvaluateVtl(expr.operands[1], scope);
  switch (expr.op) {
    case VtlOp::kNvl:
      return right;
    case VtlOp::kPlus:
    case VtlOp::kMinus:
    case VtlOp::kTimes:
    case VtlOp::kDivide:
      return Arithmetic(expr.op, left, right);
    case VtlOp::kAnd:
    case VtlOp::kOr:
    case VtlOp::kXor:
      return Logic(expr.op, left, right);
    default:
      return Compare(expr.op, left, right);
  }
}

}  // namespace

std::optional<Interval> IntervalOf(const Cell& cell) {
  switch (cell.state) {
    case CellState::kValue:
      return Interval{cell.value, cell.value};
    case CellState::kSuppressed:
      return Interval{cell.lower, cell.upper < 0 ? kInfinity : cell.upper};
    case CellState::kMissing:
      break;
  }
  return std::nullopt;
}

VtlOutcome CompareIntervals(VtlOp relation, const Interval& left, const Interval& right) {
  const bool apart = left.upper < right.lower || right.upper < left.lower;
  const bool same = left.exact() && right.exact() && left.lower == right.lower;
  switch (relation) {
    case VtlOp::kEqual:
      return Of(same, apart);
    case VtlOp::kNotEqual:
      return Of(apart, same);
    case VtlOp::kLess:
      return Of(left.upper < right.lower, left.lower >= right.upper);
    case VtlOp::kLessEqual:
      return Of(left.upper <= right.lower, left.lower > right.upper);
    case VtlOp::kGreater:
      return Of(left.lower > right.upper, left.upper <= right.lower);
    default:
      return Of(left.lower >= right.upper, left.upper < right.lower);
  }
}

Interval AddIntervals(const Interval& left, const Interval& right) {
  return {left.lower + right.lower, left.upper + right.upper};
}

Interval SubtractIntervals(const Interval& left, const Interval& right) {
  return {left.lower - right.upper, left.upper - right.lower};
}

VtlValue EvaluateVtl(const VtlExpr& expr, const VtlScope& scope) {
  switch (expr.op) {
    case VtlOp::kConstant:
      return Constant(expr);
    case VtlOp::kVariable:
      return Variable(expr, scope);
    case VtlOp::kNot:
    case VtlOp::kNegate:
    case VtlOp::kIsNull:
    case VtlOp::kAbs:
    case VtlOp::kRound:
      return Unary(expr, scope);
    case VtlOp::kIn:
    case VtlOp::kNotIn:
      return Among(expr, scope);
    case VtlOp::kIf:
      return Choose(expr, scope);
    case VtlOp::kBetween:
      return Between(expr, scope);
    default:
      return Binary(expr, scope);
  }
}

}  // namespace thb
