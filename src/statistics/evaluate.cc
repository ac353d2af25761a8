// Evaluation of indicators: Evaluator of indicator.h.

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "base/text.h"
#include "statistics/indicator.h"

namespace thb {
namespace {

constexpr double kPercent = 100.0;
constexpr double kMillion = 1e6;
constexpr double kFewEvents = 5;  // below it a rate is flagged u (rule 16)

// The count of one filter in one state and year.
struct Part {
  std::string geo;
  std::string time;
  Resolved resolved;
  bool known() const { return resolved.kind == Resolved::Kind::kValue; }
};

// A sum over states and years with its bounds.
struct Sum {
  double value = 0;
  double lower = 0;
  double upper = 0;
  bool bounded = true;
  bool suppressed = false;
  bool any = false;
  bool any_number = false;  // not only suppressed cells

  void Add(const Resolved& resolved) {
    any = true;
    any_number |=
        resolved.cells.empty() ||
        std::any_of(resolved.cells.begin(), resolved.cells.end(),
                    [](const SnapshotCell* cell) { return cell->cell.state == CellState::kValue; });
    value += resolved.value;
    lower += resolved.lower;
    upper += resolved.upper;
    bounded &= resolved.bounded;
    suppressed |= resolved.suppressed;
  }
  void Add(const Sum& other) {
    any |= other.any;
    any_number |= other.any_number;
    value += other.value;
    lower += other.lower;
    upper += other.upper;
    bounded &= other.bounded;
    suppressed |= other.suppressed;
  }
  void DivideBy(int years) {
    value /= years;
    lower /= years;
    upper /= years;
  }
};

// Coverage, collected as sets and written out sorted.
class Coverage {
 public:
  void Note(const Part& part) {
    if (part.resolved.suppressed) suppressed_.insert(part.geo);
    if (part.resolved.estimated) estimated_.insert(part.geo);
    for (const char flag : part.resolved.flags) flags_.insert(flag);
    if (part.resolved.missing || part.resolved.partial) partial_.insert(part.geo + " " + part.time);
  }
  void Known(const Part& part) {
    known_.insert(part.geo);
    Note(part);
  }
  // `total_only`: the state sent figures for the year, though not this one.
  void Missing(const Part& part, bool total_only) {
    missing_.insert(part.geo);
    missing_years_.insert(part.geo + " " + part.time);
    if (total_only) total_missing_.insert(part.geo);
  }
  void NoBreakdown(const Part& part) { no_breakdown_.insert(part.geo); }

  void WriteTo(IndicatorValue& value) const {
    for (const std::string& geo : known_) {
      if (missing_.count(geo) == 0) value.reported.push_back(geo);
    }
    const auto list = [](const std::set<std::string>& set) {
      return std::vector<std::string>(set.begin(), set.end());
    };
    value.missing = list(missing_);
    value.suppressed = list(suppressed_);
    value.estimated = list(estimated_);
    value.missing_breakdown = list(no_breakdown_);
    value.complete =
        missing_.empty() && no_breakdown_.empty() && partial_.empty() && suppressed_.empty();
    for (const std::string& year : missing_years_) {
      const std::string geo = year.substr(0, year.find(' '));
      if (known_.count(geo) > 0) value.warnings.push_back("year_missing: " + year);
    }
    for (const std::string& geo : total_missing_) value.warnings.push_back("total_missing: " + geo);
    for (const std::string& year : partial_) value.warnings.push_back("partial: " + year);
    if (!estimated_.empty()) value.flags = "e";
  }

 private:
  std::set<std::string> known_, missing_, missing_years_, total_missing_, suppressed_, estimated_,
      no_breakdown_, partial_;
  std::set<char> flags_;
};

class Evaluation {
 public:
  Evaluation(const Evaluator& evaluator, IndicatorQuery query, const Indicator& indicator,
             Where filter, std::vector<std::string> members)
      : e_(evaluator),
        indicator_(indicator),
        filter_(std::move(filter)),
        members_(std::move(members)) {
    out_.query = std::move(query);
    out_.unit = indicator.unit;
    if (!indicator.dataset.empty()) dataset_ = e_.datasets().Find(indicator.dataset);
    if (dataset_ != nullptr && dataset_->geo_index() == std::string::npos) members_ = {""};
  }

  Result<IndicatorValue> Run() {
    switch (indicator_.kind) {
      case IndicatorKind::kCount:
        Count();
        break;
      case IndicatorKind::kShare:
        Share();
        break;
      case IndicatorKind::kRatio:
        TRY(Ratio());
        break;
      case IndicatorKind::kChange:
        TRY(Change());
        break;
      case IndicatorKind::kChangePanel:
        TRY(ChangePanel());
        break;
      case IndicatorKind::kDifference:
        TRY(Difference());
        break;
      case IndicatorKind::kRate:
        TRY(Rate());
        break;
      case IndicatorKind::kTop:
        Top();
        break;
      case IndicatorKind::kMainForm:
        MainForm();
        break;
      case IndicatorKind::kOwnNationals:
        OwnNationals();
        break;
      case IndicatorKind::kReporting:
        Reporting();
        break;
    }
    // Agencies have no state: their coverage is the agency itself.
    std::erase(out_.reported, "");
    std::erase(out_.missing, "");
    const bool estimated = !out_.estimated.empty();
    out_.query.impute = estimated ? e_.snapshot().imputed : "";
    return std::move(out_);
  }

 private:
  // The years of a window; for an agency the window itself where it is stored whole.
  std::vector<std::string> Times(const Period& period) const {
    if (dataset_ != nullptr && dataset_->geo_index() == std::string::npos) {
      const auto& slice = e_.snapshot().Slice(dataset_->id, "", period.ToString());
      for (const auto& [key, cell] : slice) {
        if (MatchesSelectors(key)) return {period.ToString()};
      }
    }
    std::vector<std::string> times;
    for (int year = period.first; year <= period.last; ++year) {
      times.push_back(std::to_string(year));
    }
    if (period.half != 0) return {period.ToString()};
    return times;
  }

  // Whether a cell has the legal status, offence or agency of the filter.
  bool MatchesSelectors(const Key& key) const {
    for (const auto& [dimension, codes] : filter_) {
      const std::size_t index = *dataset_->IndexOf(dimension);
      if (!dataset_->dimensions[index].total.empty()) continue;
      if (std::find(codes.begin(), codes.end(), key[index]) == codes.end()) return false;
    }
    return true;
  }

  // Whether the state sent any figure of the population for the year; a reason is no figure.
  bool SentFigures(const Part& part) const {
    const auto& slice = e_.snapshot().Slice(dataset_->id, part.geo, part.time);
    return std::any_of(slice.begin(), slice.end(), [&](const auto& entry) {
      return entry.second.cell.state != CellState::kMissing && MatchesSelectors(entry.first);
    });
  }

  std::vector<Part> Gather(const Where& where, const Period& period) const {
    std::vector<Part> parts;
    for (const std::string& geo : members_) {
      for (const std::string& time : Times(period)) {
        parts.push_back({geo, time, e_.snapshot().Resolve(*dataset_, where, geo, time)});
      }
    }
    return parts;
  }

  void SetBounds(const Sum& sum) {
    if (!sum.suppressed) return;
    out_.lower = sum.lower;
    if (sum.bounded) out_.upper = sum.upper;
  }

  void NoValue(const std::string& reason) {
    out_.value.reset();
    out_.missing_reason = reason;
  }

  void Count() {
    Coverage coverage;
    Sum sum;
    std::set<std::string> reasons;
    for (const Part& part : Gather(filter_, out_.query.period)) {
      if (!part.known()) {
        for (const SnapshotCell* cell : part.resolved.cells) reasons.insert(cell->cell.reason);
        // A state with other cells of the year lacks this breakdown; without, it did not report.
        const bool lacks = part.resolved.kind == Resolved::Kind::kNoBreakdown && HasBreakdown();
        lacks ? coverage.NoBreakdown(part) : coverage.Missing(part, SentFigures(part));
        continue;
      }
      sum.Add(part.resolved);
      coverage.Known(part);
    }
    coverage.WriteTo(out_);
    if (!sum.any) return NoValue(reasons.size() == 1 ? *reasons.begin() : "no_data");
    SetBounds(sum);
    // Suppressed is not zero: where nothing else is known there are bounds and no value.
    if (!sum.any_number) return NoValue("suppressed");
    out_.value = sum.value;
    out_.numerator = sum.value;
    if (out_.query.period.years() > 1 && indicator_.dataset == "thb_victims") {
      out_.warnings.push_back("two_year_double_count");
    }
  }

  // Whether the filter asks for a breakdown: dimensions without a total only select.
  bool HasBreakdown() const {
    return std::any_of(filter_.begin(), filter_.end(), [&](const auto& entry) {
      return !dataset_->dimensions[*dataset_->IndexOf(entry.first)].total.empty();
    });
  }

  Where With(const Where& base, const Where& more) const {
    Where where = base;
    for (const auto& [dimension, codes] : more) where[dimension] = codes;
    return where;
  }

  // The part of a population whose category is not known, by the numerator's dimension.
  Resolved UnknownOf(const Where& where, const Part& part) const {
    Where unknown = where;
    for (const auto& [dimension, codes] : indicator_.numerator) unknown[dimension] = {"UNK"};
    return e_.snapshot().Resolve(*dataset_, unknown, part.geo, part.time);
  }

  void Share() {
    Coverage coverage;
    Sum numerator;
    Sum denominator;
    const auto wholes = Gather(filter_, out_.query.period);
    const auto parts = Gather(With(filter_, indicator_.numerator), out_.query.period);
    for (std::size_t i = 0; i < wholes.size(); ++i) {
      if (!wholes[i].known()) {
        const bool lacks =
            wholes[i].resolved.kind == Resolved::Kind::kNoBreakdown && HasBreakdown();
        lacks ? coverage.NoBreakdown(wholes[i])
              : coverage.Missing(wholes[i], SentFigures(wholes[i]));
        continue;
      }
      if (!parts[i].known()) {
        coverage.NoBreakdown(wholes[i]);
        continue;
      }
      Resolved whole = wholes[i].resolved;
      if (out_.query.denominator == "known") SubtractUnknown(whole, wholes[i]);
      coverage.Known(wholes[i]);
      coverage.Note(parts[i]);
      numerator.Add(parts[i].resolved);
      denominator.Add(whole);
    }
    coverage.WriteTo(out_);
    SetShare(numerator, denominator, kPercent);
  }

  void SubtractUnknown(Resolved& whole, const Part& part) const {
    // A filter on the dimension itself that does not name the unknown has left it out already.
    for (const auto& [dimension, codes] : indicator_.numerator) {
      const auto own = filter_.find(dimension);
      if (own == filter_.end()) continue;
      if (std::find(own->second.begin(), own->second.end(), "UNK") == own->second.end()) return;
    }
    const Resolved unknown = UnknownOf(filter_, part);
    if (unknown.kind != Resolved::Kind::kValue) return;
    whole.value -= unknown.value;
    whole.lower = std::max(0.0, whole.lower - unknown.upper);
    whole.upper -= unknown.lower;
    whole.suppressed |= unknown.suppressed;
    whole.bounded &= unknown.bounded;
  }

  // `at_most` bounds a part of a whole where the hidden cells leave it open.
  void SetShare(const Sum& numerator, const Sum& denominator, std::optional<double> at_most) {
    if (!denominator.any)
      return NoValue(out_.missing_breakdown.empty() ? "no_data" : "no_breakdown");
    out_.numerator = numerator.value;
    out_.denominator = denominator.value;
    if (denominator.value == 0) return NoValue("zero_denominator");
    out_.value = kPercent * numerator.value / denominator.value;
    if (!numerator.suppressed && !denominator.suppressed) return;
    const double whole_upper = denominator.bounded ? denominator.upper : 0;
    out_.lower = whole_upper > 0 ? kPercent * numerator.lower / whole_upper : 0;
    const bool bounded = numerator.bounded && denominator.lower > 0;
    out_.upper = at_most;
    if (!bounded) return;
    const double upper = kPercent * numerator.upper / denominator.lower;
    out_.upper = at_most ? std::min(*at_most, upper) : upper;
  }

  // Another indicator for the same query.
  Result<IndicatorValue> Other(const std::string& id, const Period& period,
                               const std::string& geo) const {
    IndicatorQuery query = out_.query;
    query.id = id;
    query.period = period;
    query.geo = geo;
    query.base.reset();
    return e_.Evaluate(query);
  }

  Period Base() const { return out_.query.base.value_or(out_.query.period.Preceding()); }

  Result<void> Ratio() {
    Sum numerator;
    Sum denominator;
    Sum all_numerator;
    Sum all_denominator;
    Coverage coverage;
    for (const std::string& geo : members_) {
      for (int year = out_.query.period.first; year <= out_.query.period.last; ++year) {
        const Period one{year, year, 0};
        const auto of = TRY(Other(indicator_.of, one, geo));
        const auto per = TRY(Other(indicator_.per, one, geo));
        Part part{geo, one.ToString(), AsResolved(per, of)};
        part.resolved.suppressed |= of.lower.has_value();
        if (IsKnown(of)) all_numerator.Add(SumOf(of));
        if (IsKnown(per)) all_denominator.Add(SumOf(per));
        if (!IsKnown(of) || !IsKnown(per)) {
          const bool neither = !IsKnown(of) && !IsKnown(per);
          neither ? coverage.Missing(part, false) : coverage.NoBreakdown(part);
          continue;
        }
        coverage.Known(part);
        numerator.Add(SumOf(of));
        denominator.Add(SumOf(per));
      }
    }
    coverage.WriteTo(out_);
    SetShare(numerator, denominator, std::nullopt);
    if (out_.value && all_denominator.value > 0) {
      const double all = kPercent * all_numerator.value / all_denominator.value;
      if (all != *out_.value) out_.value_all = all;
    }
    return {};
  }

  // A count as a part of a sum; estimated where either stage is.
  static Resolved AsResolved(const IndicatorValue& count, const IndicatorValue& other) {
    Resolved resolved;
    resolved.kind = Resolved::Kind::kValue;
    resolved.value = count.value.value_or(0);
    resolved.lower = count.lower.value_or(resolved.value);
    resolved.upper = count.upper.value_or(resolved.value);
    resolved.suppressed = count.lower.has_value();
    resolved.bounded = !count.lower || count.upper;
    resolved.estimated = !count.estimated.empty() || !other.estimated.empty();
    return resolved;
  }

  // Suppressed is known too: it enters a sum by its bounds (rule 11).
  static bool IsKnown(const IndicatorValue& figure) { return figure.value || figure.lower; }

  static Sum SumOf(const IndicatorValue& figure) {
    Sum sum;
    sum.Add(AsResolved(figure, figure));
    sum.any_number = figure.value.has_value();
    return sum;
  }

  // Sets coverage from two windows: reported are those in both.
  void CoverageOfBoth(const IndicatorValue& now, const IndicatorValue& before) {
    const auto has = [](const std::vector<std::string>& list, const std::string& geo) {
      return std::find(list.begin(), list.end(), geo) != list.end();
    };
    for (const std::string& geo : now.reported) {
      (has(before.reported, geo) ? out_.reported : out_.one_period_only).push_back(geo);
    }
    for (const std::string& geo : before.reported) {
      if (!has(now.reported, geo)) out_.one_period_only.push_back(geo);
    }
    std::sort(out_.one_period_only.begin(), out_.one_period_only.end());
    for (const std::string& geo : now.missing) {
      if (has(before.missing, geo)) out_.missing.push_back(geo);
    }
    std::set_union(now.estimated.begin(), now.estimated.end(), before.estimated.begin(),
                   before.estimated.end(), std::back_inserter(out_.estimated));
    std::set_union(now.suppressed.begin(), now.suppressed.end(), before.suppressed.begin(),
                   before.suppressed.end(), std::back_inserter(out_.suppressed));
    out_.complete = now.complete && before.complete;
    if (!out_.estimated.empty()) out_.flags = "e";
  }

  // A figure and its bounds. Counts in windows of unequal length compare per year (rule 14);
  // percentages do not add up over years.
  Sum Comparable(const IndicatorValue& figure, const Period& period) const {
    Sum sum = SumOf(figure);
    const bool unequal = Base().years() != out_.query.period.years();
    if (unequal && figure.unit == "NR") sum.DivideBy(period.years());
    return sum;
  }

  // Two windows with different members of the geo are not compared (rule 6).
  Result<void> RefuseOtherComposition() const {
    const std::string& geo = out_.query.geo;
    const auto members_in = [&](int year) {
      return e_.codes().Members(geo, std::to_string(year) + "-12-31");
    };
    const auto members = members_in(out_.query.period.last);
    for (const Period& period : {Base(), out_.query.period}) {
      for (int year = period.first; year <= period.last; ++year) {
        if (members_in(year) == members) continue;
        return Fail(ErrorCode::kMixed,
                    geo + " has other members in " + std::to_string(year) + " than in " +
                        std::to_string(out_.query.period.last),
                    indicator_.id, "choose an aggregate of one composition, as EU27_2020");
      }
    }
    return {};
  }

  void WarnUnequalWindows() {
    if (Base().years() != out_.query.period.years()) out_.warnings.push_back("unequal_windows");
  }

  Result<void> Change() {
    TRY(RefuseOtherComposition());
    const auto now = TRY(Other(indicator_.of, out_.query.period, out_.query.geo));
    const auto before = TRY(Other(indicator_.of, Base(), out_.query.geo));
    out_.query.base = Base();
    CoverageOfBoth(now, before);
    WarnUnequalWindows();
    const Sum current = Comparable(now, out_.query.period);
    const Sum base = Comparable(before, Base());
    if (IsKnown(now) && IsKnown(before)) SetChangeBounds(current, base);
    if (!now.value || !before.value) {
      NoValue(now.value ? "no_data_in_base" : now.missing_reason);
      return {};
    }
    SetChange(current, base);
    return {};
  }

  // The interval that follows from suppressed cells (rule 11).
  void SetChangeBounds(const Sum& current, const Sum& base) {
    if (!current.suppressed && !base.suppressed) return;
    const auto change = [](double to, double from) { return kPercent * (to - from) / from; };
    if (base.upper > 0) out_.lower = base.bounded ? change(current.lower, base.upper) : -kPercent;
    if (current.bounded && base.lower > 0) out_.upper = change(current.upper, base.lower);
  }

  void SetChange(const Sum& current, const Sum& base) {
    out_.numerator = current.value - base.value;
    out_.denominator = base.value;
    if (base.value == 0) return NoValue("zero_denominator");
    out_.value = kPercent * (current.value - base.value) / base.value;
  }

  Result<void> ChangePanel() {
    TRY(RefuseOtherComposition());
    out_.query.base = Base();
    WarnUnequalWindows();
    Sum current;
    Sum base;
    std::set<std::string> estimated;
    std::set<std::string> suppressed;
    for (const std::string& geo : members_) {
      const auto now = TRY(Other(indicator_.of, out_.query.period, geo));
      const auto before = TRY(Other(indicator_.of, Base(), geo));
      const bool now_known = IsKnown(now) && now.missing.empty();
      const bool before_known = IsKnown(before) && before.missing.empty();
      if (!now_known || !before_known) {
        (now_known || before_known ? out_.one_period_only : out_.missing).push_back(geo);
        continue;
      }
      out_.reported.push_back(geo);
      estimated.insert(now.estimated.begin(), now.estimated.end());
      estimated.insert(before.estimated.begin(), before.estimated.end());
      if (now.lower || before.lower) suppressed.insert(geo);
      current.Add(Comparable(now, out_.query.period));
      base.Add(Comparable(before, Base()));
    }
    for (auto* list : {&out_.reported, &out_.missing, &out_.one_period_only}) {
      std::sort(list->begin(), list->end());
    }
    out_.estimated.assign(estimated.begin(), estimated.end());
    out_.suppressed.assign(suppressed.begin(), suppressed.end());
    if (!estimated.empty()) out_.flags = "e";
    out_.complete = out_.missing.empty() && out_.one_period_only.empty();
    if (out_.reported.empty()) {
      NoValue("no_data");
      return {};
    }
    SetChangeBounds(current, base);
    if (!current.any_number || !base.any_number) {
      NoValue("suppressed");
      return {};
    }
    SetChange(current, base);
    return {};
  }

  Result<void> Difference() {
    TRY(RefuseOtherComposition());
    const auto now = TRY(Other(indicator_.of, out_.query.period, out_.query.geo));
    const auto before = TRY(Other(indicator_.of, Base(), out_.query.geo));
    out_.query.base = Base();
    CoverageOfBoth(now, before);
    WarnUnequalWindows();
    if (!now.value || !before.value) {
      NoValue(now.value ? "no_data_in_base" : now.missing_reason);
      return {};
    }
    out_.numerator = now.value;
    out_.denominator = before.value;
    out_.value = *now.value - *before.value;
    if (!now.lower && !before.lower) return {};
    const Sum current = Comparable(now, out_.query.period);
    const Sum base = Comparable(before, Base());
    if (base.bounded) out_.lower = current.lower - base.upper;
    if (current.bounded) out_.upper = current.upper - base.lower;
    return {};
  }

  // Mean population of the window's years; nothing where a year is not there. A filter by sex or
  // age restricts the inhabitants as it restricts the events.
  std::optional<double> MeanPopulation(const std::string& geo) const {
    const Dataset* population = e_.datasets().Find("population");
    const Where inhabitants = e_.InhabitantsOf(filter_);
    double sum = 0;
    for (int year = out_.query.period.first; year <= out_.query.period.last; ++year) {
      const Resolved resolved =
          e_.snapshot().Resolve(*population, inhabitants, geo, std::to_string(year));
      if (resolved.kind != Resolved::Kind::kValue || resolved.suppressed) return std::nullopt;
      sum += resolved.value;
    }
    return sum / out_.query.period.years();
  }

  Result<void> Rate() {
    Sum events;
    double population = 0;
    bool without_population = false;
    std::set<std::string> estimated;
    for (const std::string& geo : members_) {
      const auto count = TRY(Other(indicator_.of, out_.query.period, geo));
      const auto inhabitants = MeanPopulation(geo);
      if (!IsKnown(count) || !count.missing.empty() || !inhabitants) {
        without_population |= IsKnown(count) && !inhabitants;
        out_.missing.push_back(geo);
        continue;
      }
      out_.reported.push_back(geo);
      estimated.insert(count.estimated.begin(), count.estimated.end());
      if (count.lower) out_.suppressed.push_back(geo);
      events.Add(SumOf(count));
      population += *inhabitants;
    }
    std::sort(out_.reported.begin(), out_.reported.end());
    std::sort(out_.missing.begin(), out_.missing.end());
    std::sort(out_.suppressed.begin(), out_.suppressed.end());
    out_.estimated.assign(estimated.begin(), estimated.end());
    out_.complete = out_.missing.empty();
    if (population == 0) {
      NoValue(without_population ? "no_population" : "no_data");
      return {};
    }
    out_.denominator = population;
    if (events.suppressed) {
      out_.lower = kMillion * events.lower / population;
      if (events.bounded) out_.upper = kMillion * events.upper / population;
    }
    if (!events.any_number) {
      NoValue("suppressed");
      return {};
    }
    out_.numerator = events.value;
    out_.value = kMillion * events.value / population;
    if (!estimated.empty()) out_.flags += "e";
    if (events.value < kFewEvents) out_.flags += "u";
    out_.flags = MergeFlags(out_.flags);
    if (out_.query.period.years() > 1) out_.warnings.push_back("sum_over_mean_population");
    return {};
  }

  // Countries that a state stored as citizenship in one year.
  std::set<std::string> StoredCitizens(const std::string& geo, const std::string& time) const {
    std::set<std::string> found;
    const std::size_t index = *dataset_->IndexOf("citizen");
    const CodeList* countries = e_.codes().Find("geo");
    for (const auto& [key, cell] : e_.snapshot().Slice(dataset_->id, geo, time)) {
      const Code* code = countries->Find(key[index]);
      if (code != nullptr && !e_.codes().IsAggregate(key[index])) found.insert(key[index]);
    }
    return found;
  }

  // Sums by country of the groups asked for.
  std::map<std::string, Sum> SumsByCitizen() const {
    Where rest = filter_;
    std::vector<std::string> groups = {"TOTAL"};
    if (const auto citizen = rest.find("citizen"); citizen != rest.end()) groups = citizen->second;
    std::map<std::string, Sum> sums;
    for (const std::string& geo : members_) {
      for (const std::string& time : Times(out_.query.period)) {
        for (const std::string& country : StoredCitizens(geo, time)) {
          const auto holds = [&](const std::string& group) {
            return e_.codes().CitizenIn(country, group, geo);
          };
          if (std::none_of(groups.begin(), groups.end(), holds)) continue;
          rest["citizen"] = {country};
          const Resolved resolved = e_.snapshot().Resolve(*dataset_, rest, geo, time);
          if (resolved.kind == Resolved::Kind::kValue) sums[country].Add(resolved);
        }
      }
    }
    return sums;
  }

  // Whether hidden counts could put the second before the first, or break a tie.
  static bool CouldPass(const Sum& below, const Sum& above) {
    if (!below.suppressed && !above.suppressed) return false;
    const bool tie = below.value == above.value;
    return !below.bounded || below.upper > above.lower ||
           (tie && (!above.bounded || above.upper > below.lower));
  }

  void Top() {
    struct Entry {
      std::string code;
      Sum sum;
    };
    std::vector<Entry> entries;
    for (const auto& [country, sum] : SumsByCitizen()) {
      if (sum.value > 0 || sum.suppressed) entries.push_back({country, sum});
    }
    std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
      return a.sum.value != b.sum.value ? a.sum.value > b.sum.value : a.code < b.code;
    });
    bool uncertain = false;
    for (std::size_t i = 0; i < entries.size(); ++i) {
      const bool tie = i > 0 && entries[i].sum.value == entries[i - 1].sum.value;
      const int rank = tie ? out_.items.back().rank : static_cast<int>(i) + 1;
      for (std::size_t above = 0; above < i; ++above) {
        uncertain |= CouldPass(entries[i].sum, entries[above].sum);
      }
      out_.items.push_back({entries[i].code, entries[i].sum.value, rank});
    }
    if (uncertain) out_.warnings.push_back("rank_uncertain");
    CoverageOfBreakdown("citizen", filter_);
    if (out_.items.empty()) return NoValue("no_data");
    out_.value = static_cast<double>(out_.items.size());
  }

  // Coverage of a list: states that sent any cell of the breakdown.
  void CoverageOfBreakdown(const std::string& dimension, const Where& where) {
    Coverage coverage;
    const std::size_t index = *dataset_->IndexOf(dimension);
    const std::string& total = dataset_->dimensions[index].total;
    for (const Part& part : Gather(where, out_.query.period)) {
      const auto& slice = e_.snapshot().Slice(dataset_->id, part.geo, part.time);
      const bool broken_down = std::any_of(slice.begin(), slice.end(), [&](const auto& entry) {
        return entry.first[index] != total;
      });
      if (slice.empty()) {
        coverage.Missing(part, false);
      } else if (!broken_down && !(part.known() && part.resolved.value == 0)) {
        coverage.NoBreakdown(part);
      } else {
        coverage.Known(part);
      }
    }
    coverage.WriteTo(out_);
  }

  // The count of one state over the window, nothing where no year is known.
  std::optional<double> CountIn(const std::string& geo, const Where& where) const {
    std::optional<double> sum;
    for (const std::string& time : Times(out_.query.period)) {
      const Resolved resolved = e_.snapshot().Resolve(*dataset_, where, geo, time);
      if (resolved.kind == Resolved::Kind::kValue) sum = sum.value_or(0) + resolved.value;
    }
    return sum;
  }

  // Counts by form at the finest grain the state sent; a group stands for itself only where its
  // parts were not sent.
  std::vector<double> OtherForms(const std::string& geo, const std::string& form) const {
    std::vector<double> counts;
    const CodeList& forms = *e_.codes().Find("exploitation");
    const auto count_of = [&](const std::string& code) {
      return CountIn(geo, With(filter_, {{"exploitation", {code}}}));
    };
    const auto holds = [&](const std::string& group, const std::string& code) {
      const auto leaves = forms.Leaves(group);
      return std::find(leaves.begin(), leaves.end(), code) != leaves.end();
    };
    for (const Code& code : forms.codes()) {
      if (code.id == "UNK" || code.id == form) continue;
      if (holds(form, code.id) || holds(code.id, form)) continue;
      const auto leaves = forms.Leaves(code.id);
      const bool parts_sent =
          leaves.size() > 1 && std::any_of(leaves.begin(), leaves.end(), count_of);
      if (parts_sent || code.id == forms.Total()) continue;
      if (const auto count = count_of(code.id)) counts.push_back(*count);
    }
    return counts;
  }

  void MainForm() {
    CoverageOfBreakdown("exploitation", filter_);
    const std::string form = indicator_.numerator.at("exploitation").front();
    for (const std::string& geo : members_) {
      const auto count = CountIn(geo, With(filter_, indicator_.numerator));
      if (!count || *count <= 0) continue;
      const auto others = OtherForms(geo, form);
      const bool first =
          std::all_of(others.begin(), others.end(), [&](double other) { return *count > other; });
      const auto total = CountIn(geo, filter_);
      if (first && total && *total > 0) {
        out_.items.push_back({geo, kPercent * *count / *total, 0});
      }
    }
    FinishList();
  }

  void OwnNationals() {
    CoverageOfBreakdown("citizen", filter_);
    for (const std::string& geo : members_) {
      const auto count = CountIn(geo, With(filter_, indicator_.numerator));
      const auto total = CountIn(geo, filter_);
      if (!count || !total || *total <= 0) continue;
      const double share = kPercent * *count / *total;
      if (share >= indicator_.threshold) out_.items.push_back({geo, share, 0});
    }
    FinishList();
  }

  void Reporting() {
    for (const std::string& geo : members_) {
      double sum = 0;
      bool reported = false;
      for (const Part& part : Gather(filter_, out_.query.period)) {
        if (part.geo != geo || !(part.known() || SentFigures(part))) continue;
        reported = true;
        sum += part.resolved.value;
      }
      if (reported) out_.items.push_back({geo, sum, 0});
      (reported ? out_.reported : out_.missing).push_back(geo);
    }
    std::sort(out_.reported.begin(), out_.reported.end());
    std::sort(out_.missing.begin(), out_.missing.end());
    FinishList();
    out_.complete = out_.missing.empty();
  }

  void FinishList() {
    std::sort(out_.items.begin(), out_.items.end(),
              [](const IndicatorItem& a, const IndicatorItem& b) { return a.code < b.code; });
    out_.value = static_cast<double>(out_.items.size());
    if (out_.reported.empty()) NoValue("no_data");
  }

  const Evaluator& e_;
  const Indicator& indicator_;
  Where filter_;
  std::vector<std::string> members_;
  const Dataset* dataset_ = nullptr;
  IndicatorValue out_;
};

// The population's filter with the user's; both may not restrict the same dimension.
Result<Where> Combine(const Indicator& indicator, const Where& user, const Evaluator& evaluator) {
  Where where = indicator.population;
  for (const auto& [dimension, codes] : user) {
    if (where.count(dimension) > 0) {
      return Fail(ErrorCode::kUsage, "the indicator fixes " + dimension + " itself", indicator.id,
                  "leave it out of the filter");
    }
    where[dimension] = codes;
    const auto numerator = indicator.numerator.find(dimension);
    const bool share = indicator.kind == IndicatorKind::kShare;
    if (!share || numerator == indicator.numerator.end()) continue;
    const Dataset& dataset = *TRY(evaluator.datasets().Get(indicator.dataset));
    const Dimension& definition = dataset.dimensions[*dataset.IndexOf(dimension)];
    for (const std::string& code : numerator->second) {
      const bool inside = std::any_of(codes.begin(), codes.end(), [&](const std::string& group) {
        return group == code || !evaluator.snapshot().Cover(definition, group, {code}, "").empty();
      });
      if (inside) continue;
      return Fail(ErrorCode::kUsage, dimension + "=" + code + " lies outside the filter",
                  indicator.id, "choose a filter on another dimension");
    }
  }
  return where;
}

Result<void> CheckWhere(const Where& where, const Dataset& dataset, const Codes& codes) {
  for (const auto& [dimension, values] : where) {
    const auto index = dataset.IndexOf(dimension);
    if (!index || dimension == "geo" || dimension == "time") {
      std::vector<std::string> names;
      for (const Dimension& d : dataset.dimensions) {
        if (d.id != "geo" && d.id != "time") names.push_back(d.id);
      }
      return Fail(ErrorCode::kUsage, "no dimension " + dimension + " to filter by", dataset.id,
                  "choose one of " + Join(names, ", "));
    }
    const CodeList* list = codes.Find(dataset.dimensions[*index].codelist);
    for (const std::string& code : values) TRY(list->Check(code, "filter " + dimension));
  }
  return {};
}

// The dataset whose dimensions a filter may name; derived indicators use that of their base.
Result<std::string> DatasetOf(const Indicators& indicators, const Indicator& indicator) {
  if (!indicator.dataset.empty()) return indicator.dataset;
  return DatasetOf(indicators, *TRY(indicators.Get(indicator.of)));
}

}  // namespace

Result<std::vector<std::string>> Evaluator::Members(const std::string& geo) const {
  TRY(codes_.Find("geo")->Check(geo, "--geo"));
  if (codes_.IsAggregate(geo)) return codes_.Members(geo);
  return std::vector<std::string>{geo};
}

Result<Where> Evaluator::PopulationOf(const IndicatorQuery& query) const {
  const Indicator& indicator = *TRY(indicators_.Get(query.id));
  return Combine(indicator, TRY(ParseWhere(query.where)), *this);
}

Where Evaluator::InhabitantsOf(const Where& where) const {
  const Dataset* population = datasets_.Find("population");
  Where inhabitants;
  for (const auto& [dimension, codes] : where) {
    if (population->IndexOf(dimension)) inhabitants[dimension] = codes;
  }
  return inhabitants;
}

Result<IndicatorValue> Evaluator::Evaluate(const IndicatorQuery& query) const {
  const Indicator& indicator = *TRY(indicators_.Get(query.id));
  IndicatorQuery normal = query;
  Where user = TRY(ParseWhere(query.where));
  const Dataset& dataset = *TRY(datasets_.Get(TRY(DatasetOf(indicators_, indicator))));
  TRY(CheckWhere(user, dataset, codes_));
  normal.where = FormatWhere(user);
  if (normal.denominator.empty()) normal.denominator = indicator.denominator_rule;
  if (!normal.denominator.empty() && normal.denominator != "all" && normal.denominator != "known") {
    return Fail(ErrorCode::kUsage, "no denominator rule " + normal.denominator, query.id,
                "choose all or known");
  }
  if (normal.denominator == "known" && indicator.kind == IndicatorKind::kShare) {
    for (const auto& [dimension, codes] : indicator.numerator) {
      if (std::find(codes.begin(), codes.end(), "UNK") == codes.end()) continue;
      return Fail(ErrorCode::kUsage, "the unknown has no share of the known", query.id,
                  "choose the denominator all");
    }
  }
  auto members = TRY(Members(query.geo));
  // A derived indicator hands the user's filter on to the one it is of.
  const bool derived = !indicator.of.empty();
  Where filter = derived ? user : TRY(Combine(indicator, user, *this));
  return Evaluation(*this, std::move(normal), indicator, std::move(filter), std::move(members))
      .Run();
}

}  // namespace thb
