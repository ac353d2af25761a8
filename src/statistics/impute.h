#pragma once
// Imputation of national totals that were not sent.
//
// Estimators, for a state i without a value in year t and its values y(i, s) in earlier years:
//  locf   last value carried forward: y(i, s*) of the latest year s* < t within kMaxYearsBack.
//  mean   arithmetic mean of the values of the kMeanYears years before t that are known.
//  panel  y(i, s*) times the growth of the matched panel from s* to t, that is of the states that
//         are known in both years (ratio estimator; Eurostat's matched-panel growth, applied
//         level).
// Assumptions: locf and mean, that the state's level is stable; panel, that it moves with the
// others. None is unbiased; `thb backtest` shows the error of each on the collection's history.
// Eurostat's own formula for 2021 is not published (COM(2022) 736, footnote 11, says only "previous
// years' values"). Literature: Little and Rubin, Statistical Analysis with Missing Data, chapter 4.

#include <string>
#include <vector>

#include "statistics/snapshot.h"

namespace thb {

inline constexpr int kMaxYearsBack = 3;
inline constexpr int kMeanYears = 3;

// "locf", "mean", "panel".
std::vector<std::string> ImputationMethods();

// One count per state and year that is completed: the total of a population.
struct TotalSeries {
  std::string population;  // "victims", "suspects", ...
  std::string dataset;
  Where where;  // selectors and totals that make up the one cell
};
// Totals of victims, suspects, prosecutions and convictions.
std::vector<TotalSeries> ImputedSeries();

// What a method says for one state and year. Nothing where it has no history to stand on.
std::optional<double> Estimate(const Snapshot& snapshot, const Dataset& dataset,
                               const TotalSeries& series, const std::vector<std::string>& members,
                               const std::string& geo, int year, const std::string& method);

// A copy of the snapshot with the totals of `members` filled in for the years of `period` that at
// least one of them reported. Filled cells are whole numbers, carry flag e and the method's name.
// Errors: kUsage for an unknown method.
Result<Snapshot> ImputeTotals(const Snapshot& snapshot, const Datasets& datasets,
                              const std::vector<std::string>& members, const Period& period,
                              const std::string& method);

struct BacktestRow {
  std::string method;
  std::string population;
  std::string geo;
  int time = 0;
  double estimate = 0;
  double actual = 0;
};

// Every known total with history is hidden in turn and estimated from the years before it; the
// other states keep theirs.
std::vector<BacktestRow> Backtest(const Snapshot& snapshot, const Datasets& datasets,
                                  const std::vector<std::string>& members);

}  // namespace thb
