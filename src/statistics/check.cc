#include "statistics/check.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "base/csv.h"
#include "base/resources.h"
#include "base/text.h"
#include "statistics/internal/printed.h"

namespace thb {
namespace {

constexpr std::array<std::string_view, 4> kReasons = {"no_dataset", "no_data", "not_statistical",
                                                      "ambiguous"};
constexpr std::array<std::string_view, 7> kOperators = {"",       "eq",   "lt", "gt",
                                                        "almost", "list", "top"};
constexpr std::size_t kMaxMatches = 5;  // matches named per claim
constexpr std::size_t kMaxClaims = 10'000;

using FieldOf = std::string Claim::*;
const std::map<std::string, FieldOf, std::less<>>& ClaimFields() {
  static const std::map<std::string, FieldOf, std::less<>> fields = {
      {"id", &Claim::id},         {"indicator", &Claim::indicator},
      {"geo", &Claim::geo},       {"period", &Claim::period},
      {"value", &Claim::value},   {"unit", &Claim::unit},
      {"where", &Claim::where},   {"denominator", &Claim::denominator},
      {"base", &Claim::base},     {"op", &Claim::op},
      {"item", &Claim::item},     {"as_of", &Claim::as_of},
      {"impute", &Claim::impute}, {"compare_to", &Claim::compare_to}};
  return fields;
}

Result<std::vector<Claim>> ReadClaims(std::string_view text, const std::string& place,
                                      std::vector<std::string>& header) {
  CsvReader reader(text, place, GuessSeparator(text));
  if (!TRY(reader.Next(header))) {
    return Fail(ErrorCode::kStructure, "the claims file is empty", place,
                "its first line names id,indicator,geo,period,value,unit");
  }
  std::vector<Claim> claims;
  std::vector<std::string> fields;
  while (TRY(reader.Next(fields))) {
    if (fields.size() != header.size()) {
      return Fail(ErrorCode::kStructure,
                  "the row has " + std::to_string(fields.size()) + " fields, the header " +
                      std::to_string(header.size()),
                  reader.Place(), "check separators and quotation marks");
    }
    if (claims.size() == kMaxClaims) {
      return Fail(ErrorCode::kLimit, "more than 10000 claims", reader.Place(), "split the file");
    }
    Claim& claim = claims.emplace_back();
    claim.place = reader.Place();
    for (std::size_t i = 0; i < header.size(); ++i) {
      const auto field = ClaimFields().find(header[i]);
      if (field != ClaimFields().end()) claim.*(field->second) = std::string(Trim(fields[i]));
    }
  }
  return claims;
}

// Fills in what the ids of the report's figures mean.
Result<void> LookUpFigures(std::vector<Claim>& claims, const std::string& place) {
  constexpr const char* kFile = "mappings/report_2022_figures.csv";
  std::vector<std::string> header;
  const auto text = FindResource(kFile);
  if (!text) return Fail(ErrorCode::kInternal, "not embedded", kFile);
  const auto figures = TRY(ReadClaims(*text, kFile, header));
  for (Claim& claim : claims) {
    const auto figure = std::find_if(figures.begin(), figures.end(),
                                     [&](const Claim& f) { return f.id == claim.id; });
    if (figure == figures.end()) {
      return Fail(
          ErrorCode::kStructure,
          "the file has no column indicator, and " + claim.id + " is no figure of COM(2022) 736",
          place, "add the column indicator");
    }
    const Claim printed = claim;
    claim = *figure;
    claim.place = printed.place;
    if (claim.value.empty()) claim.value = printed.value;
    if (claim.unit.empty()) claim.unit = printed.unit;
  }
  return {};
}

}  // namespace

Result<std::vector<Claim>> ParseClaims(std::string_view text, const std::string& place) {
  std::vector<std::string> header;
  auto claims = TRY(ReadClaims(text, place, header));
  const auto has = [&](std::string_view column) {
    return std::find(header.begin(), header.end(), column) != header.end();
  };
  for (const char* column : {"id", "value"}) {
    if (!has(column)) {
      return Fail(ErrorCode::kStructure, std::string("the claims file has no column ") + column,
                  place + ":1", "its first line names id,indicator,geo,period,value,unit");
    }
  }
  if (!has("indicator")) TRY(LookUpFigures(claims, place));
  return claims;
}

namespace {

bool CountsAsNumber(std::string_view unit) {
  return unit == "NR" || unit == "LIST";
}

class Checker {
 public:
  Checker(const std::vector<Claim>& claims, const CheckContext& context)
      : claims_(claims), context_(context) {}

  Result<CheckRow> Check(const Claim& claim) const {
    CheckRow row;
    row.id = claim.id;
    row.claimed = claim.value;
    row.verdict = "not_computable";
    if (IsReason(claim.indicator)) {
      row.reason =
          claim.indicator.empty() || claim.indicator == "-" ? "not_statistical" : claim.indicator;
      return row;
    }
    if (const auto known = context_.indicators->Get(claim.indicator); !known) {
      row.reason = "no_dataset";
      row.warnings.push_back(known.error().what + "; " + known.error().remedy);
      return row;
    }
    const IndicatorQuery query = TRY(QueryOf(claim));
    const Printed printed = ReadPrinted(claim);
    auto value = context_.evaluate(query, {claim.as_of, claim.impute});
    if (!value) {
      auto error = std::move(value).error();
      error.place = claim.place;
      return tl::make_unexpected(std::move(error));
    }
    row.warnings = value->warnings;
    TRY(WarnComparison(claim, query, row));
    if (!value->value) {
      row.reason = "no_data";
      const std::string& why = value->missing_reason;
      if (!why.empty() && why != row.reason) row.warnings.push_back("missing: " + why);
      return row;
    }
    row.computed = Show(*value);
    if (printed.kind == Printed::Kind::kUnreadable) {
      row.reason = "ambiguous";
      return row;
    }
    Judge(claim, query, printed, *value, row);
    return row;
  }

 private:
  static bool IsReason(std::string_view indicator) {
    return indicator.empty() || indicator == "-" ||
           std::find(kReasons.begin(), kReasons.end(), indicator) != kReasons.end();
  }

  static Result<IndicatorQuery> QueryOf(const Claim& claim) {
    IndicatorQuery query;
    query.id = claim.indicator;
    query.where = claim.where;
    query.denominator = claim.denominator;
    if (!claim.geo.empty()) query.geo = claim.geo;
    auto period = ParsePeriod(claim.period);
    if (!period) {
      return Fail(ErrorCode::kUsage, period.error().what, claim.place, period.error().remedy);
    }
    query.period = *period;
    if (!claim.base.empty()) {
      const auto base = ParsePeriod(claim.base);
      if (!base) {
        return Fail(ErrorCode::kUsage, base.error().what, claim.place, base.error().remedy);
      }
      query.base = *base;
    }
    if (std::find(kOperators.begin(), kOperators.end(), claim.op) == kOperators.end()) {
      return Fail(ErrorCode::kUsage, "no comparison " + claim.op, claim.place,
                  "choose one of eq, lt, gt, almost, list, top");
    }
    return query;
  }

  static std::string Show(const IndicatorValue& value) {
    if (value.unit != "LIST") return FormatNumber(*value.value);
    std::string text = FormatNumber(*value.value) + ":";
    for (const IndicatorItem& item : value.items) text += " " + item.code;
    return text;
  }

  void Judge(const Claim& claim, const IndicatorQuery& query, const Printed& printed,
             const IndicatorValue& value, CheckRow& row) const {
    const std::string unit = UnitOf(claim);
    const bool unit_fits =
        unit.empty() || unit == value.unit || (CountsAsNumber(unit) && CountsAsNumber(value.unit));
    const bool equal = Agrees(claim, printed, value, row);
    if (equal && unit_fits) {
      row.verdict = "reproduced";
      return;
    }
    row.verdict = "differs";
    if (equal) {
      row.reason = "the value is right in another unit: " + value.unit + ", not " + unit;
      row.matches.push_back(value.FigureId() + " in " + value.unit);
      return;
    }
    if (unit_fits && AgreesInOtherChange(claim, query, printed, row)) return;
    row.reason = Difference(printed, value);
    row.matches = FindMatches(claim, query, printed, value);
  }

  static std::string Difference(const Printed& printed, const IndicatorValue& value) {
    if (value.unit == "LIST" || printed.kind == Printed::Kind::kList) return "another list";
    return "computed less claimed: " + FormatNumber(*value.value - printed.number);
  }

  // Whether the computed value is the printed one; adds warnings about how.
  static bool Agrees(const Claim& claim, const Printed& printed, const IndicatorValue& value,
                     CheckRow& row) {
    const std::string op = OperatorOf(claim, printed);
    const double computed = *value.value;
    if (op == "top") return WithinTop(claim, printed, value);
    if (printed.kind == Printed::Kind::kList) return SameList(printed, value);
    if (value.unit == "LIST" && op == "list") return computed >= printed.number;
    if (op == "lt") return computed < printed.number;
    if (op == "gt") return computed > printed.number;
    if (op == "almost") {
      const double below = printed.number - computed;
      if (below <= 0 || below > kAlmostPoints) return false;
      row.warnings.push_back("below the fraction by " + FormatNumber(below) + " points");
      return true;
    }
    const double claimed = printed.kind == Printed::Kind::kFraction
                               ? RoundHalfAway(printed.number, 0)
                               : printed.number;
    if (RoundHalfAway(computed, printed.decimals) == claimed) return true;
    // A fall is printed without its sign.
    const bool signed_unit = EndsWith(value.query.id, ".change") ||
                             EndsWith(value.query.id, ".change_panel") ||
                             EndsWith(value.query.id, ".difference");
    const bool fall = signed_unit && computed < 0;
    if (fall && RoundHalfAway(-computed, printed.decimals) == printed.number) {
      row.warnings.push_back("sign: a fall, printed without its sign");
      return true;
    }
    return false;
  }

  static bool WithinTop(const Claim& claim, const Printed& printed, const IndicatorValue& value) {
    return std::any_of(value.items.begin(), value.items.end(), [&](const IndicatorItem& item) {
      return item.code == claim.item && item.rank <= printed.number;
    });
  }

  // A ranked list is compared in order with the first items; a list of states as a set.
  static bool SameList(const Printed& printed, const IndicatorValue& value) {
    std::vector<std::string> computed;
    for (const IndicatorItem& item : value.items) computed.push_back(item.code);
    const bool ranked = !value.items.empty() && value.items.front().rank > 0;
    if (ranked) {
      return computed.size() >= printed.list.size() &&
             std::equal(printed.list.begin(), printed.list.end(), computed.begin());
    }
    auto claimed = printed.list;
    std::sort(claimed.begin(), claimed.end());
    return claimed == computed;
  }

  // Figures that do have the claimed value, the most likely slip first: the other denominator, an
  // earlier vintage or an imputed total, another indicator of the same kind, then of the same unit.
  std::vector<std::string> FindMatches(const Claim& claim, const IndicatorQuery& query,
                                       const Printed& printed, const IndicatorValue& value) const {
    std::vector<std::string> matches;
    const auto try_query = [&](const IndicatorQuery& other, const View& view) {
      if (matches.size() == kMaxMatches) return;
      const auto computed = context_.evaluate(other, view);
      if (!computed || !computed->value) return;
      // A change in percent is most often one in percentage points, misprinted.
      const bool misprinted = computed->unit == "PP" && value.unit == "PC";
      if (computed->unit != value.unit && !misprinted) return;
      CheckRow scratch;
      if (!Agrees(claim, printed, *computed, scratch)) return;
      IndicatorValue plain = *computed;
      plain.query.impute.clear();  // said in words below
      std::string name = plain.FigureId();
      if (!view.as_of.empty()) name += " as of " + view.as_of;
      if (!view.impute.empty()) name += " imputed by " + view.impute;
      matches.push_back(name);
    };
    const View view{claim.as_of, claim.impute};
    IndicatorQuery other = query;
    other.denominator = value.query.denominator == "known" ? "all" : "known";
    if (!value.query.denominator.empty()) try_query(other, view);
    for (const View& alternative : context_.other_views) try_query(query, alternative);
    if (EndsWith(query.id, ".change")) {
      other = query;
      other.id = query.id.substr(0, query.id.rfind('.')) + ".difference";
      try_query(other, view);
    }
    if (!matches.empty()) return matches;
    TryOtherIndicators(query, value, [&](const IndicatorQuery& q) { try_query(q, view); }, matches);
    return matches;
  }

  // A change is printed of the totals or of the panel, often without saying which (rule 14): the
  // claim is reproduced by either, and the row says by which.
  bool AgreesInOtherChange(const Claim& claim, const IndicatorQuery& query, const Printed& printed,
                           CheckRow& row) const {
    constexpr std::string_view kPanel = "_panel";
    IndicatorQuery other = query;
    if (EndsWith(query.id, ".change")) other.id += kPanel;
    if (EndsWith(query.id, ".change_panel")) other.id.erase(query.id.size() - kPanel.size());
    if (other.id == query.id || context_.indicators->Find(other.id) == nullptr) return false;
    const auto value = context_.evaluate(other, {claim.as_of, claim.impute});
    if (!value || !value->value || !Agrees(claim, printed, *value, row)) return false;
    row.verdict = "reproduced";
    row.computed = Show(*value);
    row.matches.push_back(value->FigureId());
    row.warnings.push_back("reproduced by " + other.id + ", not by " + query.id);
    return true;
  }

  void TryOtherIndicators(const IndicatorQuery& query, const IndicatorValue& value,
                          const std::function<void(const IndicatorQuery&)>& try_query,
                          const std::vector<std::string>& matches) const {
    const Indicator* own = context_.indicators->Find(query.id);
    for (const bool same_kind : {true, false}) {
      for (const Indicator& candidate : context_.indicators->all()) {
        if (candidate.id == query.id || (candidate.kind == own->kind) != same_kind) continue;
        if (candidate.unit != value.unit) continue;
        IndicatorQuery other = query;
        other.id = candidate.id;
        other.denominator.clear();
        try_query(other);
      }
      if (!matches.empty()) return;
    }
  }

  // Two figures printed beside each other must be comparable (rules 6 and 14).
  Result<void> WarnComparison(const Claim& claim, const IndicatorQuery& query,
                              CheckRow& row) const {
    for (const Claim& other : claims_) {
      const bool named = other.id == claim.compare_to || other.compare_to == claim.id;
      const bool beside = other.indicator == claim.indicator && other.where == claim.where &&
                          other.geo == claim.geo;
      if (&other == &claim || (!named && !beside) || IsReason(other.indicator)) continue;
      const IndicatorQuery other_query = TRY(QueryOf(other));
      if (named && other_query.geo != query.geo) {
        return Fail(ErrorCode::kMixed, "a comparison of " + query.geo + " with " + other_query.geo,
                    claim.place, "compare figures of one composition");
      }
      const bool windows = query.period.years() > 1 && other_query.period.years() > 1;
      const bool unequal = query.period.years() != other_query.period.years();
      if (unequal && (named || windows)) {
        AddOnce(row.warnings, "unequal_windows: " + query.period.ToString() + " and " +
                                  other_query.period.ToString() + " (" + other.id + ")");
      }
    }
    return {};
  }

  static void AddOnce(std::vector<std::string>& list, std::string text) {
    if (std::find(list.begin(), list.end(), text) == list.end()) list.push_back(std::move(text));
  }

  const std::vector<Claim>& claims_;
  const CheckContext& context_;
};

}  // namespace

Result<std::vector<CheckRow>> CheckClaims(const std::vector<Claim>& claims,
                                          const CheckContext& context) {
  const Checker checker(claims, context);
  std::vector<CheckRow> rows;
  for (const Claim& claim : claims) rows.push_back(TRY(checker.Check(claim)));
  return rows;
}

}  // namespace thb
