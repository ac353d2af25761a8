#pragma once
// Indicators: statistics as data. A definition (indicators/*.json) names numerator, denominator,
// denominator rule, unit and rounding; an evaluation adds coverage, bounds and flags.
//
// Sums over what is not all known follow rules 9 to 13 of the statistical rules: the value is the
// sum of the known cells, suppressed cells widen [lower, upper], missing states are named.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.h"
#include "base/result.h"
#include "statistics/dataset.h"
#include "statistics/snapshot.h"

namespace thb {

// What is asked for. Defaults: EU27_2020, no filter, the indicator's own denominator rule, base the
// preceding window of equal length, nothing imputed.
struct IndicatorQuery {
  std::string id;           // "victims.share.sex.F"
  std::string where;        // "age=Y_LT18;sex=F+UNK", restricts the population
  std::string denominator;  // "", "all" or "known"
  std::string geo = "EU27_2020";
  Period period;
  std::optional<Period> base;  // of a change or difference
  // Of a figure id: the method behind the estimates in it. Evaluate reads the snapshot it is given
  // and sets this; it imputes nothing itself.
  std::string impute;
};

struct IndicatorItem {  // of a list: a ranked citizenship, a state
  std::string code;
  double value = 0;  // count, or percent for a list of states
  int rank = 0;      // ties share a rank
};

struct IndicatorValue {
  IndicatorQuery query;         // normalised: where sorted, denominator filled in
  std::optional<double> value;  // exact, unrounded; in percent where the unit is PC or PP
  std::optional<double> lower;  // bounds where suppressed cells take part; else absent
  std::optional<double> upper;
  std::string unit;  // NR, PC, PP, P_MHAB, LIST
  std::optional<double> numerator;
  std::optional<double> denominator;
  std::optional<double> value_all;  // ratio: over all states, where it differs from `value`
  std::string flags;                // "e" where something was imputed, "u" under five events ...
  std::string missing_reason;       // why there is no value
  bool complete = false;            // every member state of the geo reported
  std::vector<std::string> reported;
  std::vector<std::string> missing;
  std::vector<std::string> suppressed;
  std::vector<std::string> estimated;
  std::vector<std::string> missing_breakdown;  // total reported, this breakdown not
  std::vector<std::string> one_period_only;    // of a change: states in one window only
  std::vector<IndicatorItem> items;
  std::vector<std::string> warnings;  // unequal_windows, rank_uncertain, two_year_double_count ...

  // What `thb explain` takes: "victims.share.sex.F[age=Y_LT18]{known}@EU27_2020:2019-2020"; with
  // "+locf" at its end where a total estimated by that method takes part.
  std::string FigureId() const;
};

enum class IndicatorKind {
  kCount,         // sum of cells
  kShare,         // percent of a population
  kRatio,         // percent of another count
  kChange,        // percent change against the base window, of a count or of a percentage
  kChangePanel,   // of a count, over states with both windows
  kDifference,    // percentage points between a percentage and its base window
  kRate,          // per million inhabitants
  kTop,           // ranked list of citizenships
  kMainForm,      // states where a form is the most frequent
  kOwnNationals,  // states above the threshold of own nationals
  kReporting,     // states that sent figures
};

struct Indicator {
  std::string id;
  std::string en;
  std::string nl;
  std::string definition_en;  // for a lay reader
  std::string definition_nl;
  IndicatorKind kind = IndicatorKind::kCount;
  std::string dataset;
  Where population;  // filter of the population
  Where numerator;   // share, main form: what of it
  std::string of;    // change, difference, rate: the indicator it is of; ratio: its numerator
  std::string per;   // ratio: the denominator's indicator
  std::string denominator_rule;  // share: "all" or "known"
  std::string unit;
  int decimals = 0;      // as printed in the report
  double threshold = 0;  // kOwnNationals: percent from which a state is listed
};

// All definitions: populations, ratios and what follows from them (indicators/*.json). Immutable
// after loading.
class Indicators {
 public:
  static Result<Indicators> Load(const Codes& codes, const Datasets& datasets);
  const Indicator* Find(std::string_view id) const;
  // Errors: kNotFound with the nearest id.
  Result<const Indicator*> Get(std::string_view id) const;
  const std::vector<Indicator>& all() const { return all_; }

 private:
  std::vector<Indicator> all_;
  std::map<std::string, std::size_t, std::less<>> index_;
};

// Evaluates one indicator on a snapshot. Errors: kNotFound (indicator, geo), kUsage (where names an
// unknown dimension), kUnknownCode, kMixed (a change across compositions). Data that are not there
// are no error: the value is absent and missing_reason says why.
class Evaluator {
 public:
  Evaluator(const Codes& codes, const Datasets& datasets, const Indicators& indicators,
            const Snapshot& snapshot)
      : codes_(codes), datasets_(datasets), indicators_(indicators), snapshot_(snapshot) {}

  Result<IndicatorValue> Evaluate(const IndicatorQuery& query) const;

  // The filter of the indicator's population together with the query's.
  Result<Where> PopulationOf(const IndicatorQuery& query) const;

  // The part of a filter that the dataset population can follow: sex and age. The rest, such as a
  // form, restricts the events of a rate and not its inhabitants.
  Where InhabitantsOf(const Where& where) const;

  // The states that an aggregate has, or the state itself. Errors: kUnknownCode.
  Result<std::vector<std::string>> Members(const std::string& geo) const;

  const Codes& codes() const { return codes_; }
  const Datasets& datasets() const { return datasets_; }
  const Indicators& indicators() const { return indicators_; }
  const Snapshot& snapshot() const { return snapshot_; }

 private:
  const Codes& codes_;
  const Datasets& datasets_;
  const Indicators& indicators_;
  const Snapshot& snapshot_;
};

// Reads what FigureId writes. Errors: kUsage.
Result<IndicatorQuery> ParseFigureId(std::string_view text);

// Half away from zero, as the report rounds.
double RoundHalfAway(double value, int decimals);

}  // namespace thb
